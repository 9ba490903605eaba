package org.learnedsparse.integ;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.RealNode;

/** A full encode queue: what does not fit gets a 429 and is not indexed, the rest is. */
class FullQueueIT {
  private static final int DOCUMENTS = 500;

  @Test
  void documentsThatDoNotFitAreRefusedOneByOne() throws IOException {
    try (RealNode node =
        RealNode.builder("full-queue").setting("learned_sparse.encode.queue_size", "3").start()) {
      Http http = node.http();
      ok(
          http.request(
              "PUT",
              "/docs",
              "{\"mappings\":{\"properties\":{\"body_sparse\":{\"type\":\"learned_sparse\"}}}}"));
      ok(
          http.request(
              "PUT",
              "/_ingest/pipeline/encode",
              "{\"processors\":[{\"learned_sparse\":{\"field\":\"body\"}}]}"));
      StringBuilder bulk = new StringBuilder();
      for (int i = 0; i < DOCUMENTS; i++) {
        bulk.append("{\"index\":{\"_id\":\"").append(i).append("\"}}\n");
        bulk.append("{\"body\":\"")
            .append("The river floods its banks. ".repeat(20))
            .append("\"}\n");
      }
      Http.Response response =
          http.request("POST", "/docs/_bulk?pipeline=encode&refresh=true", bulk.toString());
      ok(response);
      int created = 0;
      int refused = 0;
      for (JsonNode item : response.body().get("items")) {
        JsonNode result = item.get("index");
        if (result.get("status").asInt() == 201) {
          created++;
        } else {
          assertEquals(429, result.get("status").asInt(), result.toString());
          JsonNode error = result.get("error");
          assertEquals("es_rejected_execution_exception", error.get("type").asText());
          assertTrue(
              error.get("reason").asText().contains("learned_sparse.encode.queue_size"),
              error.toString());
          refused++;
        }
      }
      assertEquals(DOCUMENTS, created + refused);
      assertTrue(created > 0 && refused > 0, created + " created, " + refused + " refused");
      assertEquals(created, http.request("GET", "/docs/_count", null).body().get("count").asInt());
      JsonNode nodes = http.request("GET", "/_learned_sparse/stats", null).body().get("nodes");
      JsonNode stats = nodes.elements().next().get("models").get("default");
      assertEquals(refused, stats.get("rejections").asInt());
      assertEquals(created, stats.get("texts").asInt());
      assertEquals(0, stats.get("queue").asInt());
      Http.Response tooMany =
          http.request("POST", "/_learned_sparse/encode", "{\"texts\":[\"a\",\"b\",\"c\",\"d\"]}");
      assertEquals(400, tooMany.status(), tooMany.text());
    }
  }

  private static void ok(Http.Response response) {
    assertEquals(200, response.status(), response.text());
  }
}
