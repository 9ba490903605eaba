package org.learnedsparse.integ.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.node.Http;

/** A role that hides a {@code learned_sparse} field hides its terms, weights and counts. */
abstract class FieldRights {
  private static final String INDEX = "fields";

  /** Weights that appear nowhere else. */
  private static final String WEIGHT = "7.125";

  private static final String DOCUMENT =
      "{\"body\":\"plants\",\"hidden\":{\"plants\":" + WEIGHT + "},\"seen\":{\"plants\":2.0}}";

  private static Http user;

  @BeforeAll
  static void fill() {
    Http admin = SecurityIT.node().admin();
    Map<String, Object> field =
        Map.of("type", "learned_sparse", "model", "tiny", "max_weight", 31.875);
    Map<String, Object> body = Map.of("type", "text");
    Map<String, Object> properties = Map.of("body", body, "hidden", field, "seen", field);
    admin.request("PUT", INDEX, Map.of("mappings", Map.of("properties", properties))).orThrow();
    admin.request("PUT", INDEX + "/_doc/1?refresh=true", DOCUMENT).orThrow();
    user = SecurityIT.node().as("no-hidden");
  }

  static List<User> users() {
    return List.of(
        userWithout("no-hidden", "hidden", "hidden.*"), userWithout("half-hidden", "hidden"));
  }

  private static User userWithout(String name, String... fields) {
    Map<String, Object> shown = Map.of("grant", List.of("*"), "except", fields);
    return User.of(
        name, INDEX, new String[] {"read", "view_index_metadata"}, Map.of("field_security", shown));
  }

  private static JsonNode search(Map<String, Object> body) {
    Http.Response answer = user.request("POST", INDEX + "/_search", body).orThrow();
    assertFalse(answer.text().contains(WEIGHT), answer::text);
    return answer.body();
  }

  private static int total(Map<String, Object> query) {
    return search(Map.of("query", query)).at("/hits/total/value").asInt();
  }

  private static Map<String, Object> sparse(String field) {
    return Map.of("learned_sparse", Map.of("field", field, "query_vector", Map.of("plants", 1.0)));
  }

  @Test
  void noQueryFindsIt() {
    for (String field : List.of("hidden", "seen")) {
      int found = field.equals("seen") ? 1 : 0;
      Map<String, Object> plants = Map.of("plants", 1.0);
      List<Map<String, Object>> queries =
          List.of(
              Map.of("field", field, "query_vector", plants),
              Map.of("field", field, "query", "plants"),
              Map.of("field", field, "query", "plants", "index_idf", 1.0),
              Map.of("field", field, "query_vector", plants, "k", 5),
              Map.of(
                  "field",
                  field,
                  "query_vector",
                  plants,
                  "approximate",
                  Map.of("max_blocks", 1, "threshold_factor", 0.5)));
      for (Map<String, Object> query : queries) {
        assertEquals(found, total(Map.of("learned_sparse", query)), query::toString);
      }
      assertEquals(found, total(Map.of("exists", Map.of("field", field))), field);
      assertEquals(found, total(Map.of("term", Map.of(field, "plants"))), field);
      Map<String, Object> all = Map.of("match_all", Map.of());
      Map<String, Object> bool = Map.of("must", all, "filter", sparse(field));
      assertEquals(found, total(Map.of("bool", bool)), field);
    }
  }

  @Test
  void noAnswerShowsIt() {
    JsonNode hit =
        search(
                Map.of(
                    "query", Map.of("match", Map.of("body", "plants")),
                    "fields", List.of("*", "hidden"),
                    "highlight", Map.of("fields", Map.of("hidden", Map.of(), "*", Map.of()))))
            .at("/hits/hits/0");
    assertFalse(hit.toString().contains("hidden"), hit::toString);
    assertEquals(2.0, hit.at("/_source/seen/plants").asDouble(), hit::toString);
    for (String path :
        List.of(
            INDEX + "/_doc/1",
            INDEX + "/_mapping",
            INDEX + "/_field_caps?fields=*",
            INDEX + "/_termvectors/1?fields=hidden,body")) {
      Http.Response answer = user.request("GET", path, null).orThrow();
      assertFalse(answer.text().contains("hidden"), () -> path + ": " + answer.text());
      assertFalse(answer.text().contains(WEIGHT), () -> path + ": " + answer.text());
    }
    Http.Response terms =
        user.request("POST", INDEX + "/_terms_enum", Map.of("field", "hidden", "string", "pl"))
            .orThrow();
    assertTrue(terms.body().get("terms").isEmpty(), terms::text);
  }

  @Test
  void noExplanationTellsOfIt() {
    Http.Response hidden =
        user.request("POST", INDEX + "/_explain/1", Map.of("query", sparse("hidden"))).orThrow();
    assertFalse(hidden.body().get("matched").asBoolean(), hidden::text);
    assertFalse(hidden.text().contains("impact"), hidden::text);
    Http.Response seen =
        user.request("POST", INDEX + "/_explain/1", Map.of("query", sparse("seen"))).orThrow();
    assertTrue(seen.text().contains("impact"), seen::text);
  }

  @Test
  void noCountOfAProfileTellsOfIt() {
    for (Map<String, Object> settings : List.<Map<String, Object>>of(Map.of(), Map.of("k", 3))) {
      String hidden = profile("hidden", settings);
      assertFalse(hidden.matches(".*[1-9][0-9]* (superblocks|blocks|documents).*"), hidden);
      String seen = profile("seen", settings);
      assertTrue(seen.contains("took in 1 documents"), seen);
    }
  }

  private static String profile(String field, Map<String, Object> settings) {
    Map<String, Object> query = new HashMap<>(settings);
    query.put("field", field);
    query.put("query_vector", Map.of("plants", 1.0));
    JsonNode answer = search(Map.of("profile", true, "query", Map.of("learned_sparse", query)));
    return answer.at("/profile/shards/0/searches/0/query/0/description").asText();
  }

  @Test
  void encodeKnowsNoSuchField() {
    Http.Response hidden = encode("hidden");
    assertEquals(400, hidden.status(), hidden::text);
    assertEquals(hidden.text(), encode("nowhere").text().replace("nowhere", "hidden"));
    encode("seen").orThrow();
  }

  private static Http.Response encode(String field) {
    return user.request(
        "POST",
        INDEX + "/_learned_sparse/encode",
        Map.of("field", field, "texts", List.of("plants")));
  }

  /** What the reference warns of: Elasticsearch takes terms for fields of their own there. */
  @Test
  void theFieldsNameAloneLeavesItsTermsInTheSource() {
    Http half = SecurityIT.node().as("half-hidden");
    Http.Response found =
        half.request("POST", INDEX + "/_search", Map.of("query", sparse("hidden"))).orThrow();
    assertEquals(0, found.body().at("/hits/total/value").asInt(), found::text);
    Http.Response document = half.request("GET", INDEX + "/_doc/1", null).orThrow();
    assertTrue(document.text().contains(WEIGHT), document::text);
  }
}
