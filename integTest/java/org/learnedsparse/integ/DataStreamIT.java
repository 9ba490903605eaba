package org.learnedsparse.integ;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.RealNode;

/** A data stream, whose indices come and go behind one name. */
class DataStreamIT {
  private static final String STREAM = "texts-test";

  private static RealNode node;

  @BeforeAll
  static void start() throws IOException {
    node = TestModels.install(RealNode.builder("data-stream").heap("512m")).start();
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.close();
    }
  }

  private static Http.Response request(String method, String path, Object body) {
    return node.http().request(method, path, body);
  }

  /** The model that the stream's next index names, and its pipeline. */
  private static void template(String model) {
    Map<String, Object> processor = Map.of("field", "body", "target_field", "v", "model", model);
    request(
            "PUT",
            "_ingest/pipeline/encode",
            Map.of("processors", List.of(Map.of("learned_sparse", processor))))
        .orThrow();
    Map<String, Object> field =
        Map.of("type", "learned_sparse", "model", model, "max_weight", 31.875);
    Map<String, Object> template =
        Map.of(
            "settings", Map.of("number_of_replicas", 0, "default_pipeline", "encode"),
            "mappings", Map.of("properties", Map.of("v", field)));
    request(
            "PUT",
            "_index_template/texts",
            Map.of(
                "index_patterns", List.of("texts-*"),
                "data_stream", Map.of(),
                "template", template))
        .orThrow();
  }

  private static Http.Response encode(String index) {
    return request(
        "POST",
        index + "/_learned_sparse/encode",
        Map.of("field", "v", "mode", "query", "texts", List.of("cats")));
  }

  private static void add(String text) {
    request(
            "POST",
            STREAM + "/_doc?refresh=true",
            Map.of("@timestamp", "2026-01-01T00:00:00Z", "body", text))
        .orThrow();
  }

  @Test
  void itsNameStandsForItsIndices() {
    template("tiny");
    add("cats run");
    String first = rollover();
    add("pets");
    Http.Response found =
        request(
                "POST",
                STREAM + "/_search",
                Map.of("query", Map.of("learned_sparse", Map.of("field", "v", "query", "cats"))))
            .orThrow();
    assertEquals(2, found.body().at("/hits/total/value").asInt(), found.text());
    assertEquals(4.0, found.body().at("/hits/hits/0/_score").asDouble(), 1e-4, found.text());
    assertEquals(1.0, found.body().at("/hits/hits/1/_score").asDouble(), 1e-4, found.text());
    Http.Response encoded = encode(STREAM).orThrow();
    assertEquals("tiny", encoded.body().at("/model").asText());
    assertEquals(2.0, encoded.body().at("/results/0/weights/cats").asDouble(), encoded.text());
    assertEquals(encoded.body(), encode(first).orThrow().body());

    template("words");
    rollover();
    Http.Response mixed = encode(STREAM);
    assertEquals(400, mixed.status(), mixed.text());
    String reason = mixed.body().at("/error/reason").asText();
    for (String part : List.of("[" + STREAM + "]", "[tiny, words]", "ask one of the indices")) {
      assertTrue(reason.contains(part), mixed.text());
    }
    assertEquals("tiny", encode(first).orThrow().body().at("/model").asText());
  }

  /** A new index takes the place of the one that is written; returns the old one's name. */
  private static String rollover() {
    return request("POST", STREAM + "/_rollover", null).orThrow().body().path("old_index").asText();
  }
}
