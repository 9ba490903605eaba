package org.learnedsparse.integ.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.node.Http;

/** A role that hides one side of a query with {@code knn} hides it from its feedback as well. */
abstract class HybridFieldRights {
  private static final String INDEX = "sides";

  /** Of a and b; no query asks for it, and feedback would add it. */
  private static final String SECRET = "kelp";

  private static final String BULK =
      """
      {"index":{"_id":"a"}}
      {"v":{"plants":2,"kelp":2},"d":[0.6,0.8]}
      {"index":{"_id":"b"}}
      {"v":{"kelp":1},"d":[0,1]}
      {"index":{"_id":"c"}}
      {"v":{"cats":1},"d":[1,0]}
      """;

  private static final String KNN =
      "'knn': {'field': 'd', 'query_vector': [1, 0], 'weight': 0.5, 'normalizer': 'none'}";

  static List<User> users() {
    return List.of(
        without("no-sparse", "v", "v.*"),
        without("no-sparse-source", "v.*"),
        without("no-dense", "d"),
        without("neither-side", "v", "v.*", "d"));
  }

  private static User without(String name, String... fields) {
    return User.of(
        name,
        INDEX,
        new String[] {"read"},
        Map.of("field_security", Map.of("grant", List.of("*"), "except", fields)));
  }

  @BeforeAll
  static void fill() {
    Http admin = SecurityIT.node().admin();
    Map<String, Object> sparse =
        Map.of("type", "learned_sparse", "model", "heads", "max_weight", 31.875);
    Map<String, Object> dense =
        Map.of("type", "dense_vector", "dims", 2, "similarity", "dot_product");
    Map<String, Object> index =
        Map.of(
            "settings",
            Map.of("number_of_shards", 1),
            "mappings",
            Map.of("properties", Map.of("v", sparse, "d", dense)));
    admin.request("PUT", INDEX, index).orThrow();
    Http.Response bulk = admin.request("POST", INDEX + "/_bulk?refresh=true", BULK).orThrow();
    assertFalse(bulk.body().get("errors").asBoolean(), bulk::text);
  }

  private static String query(String settings) {
    return ("{'learned_sparse': {'field': 'v', 'query_vector': {'plants': 2}, 'k': 3"
            + (settings.isEmpty() ? "" : ", " + settings)
            + "}}")
        .replace('\'', '"');
  }

  private static String feedback(String settings) {
    return "'feedback': {'documents': 2, 'weight': 0.5" + settings + "}";
  }

  private static Http.Response search(String user, String query) {
    return SecurityIT.node()
        .as(user)
        .request("POST", INDEX + "/_search", "{\"explain\": true, \"query\": " + query + "}");
  }

  private static Http.Response answer(String user, String settings) {
    return search(user, query(settings)).orThrow();
  }

  private static List<String> hits(Http.Response answer) {
    List<String> hits = new ArrayList<>();
    for (JsonNode hit : answer.body().at("/hits/hits")) {
      hits.add(hit.get("_id").asText() + " %.4f".formatted(hit.get("_score").asDouble()));
    }
    return hits;
  }

  private static List<String> warnings(Http.Response answer) {
    return answer.headers().getOrDefault("warning", List.of());
  }

  private static void assertUnchanged(String what, Http.Response answer) {
    List<String> warnings = warnings(answer);
    assertEquals(1, warnings.size(), warnings::toString);
    assertTrue(warnings.get(0).contains("has not changed the " + what), warnings::toString);
  }

  /** Who sees all: what the others are not to get. */
  @Test
  void unhiddenFieldsCount() {
    Http.Response both =
        SecurityIT.node()
            .admin()
            .request(
                "POST",
                INDEX + "/_search",
                "{\"explain\": true, \"query\": " + query(KNN + ", " + feedback("")) + "}")
            .orThrow();
    // The best are a and c.
    assertTrue(both.text().contains(SECRET), both::text);
    assertEquals(List.of(), warnings(both));
    assertEquals(3, hits(both).size(), both::text);
  }

  @Test
  void nothingIsNearByAHiddenVector() {
    for (String user : List.of("no-dense", "neither-side")) {
      String own =
          "{\"knn\": {\"field\": \"d\", \"query_vector\": [1, 0], \"k\": 3, \"num_candidates\": 3}}";
      assertEquals(List.of(), hits(search(user, own).orThrow()));
    }
    assertEquals(List.of(), hits(answer("neither-side", KNN)));
    // 2 × 2 / 2, without a dense part.
    Http.Response found = answer("no-dense", KNN);
    assertEquals(List.of("a 2.0000"), hits(found));
    assertEquals(
        0, found.body().at("/hits/hits/0/_explanation/details/1/value").asDouble(), found::text);
    assertEquals("1 sparse and 0 dense candidates", candidates("no-dense"));
    assertEquals("0 sparse and 3 dense candidates", candidates("no-sparse"));
  }

  /** How many each side has found, by the profile. */
  private static String candidates(String user) {
    Http.Response answer =
        SecurityIT.node()
            .as(user)
            .request(
                "POST", INDEX + "/_search", "{\"profile\": true, \"query\": " + query(KNN) + "}")
            .orThrow();
    String text = answer.text();
    int end = text.indexOf(" dense candidates");
    assertTrue(end > 0, text);
    String before = text.substring(0, end);
    return before.substring(before.lastIndexOf(": ") + 2) + " dense candidates";
  }

  @Test
  void hiddenWeightsCountForNothing() {
    // c: 1 / 2; a: (1 + 0.6) / 2 / 2; b: (1 + 0) / 2 / 2
    List<String> byVector = List.of("c 0.5000", "a 0.4000", "b 0.2500");
    assertEquals(byVector, hits(answer("no-sparse", KNN)));
    assertEquals(List.of(), hits(answer("no-sparse", "")));
    assertEquals(List.of(), hits(answer("no-sparse", feedback(""))));
    assertEquals(List.of(), hits(answer("neither-side", KNN + ", " + feedback(""))));
  }

  @Test
  void hiddenWeightsAddNoTerms() {
    // The vectors of c and a have the direction of [0.8, 0.4]; with as much of [1, 0] it is
    // [0.97325, 0.22975], for which the scores are half of (1 + dot product) / 2.
    Http.Response found = answer("no-sparse", KNN + ", " + feedback(""));
    assertEquals(List.of("c 0.4933", "a 0.4419", "b 0.3074"), hits(found));
    assertFalse(found.text().contains(SECRET), found::text);
    assertUnchanged("term weights", found);

    // What is searched and not shown; a's weights of plants count, and make a one of the best two.
    Http.Response terms = answer("no-sparse-source", KNN + ", " + feedback(""));
    assertEquals(List.of("a 2.4419", "c 0.4933", "b 0.3074"), hits(terms));
    assertFalse(terms.text().contains(SECRET), terms::text);
    assertUnchanged("term weights", terms);
    assertEquals(List.of("a 4.0000"), hits(answer("no-sparse-source", "")));
    Http.Response refused = search("no-sparse-source", query(feedback("")));
    assertEquals(400, refused.status(), refused::text);
    assertTrue(refused.text().contains("takes the documents' weights from"), refused::text);
    assertFalse(refused.text().contains(SECRET), refused::text);
  }

  @Test
  void hiddenVectorsMoveNothing() {
    // Half of a's weights, so that plants weigh 1.5 and kelp 0.5: (1.5 × 2 + 0.5 × 2) / 2, 0.5 / 2.
    List<String> bySparse = List.of("a 2.0000", "b 0.2500");
    Http.Response both = answer("no-dense", KNN + ", " + feedback(""));
    assertEquals(bySparse, hits(both));
    assertUnchanged("vector", both);
    Http.Response dense = answer("no-dense", KNN + ", " + feedback(", 'space': 'dense'"));
    assertEquals(List.of("a 2.0000"), hits(dense));
    assertUnchanged("vector", dense);
    // The dense side's own first search finds nothing.
    assertEquals(
        bySparse, hits(answer("no-dense", KNN + ", " + feedback(", 'interpolation': 'after'"))));
    Http.Response alone =
        answer("no-dense", KNN + ", " + feedback(", 'space': 'dense', 'interpolation': 'before'"));
    assertEquals(List.of("a 0.0000"), hits(alone));
  }
}
