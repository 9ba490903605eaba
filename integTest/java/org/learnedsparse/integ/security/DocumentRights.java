package org.learnedsparse.integ.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.learnedsparse.integ.security.TeamIndices.comparable;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.node.Http;

/**
 * Who may see some documents of an index gets the answers of an index that has no others.
 *
 * <p>{@code -Dlearned_sparse.seed=} repeats a run.
 */
abstract class DocumentRights {
  private static final String INDEX = "teams";
  private static final int DOCUMENTS = 7_000;

  /** The first ones belong to nobody else: whole superblocks of them, with the largest weights. */
  private static final int FIRST_HIDDEN = 4_500;

  private static final int QUERIES = 8;
  private static final int VOCABULARY = 30;

  /** Blue has many documents; so few as those of green are found in another way. */
  private static final List<String> TEAMS = List.of("blue", "green");

  private static final TeamIndices INDICES = new TeamIndices(INDEX, TEAMS);

  private static long seed;
  private static Random random;

  @BeforeAll
  static void fill() throws JsonProcessingException {
    seed = Long.getLong("learned_sparse.seed", new Random().nextLong() & 0xFFFF_FFFFL);
    System.out.println("seed " + seed);
    random = new Random(seed);
    Map<String, Object> keyword = Map.of("type", "keyword");
    Map<String, Object> sparse =
        Map.of("type", "learned_sparse", "model", "words", "max_weight", 31.875);
    INDICES.fill(
        SecurityIT.node().admin(),
        Map.of("lang", keyword, "rank", Map.of("type", "integer"), "v", sparse),
        DOCUMENTS,
        DocumentRights::document);
  }

  private static Map<String, Object> document(int id) {
    boolean first = id < FIRST_HIDDEN;
    String team = first || random.nextBoolean() ? "red" : id % 250 == 0 ? "green" : "blue";
    Map<String, Double> weights = new LinkedHashMap<>();
    boolean hidden = team.equals("red");
    for (int i = 1 + random.nextInt(6); i > 0; i--) {
      weights.put(
          "t" + random.nextInt(VOCABULARY), (1 + random.nextInt(100)) / 8.0 + (hidden ? 15 : 0));
    }
    if (hidden) {
      weights.put("secret", 30.0);
    }
    return Map.of(
        TeamIndices.TEAM,
        team,
        "lang",
        random.nextBoolean() ? "de" : "en",
        "rank",
        id,
        "v",
        weights);
  }

  static List<User> users() {
    return INDICES.users();
  }

  private static Map<String, Object> sparse(Map<String, Double> vector, Object... settings) {
    Map<String, Object> query = new LinkedHashMap<>();
    query.put("field", "v");
    query.put("query_vector", vector);
    for (int i = 0; i < settings.length; i += 2) {
      query.put((String) settings[i], settings[i + 1]);
    }
    return Map.of("learned_sparse", query);
  }

  private static Map<String, Object> body(Map<String, Object> query, Object... settings) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("query", query);
    for (int i = 0; i < settings.length; i += 2) {
      body.put((String) settings[i], settings[i + 1]);
    }
    return body;
  }

  /** Every way to ask for the documents of a vector, exactly. */
  private static List<Map<String, Object>> searches(Map<String, Double> vector) {
    Map<String, Object> german = Map.of("term", Map.of("lang", "de"));
    Map<String, Object> query = sparse(vector);
    Map<String, Object> all = Map.of("match_all", Map.of());
    List<Map<String, Object>> searches = new ArrayList<>();
    searches.add(body(query));
    searches.add(body(query, "size", 50, "from", 20));
    searches.add(body(query, "size", 10, "track_total_hits", 20));
    searches.add(body(query, "size", 1, "track_total_hits", false));
    searches.add(body(query, "size", 0, "track_total_hits", true));
    searches.add(body(query, "sort", Map.of("rank", "asc"), "track_scores", true));
    searches.add(body(query, "min_score", 10));
    searches.add(body(query, "post_filter", german));
    searches.add(
        body(query, "size", 0, "aggs", Map.of("l", Map.of("terms", Map.of("field", "lang")))));
    searches.add(body(sparse(vector, "k", 1)));
    searches.add(body(sparse(vector, "k", 40), "size", 100));
    searches.add(body(sparse(vector, "k", 5, "filter", german)));
    searches.add(body(sparse(vector, "filter", german)));
    searches.add(body(Map.of("bool", Map.of("must", all, "filter", query))));
    searches.add(body(Map.of("bool", Map.of("must", all, "should", sparse(vector, "k", 5)))));
    vector.keySet().stream()
        .limit(1)
        .forEach(term -> searches.add(body(Map.of("term", Map.of("v", term)))));
    return searches;
  }

  private static List<Map<String, Object>> approximations() {
    return List.of(
        Map.of("max_blocks", 1),
        Map.of("threshold_factor", 0.3),
        Map.of("query_mass", 0.3, "force", true),
        Map.of("max_blocks", 2, "threshold_factor", 0.5, "query_mass", 0.5, "force", true));
  }

  private static Map<String, Double> vector() {
    Map<String, Double> vector = new LinkedHashMap<>();
    for (int i = 1 + random.nextInt(6); i > 0; i--) {
      vector.put("t" + random.nextInt(VOCABULARY), (1 + random.nextInt(64)) / 16.0);
    }
    return vector;
  }

  private static Http.Response search(Http user, String index, Map<String, Object> body) {
    return user.request("POST", index + "/_search", body).orThrow();
  }

  private static Http.Response dfs(Http user, Map<String, Object> body) {
    return user.request("POST", INDEX + "/_search?search_type=dfs_query_then_fetch", body)
        .orThrow();
  }

  @Test
  void answersAreThoseOfAnIndexWithoutTheHiddenDocuments() {
    Http admin = SecurityIT.node().admin();
    for (String team : TEAMS) {
      Http user = SecurityIT.node().as(INDICES.of(team));
      for (int i = 0; i < QUERIES; i++) {
        Map<String, Double> vector = vector();
        for (Map<String, Object> body : searches(vector)) {
          Http.Response expected = search(admin, INDICES.of(team), body);
          Http.Response actual = search(user, INDEX, body);
          assertEquals(
              comparable(expected.body()),
              comparable(actual.body()),
              () -> "seed " + seed + ", " + team + ": " + body);
          assertEquals(
              expected.headers().get("x-learned-sparse-search"),
              actual.headers().get("x-learned-sparse-search"));
          Http.Response dfs = dfs(user, body);
          assertEquals(comparable(expected.body()), comparable(dfs.body()), body::toString);
        }
      }
    }
  }

  /** What an approximation leaves out would depend on the hidden documents. */
  @Test
  void approximationsLeaveNothingOut() {
    Http admin = SecurityIT.node().admin();
    int approximate = 0;
    for (String team : TEAMS) {
      Http user = SecurityIT.node().as(INDICES.of(team));
      for (int i = 0; i < QUERIES; i++) {
        Map<String, Double> vector = vector();
        Http.Response exact = search(admin, INDICES.of(team), body(sparse(vector, "k", 10)));
        for (Map<String, Object> approximation : approximations()) {
          Map<String, Object> body = body(sparse(vector, "k", 10, "approximate", approximation));
          Http.Response actual = search(user, INDEX, body);
          assertEquals(
              comparable(exact.body()),
              comparable(actual.body()),
              () -> "seed " + seed + ", " + team + ": " + body);
          assertEquals(List.of("exact"), actual.headers().get("x-learned-sparse-search"));
          // Others get what they asked for.
          List<String> unhidden =
              search(admin, INDEX, body).headers().get("x-learned-sparse-search");
          approximate += unhidden.get(0).startsWith("approximate") ? 1 : 0;
        }
      }
    }
    assertTrue(approximate > 0, "no approximation left anything out");
  }

  /** A term that only hidden documents have is like one that no document has. */
  @Test
  void hiddenTermsAreLikeNone() {
    for (String team : TEAMS) {
      Http user = SecurityIT.node().as(INDICES.of(team));
      String visible =
          search(user, INDEX, body(Map.of("match_all", Map.of())))
              .body()
              .at("/hits/hits/0/_id")
              .asText();
      for (String other : List.of("t1", "t2", "")) {
        List<Map<String, Object>> hidden = telling("secret", other);
        List<Map<String, Object>> none = telling("nobody", other);
        for (int i = 0; i < hidden.size(); i++) {
          Map<String, Object> body = hidden.get(i);
          Http.Response expected = search(user, INDEX, none.get(i));
          Http.Response actual = search(user, INDEX, body);
          assertEquals(
              comparable(expected.body()), comparable(actual.body()), () -> seed + ": " + body);
          assertEquals(
              expected.headers().get("x-learned-sparse-search"),
              actual.headers().get("x-learned-sparse-search"));
          String path = INDEX + "/_explain/" + visible;
          assertEquals(
              user.request("POST", path, Map.of("query", none.get(i).get("query")))
                  .orThrow()
                  .text()
                  .replace("nobody", "secret"),
              user.request("POST", path, Map.of("query", body.get("query"))).orThrow().text());
        }
      }
    }
  }

  private static List<Map<String, Object>> telling(String term, String other) {
    Map<String, Double> vector = new LinkedHashMap<>();
    vector.put(term, 2.0);
    if (other.isEmpty() == false) {
      vector.put(other, 1.5);
    }
    List<Map<String, Object>> bodies = searches(vector);
    for (Map<String, Object> approximation : approximations()) {
      bodies.add(body(sparse(vector, "k", 10, "approximate", approximation)));
    }
    return bodies;
  }

  @Test
  void hiddenDocumentsAreNotExplained() {
    Http user = SecurityIT.node().as(INDICES.of("blue"));
    Http.Response hidden =
        user.request("POST", INDEX + "/_explain/0", Map.of("query", sparse(Map.of("secret", 1.0))));
    assertEquals(404, hidden.status(), hidden::text);
    Http.Response none =
        user.request(
            "POST", INDEX + "/_explain/none", Map.of("query", sparse(Map.of("secret", 1.0))));
    assertEquals(none.text(), hidden.text().replace("\"0\"", "\"none\""));
  }

  /** Elasticsearch's own rule: counts of a profile would tell of hidden documents. */
  @Test
  void thereIsNoProfile() {
    Http user = SecurityIT.node().as(INDICES.of("blue"));
    Http.Response refused =
        user.request("POST", INDEX + "/_search", body(sparse(Map.of("t1", 1.0)), "profile", true));
    assertTrue(refused.status() >= 400, refused::text);
    assertTrue(refused.text().contains("profile"), refused::text);
  }
}
