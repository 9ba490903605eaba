package org.learnedsparse.integ.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.node.Http;

/** Roles on an index with passages, and roles whose query is one of ours. */
abstract class RoleQueryRights {
  private static final String INDEX = "passages";

  /** The hidden document has the best passage and the second best, and the nearest ones. */
  private static final String BULK =
      """
      {"index":{"_id":"hidden"}}
      {"lang":"de","label":{"private":1},"parts":[{"v":{"plants":9},"d":[1,0]},{"v":{"plants":8},"d":[1,0]}]}
      {"index":{"_id":"seen"}}
      {"lang":"en","label":{"public":1},"parts":[{"v":{"cats":1},"d":[-1,0]},{"v":{"plants":7},"d":[-1,0]}]}
      {"index":{"_id":"also"}}
      {"lang":"en","label":{"public":1},"parts":[{"v":{"plants":6},"d":[0,1]}]}
      """;

  @BeforeAll
  static void fill() {
    Http admin = SecurityIT.node().admin();
    Map<String, Object> sparse =
        Map.of("type", "learned_sparse", "model", "tiny", "max_weight", 31.875);
    Map<String, Object> dense =
        Map.of("type", "dense_vector", "dims", 2, "similarity", "dot_product");
    Map<String, Object> parts =
        Map.of("type", "nested", "properties", Map.of("v", sparse, "d", dense));
    Map<String, Object> properties =
        Map.of("lang", Map.of("type", "keyword"), "label", sparse, "parts", parts);
    Map<String, Object> index =
        Map.of(
            "settings",
            Map.of("number_of_shards", 1),
            "mappings",
            Map.of("properties", properties));
    admin.request("PUT", INDEX, index).orThrow();
    Http.Response bulk = admin.request("POST", INDEX + "/_bulk?refresh=true", BULK).orThrow();
    assertFalse(bulk.body().get("errors").asBoolean(), bulk::text);
  }

  static List<User> users() {
    return List.of(
        user("english", Map.of("term", Map.of("lang", "en"))),
        user("by-weights", sparse("label", Map.of("query_vector", Map.of("public", 1.0)))),
        user("by-text", sparse("label", Map.of("query", "plants"))),
        user("by-text-of-model", sparse("label", Map.of("query", "plants", "model", "tiny"))));
  }

  private static User user(String name, Map<String, Object> query) {
    return User.of(name, INDEX, new String[] {"read"}, Map.of("query", query));
  }

  private static Map<String, Object> sparse(String field, Map<String, Object> settings) {
    Map<String, Object> query = new HashMap<>(settings);
    query.put("field", field);
    return Map.of("learned_sparse", query);
  }

  private static Http.Response search(String user, Map<String, Object> query) {
    return SecurityIT.node().as(user).request("POST", INDEX + "/_search", Map.of("query", query));
  }

  private static List<String> found(String user, Map<String, Object> query) {
    Http.Response answer = search(user, query).orThrow();
    List<String> ids = new ArrayList<>();
    for (JsonNode hit : answer.body().at("/hits/hits")) {
      ids.add(hit.get("_id").asText() + " " + hit.get("_score").asDouble());
    }
    assertFalse(answer.text().contains("hidden"), answer::text);
    return ids;
  }

  private static Map<String, Object> nested(Map<String, Object> settings) {
    return Map.of(
        "nested",
        Map.of(
            "path",
            "parts",
            "score_mode",
            "max",
            "query",
            sparse("parts.v", settings),
            "inner_hits",
            Map.of()));
  }

  @Test
  void hiddenPassagesTakeNoPlaceAmongTheBest() {
    for (String user : List.of("english", "by-weights")) {
      assertEquals(
          List.of("seen 14.0", "also 12.0"), found(user, nested(Map.of("query", "plants"))));
      assertEquals(List.of("seen 14.0"), found(user, nested(Map.of("query", "plants", "k", 1))));
      assertEquals(
          List.of("seen 14.0", "also 12.0"),
          found(
              user,
              nested(Map.of("query", "plants", "k", 2, "approximate", Map.of("max_blocks", 1)))));
    }
  }

  /** The best passage of those that are seen is one of seen's, and the nearest is also's. */
  @Test
  void hiddenPassagesTakeNoPlaceAmongTheNearest() {
    Map<String, Object> knn =
        Map.of(
            "field", "parts.d", "query_vector", List.of(1, 0), "weight", 0.5, "normalizer", "none");
    Map<String, Object> query = Map.of("query", "plants", "k", 1, "knn", knn);
    for (String user : List.of("english", "by-weights")) {
      // (7 × 2 + (1 - 1) / 2) / 2 and (6 × 2 + (1 + 0) / 2) / 2
      assertEquals(List.of("seen 7.0", "also 6.25"), found(user, nested(query)));
    }
  }

  @Test
  void aRoleMayBeMadeOfWeights() {
    Map<String, Object> all = Map.of("match_all", Map.of());
    assertEquals(List.of("seen 1.0", "also 1.0"), found("by-weights", all));
  }

  /** Elasticsearch gives a role's query no chance to have a text encoded. */
  @Test
  void aRoleMadeOfATextShowsNothing() {
    for (String user : List.of("by-text", "by-text-of-model")) {
      Http.Response refused = search(user, Map.of("match_all", Map.of()));
      assertTrue(refused.status() >= 400, refused::text);
      assertFalse(refused.text().contains("hidden"), refused::text);
    }
  }
}
