package org.learnedsparse.tools.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.node.Http;

class FusionSystemsTest {
  @Test
  void placesAreFilledWhereverTheyStand() throws IOException {
    JsonNode template =
        Http.JSON.readTree(
            """
            {"query": {"bool": {"should": [
              {"match": {"body_stems": {"query": "{stems}", "boost": 0.5}}},
              {"knn": {"field": "body_dense", "query_vector": "{dense}", "k": 3}},
              {"learned_sparse": {"field": "body_sparse", "query": "{text}"}}]}}}
            """);
    assertTrue(FusionSystems.isDense(template));
    JsonNode request =
        FusionSystems.request(template, "a \"text\"", "text", Http.JSON.readTree("[1, -0.5]"));
    assertEquals(
        Http.JSON.readTree(
            """
            {"query": {"bool": {"should": [
              {"match": {"body_stems": {"query": "text", "boost": 0.5}}},
              {"knn": {"field": "body_dense", "query_vector": [1, -0.5], "k": 3}},
              {"learned_sparse": {"field": "body_sparse", "query": "a \\"text\\""}}]}}}
            """),
        request);
  }

  @Test
  void everySystemOfTheFileAsksForTheTextOrItsStemsOrItsVector() {
    Map<String, JsonNode> systems = FusionSystems.read();
    assertTrue(systems.containsKey(FusionEvaluation.BASELINE));
    systems.forEach(
        (name, template) -> {
          String written = template.toString();
          assertTrue(
              written.contains(FusionSystems.TEXT)
                  || written.contains(FusionSystems.STEMS)
                  || FusionSystems.isDense(template),
              name);
          assertEquals(
              written.contains(FusionSystems.DENSE), FusionSystems.isDense(template), name);
          assertTrue(template.has("query") || template.has("retriever"), name);
        });
    assertFalse(FusionSystems.isDense(systems.get("learned_sparse")));
  }
}
