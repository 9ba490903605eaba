package org.learnedsparse.integ.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.learnedsparse.integ.security.TeamIndices.comparable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.node.Http;

/**
 * Hidden documents are found by neither side of a query with {@code knn}, they are no relevant
 * documents of its feedback, and a fusion of such queries has none of them.
 *
 * <p>{@code -Dlearned_sparse.seed=} repeats a run.
 */
abstract class HybridDocumentRights {
  /** Blue has many documents, green has few: both kinds of readers are searched. */
  private static final TeamIndices INDICES = new TeamIndices("projects", List.of("blue", "green"));

  private static final int DOCUMENTS = 1_200;

  /** What hidden documents alone have, with the largest weights. */
  private static final String SECRET = "secret";

  /** What queries ask for. Hidden documents have these vectors, so that no other is as near. */
  private static final List<List<Double>> DIRECTIONS =
      List.of(List.of(1.0, 0.0), List.of(0.0, 1.0), List.of(0.6, 0.8), List.of(0.8, -0.6));

  private static final int SEARCHERS = 6;

  /** Of angles. A graph of many equal vectors falls apart. */
  private static final double NEAR_ENOUGH = 0.03;

  private static final List<String> TERMS = List.of("plants", "cats", "leaves", "energy", "light");

  private static final String KNN = "'knn': {'field': 'flat', 'query_vector': $vector$";

  /** The queries, without the field; what stands between dollars differs. */
  private static final List<String> QUERIES =
      List.of(
          "'query_vector': $weights$, 'k': 5, " + KNN + "}",
          "'query_vector': $weights$, " + KNN + ", 'weight': 1}",
          "'query_vector': $weights$, 'k': 3, "
              + KNN
              + ", 'k': 9, 'num_candidates': 20, 'similarity': 0.7, 'normalizer': 'none'}",
          "'query_vector': $weights$, 'k': 4, 'filter': {'term': {'lang': 'de'}}, " + KNN + "}",
          "'query': 'plants cats', 'k': 5, 'knn': {'field': 'flat'}",
          "'query_vector': $weights$, 'feedback': {'documents': 3}",
          "'query': 'plants', 'feedback': {'documents': 100, 'method': 'rocchio'}",
          "'query_vector': $weights$, 'filter': {'term': {'lang': 'en'}}, 'feedback': {}",
          feedback("both", "both"),
          feedback("both", "after"),
          feedback("sparse", "before"),
          feedback("dense", "before"),
          feedback("dense", "after"));

  /** The ways to ask for a query's documents. */
  private static final List<String> SEARCHES =
      List.of(
          "{'query': $query$, 'explain': true}",
          "{'query': $query$, 'size': 0, 'aggs': {'l': {'terms': {'field': 'lang'}}}}",
          "{'query': {'bool': {'must': {'match_all': {}}, 'should': $query$}}, 'size': 20}",
          "{'query': {'match_all': {}}, 'size': 20,"
              + " 'rescore': {'window_size': 50, 'query': {'rescore_query': $query$}}}",
          "{'retriever': {'learned_sparse_fusion': {'retrievers': [{'standard': {'query': $query$}},"
              + " {'knn': {'field': 'flat', 'query_vector': $vector$, 'k': 7,"
              + " 'num_candidates': 30}}]}}, 'aggs': {'l': {'terms': {'field': 'lang'}}}}",
          "{'retriever': {'learned_sparse_fusion': {'method': 'linear', 'retrievers':"
              + " [{'standard': {'query': $query$}}, {'standard': {'query': {'learned_sparse':"
              + " {'field': 'v', 'query_vector': $weights$}}}}]}}, 'explain': true}");

  private static long seed;
  private static Random random;

  private static String feedback(String space, String interpolation) {
    return ("'query_vector': $weights$, 'k': 5, " + KNN + ", 'weight': 0.6},")
        + (" 'feedback': {'documents': 4, 'weight': 0.5, 'space': '" + space)
        + ("', 'interpolation': '" + interpolation + "'}");
  }

  static List<User> users() {
    return INDICES.users();
  }

  @BeforeAll
  static void fill() throws JsonProcessingException {
    seed = Long.getLong("learned_sparse.seed", new Random().nextLong() & 0xFFFF_FFFFL);
    System.out.println("seed " + seed);
    random = new Random(seed);
    Map<String, Object> sparse =
        Map.of("type", "learned_sparse", "model", "heads", "max_weight", 31.875);
    Map<String, Object> properties =
        Map.of(
            "lang", Map.of("type", "keyword"),
            "v", sparse,
            "flat", dense("flat"),
            "graph", dense("hnsw"));
    INDICES.fill(SecurityIT.node().admin(), properties, DOCUMENTS, HybridDocumentRights::document);
  }

  private static Map<String, Object> dense(String index) {
    return Map.of(
        "type",
        "dense_vector",
        "dims",
        2,
        "similarity",
        "dot_product",
        "index_options",
        Map.of("type", index));
  }

  private static Map<String, Object> document(int id) {
    String team = random.nextBoolean() ? "red" : id % 60 == 0 ? "green" : "blue";
    boolean hidden = team.equals("red");
    Map<String, Double> weights = new LinkedHashMap<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      weights.put(
          TERMS.get(random.nextInt(TERMS.size())),
          (1 + random.nextInt(100)) / 8.0 + (hidden ? 15 : 0));
    }
    if (hidden) {
      weights.put(SECRET, 30.0);
    }
    double angle = random.nextDouble() * 2 * Math.PI;
    List<Double> direction = DIRECTIONS.get(random.nextInt(DIRECTIONS.size()));
    double near =
        Math.atan2(direction.get(1), direction.get(0)) + random.nextGaussian() * NEAR_ENOUGH;
    String lang = random.nextBoolean() ? "de" : "en";
    return Map.of(
        TeamIndices.TEAM,
        team,
        "lang",
        lang,
        "v",
        weights,
        "flat",
        hidden ? direction : unit(angle),
        "graph",
        unit(hidden ? near : angle));
  }

  private static List<Double> unit(double angle) {
    return List.of(Math.cos(angle), Math.sin(angle));
  }

  /** What puts weights and a vector into the places that a query has for them. */
  private static UnaryOperator<String> question(List<Double> vector)
      throws JsonProcessingException {
    Map<String, Double> weights = new LinkedHashMap<>();
    for (int i = 1 + random.nextInt(2); i > 0; i--) {
      weights.put(TERMS.get(random.nextInt(TERMS.size())), (1 + random.nextInt(64)) / 16.0);
    }
    String json = Http.JSON.writeValueAsString(weights);
    return template ->
        template
            .replace('\'', '"')
            .replace("$weights$", json)
            .replace("$vector$", vector.toString());
  }

  private static String query(String settings) {
    return "{'learned_sparse': {'field': 'v', " + settings + "}}";
  }

  private static List<String> searches(UnaryOperator<String> question) {
    List<String> searches = new ArrayList<>();
    for (String search : SEARCHES) {
      for (String settings : QUERIES) {
        searches.add(question.apply(search.replace("$query$", query(settings))));
      }
    }
    return searches;
  }

  private static Http.Response search(Http user, String index, String body) {
    return user.request("POST", index + "/_search", body).orThrow();
  }

  private static Http as(String team) {
    return SecurityIT.node().as(INDICES.of(team));
  }

  @Test
  void answersAreThoseOfAnIndexWithoutTheHiddenDocuments() throws JsonProcessingException {
    Http admin = SecurityIT.node().admin();
    boolean[] tells = new boolean[SEARCHES.size() * QUERIES.size()];
    for (String team : INDICES.teams()) {
      for (List<Double> direction : DIRECTIONS) {
        List<String> searches = searches(question(direction));
        for (int i = 0; i < tells.length; i++) {
          String body = searches.get(i);
          Http.Response expected = search(admin, INDICES.of(team), body);
          Http.Response actual = search(as(team), INDICES.shared(), body);
          assertEquals(
              comparable(expected.body()),
              comparable(actual.body()),
              () -> "seed " + seed + ", " + team + ": " + body);
          assertFalse(actual.text().contains(SECRET), actual::text);
          assertEquals(
              expected.headers().get("x-learned-sparse-search"),
              actual.headers().get("x-learned-sparse-search"),
              body);
          Http.Response unhidden = search(admin, INDICES.shared(), body);
          tells[i] |= comparable(unhidden.body()).equals(comparable(expected.body())) == false;
        }
      }
    }
    List<String> searches = searches(question(DIRECTIONS.get(0)));
    for (int i = 0; i < tells.length; i++) {
      assertTrue(tells[i], "hidden documents make no difference: " + searches.get(i));
    }
  }

  /** As other requests have it: of all shards' statistics, in a point in time, by a pattern. */
  @Test
  void soAreThoseOfOtherRequests() throws JsonProcessingException {
    Http admin = SecurityIT.node().admin();
    for (String team : INDICES.teams()) {
      UnaryOperator<String> question = question(DIRECTIONS.get(0));
      String pit = pointInTime(as(team), INDICES.shared());
      for (String body : searches(question)) {
        JsonNode expected = comparable(search(admin, INDICES.of(team), body).body());
        for (String index :
            List.of(
                INDICES.shared() + "/_search?search_type=dfs_query_then_fetch",
                INDICES.shared() + "*/_search",
                "_search")) {
          boolean inTime = index.equals("_search");
          String its = inTime ? "{\"pit\":{\"id\":\"" + pit + "\"}," + body.substring(1) : body;
          Http.Response actual = as(team).request("POST", index, its).orThrow();
          ObjectNode comparable = (ObjectNode) comparable(actual.body());
          comparable.remove("pit_id");
          assertEquals(expected, comparable, () -> "seed " + seed + ", " + index + ": " + its);
        }
      }
      Http.Response closed = as(team).request("DELETE", "_pit", Map.of("id", pit));
      assertEquals(200, closed.status(), closed::text);
    }
  }

  private static String pointInTime(Http user, String index) {
    return user.request("POST", index + "/_pit?keep_alive=5m", null)
        .orThrow()
        .body()
        .get("id")
        .asText();
  }

  /** Texts of several users are encoded together, and feedback goes on from there. */
  @Test
  void othersWhoSearchAtTheSameTimeLendNoRights() throws Exception {
    String body =
        question(DIRECTIONS.get(0))
            .apply(
                "{'explain': true, 'query': "
                    + query(
                        "'query': 'plants cats', 'k': 5, 'knn': {'field': 'flat'},"
                            + " 'feedback': {'documents': 4}")
                    + "}");
    Http admin = SecurityIT.node().admin();
    JsonNode expected = comparable(search(admin, INDICES.of("blue"), body).body());
    ExecutorService threads = Executors.newFixedThreadPool(SEARCHERS);
    try {
      List<Future<JsonNode>> answers = new ArrayList<>();
      for (int i = 0; i < 30 * SEARCHERS; i++) {
        Http user = i % 2 == 0 ? as("blue") : admin;
        answers.add(threads.submit(() -> comparable(search(user, INDICES.shared(), body).body())));
      }
      for (int i = 0; i < answers.size(); i++) {
        JsonNode actual = answers.get(i).get();
        if (i % 2 == 0) {
          assertEquals(expected, actual);
        } else {
          assertNotEquals(expected, actual);
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Each hidden document is like one that is not there, and tells the others nothing. */
  @Test
  void explanationsAreThoseOfAnIndexWithoutTheHiddenDocuments() throws JsonProcessingException {
    Http admin = SecurityIT.node().admin();
    UnaryOperator<String> question = question(DIRECTIONS.get(0));
    String secrets = "{'query': {'learned_sparse': {'field': 'v', 'query_vector': {'secret': 1}}}}";
    String hidden = first(admin, INDICES.shared(), question.apply(secrets));
    int explained = 0;
    int telling = 0;
    for (String team : INDICES.teams()) {
      for (String settings : QUERIES) {
        String body = question.apply("{'query': " + query(settings) + "}");
        Http.Response unseen =
            as(team).request("POST", INDICES.shared() + "/_explain/" + hidden, body);
        assertEquals(404, unseen.status(), unseen::text);
        Http.Response none = as(team).request("POST", INDICES.shared() + "/_explain/none", body);
        assertEquals(none.text(), unseen.text().replace("\"" + hidden + "\"", "\"none\""), body);

        String seen = first(admin, INDICES.of(team), body);
        if (seen.isEmpty() == false) {
          JsonNode actual = explanation(as(team), INDICES.shared(), seen, body);
          assertEquals(explanation(admin, INDICES.of(team), seen, body), actual, body);
          assertTrue(actual.get("matched").asBoolean(), actual::toString);
          explained++;
        }
        // The terms of feedback are here, whoever may see them.
        telling +=
            explanation(admin, INDICES.shared(), hidden, body).toString().contains(SECRET) ? 1 : 0;
      }
    }
    assertTrue(explained >= QUERIES.size(), "too few queries find anything");
    assertTrue(telling > 0, "no explanation tells of a hidden document's terms");
  }

  private static String first(Http user, String index, String body) {
    return search(user, index, body).body().at("/hits/hits/0/_id").asText();
  }

  private static JsonNode explanation(Http user, String index, String id, String body) {
    return comparable(user.request("POST", index + "/_explain/" + id, body).orThrow().body());
  }

  /** The graph that leads to near vectors has the hidden ones as well. */
  @Test
  void aGraphLeadsToNoHiddenDocument() {
    for (String team : INDICES.teams()) {
      Set<String> seen = ids(SecurityIT.node().admin(), INDICES.of(team), "{'size': 2000}");
      for (List<Double> direction : DIRECTIONS) {
        String knn = "'field': 'graph', 'query_vector': " + direction + ", 'k': 20";
        String own = "{'size': 100, 'query': {'knn': {" + knn + ", 'num_candidates': 40}}}";
        String fused =
            "{'size': 100, 'query': {'learned_sparse': {'field': 'v', 'query_vector': {'none': 1},"
                + (" 'knn': {" + knn + ", 'num_candidates': 40}}}}");
        Set<String> found = ids(as(team), INDICES.shared(), fused);
        assertEquals(ids(as(team), INDICES.shared(), own), found);
        assertFalse(found.isEmpty(), () -> "seed " + seed);
        assertTrue(seen.containsAll(found), () -> "seed " + seed + ": " + found);
        Set<String> unhidden = ids(SecurityIT.node().admin(), INDICES.shared(), fused);
        assertFalse(seen.containsAll(unhidden), "no hidden document is among the nearest");
      }
    }
  }

  private static Set<String> ids(Http user, String index, String body) {
    Set<String> ids = new TreeSet<>();
    search(user, index, body.replace('\'', '"'))
        .body()
        .at("/hits/hits")
        .forEach(hit -> ids.add(hit.get("_id").asText()));
    return ids;
  }

  /** Elasticsearch's own rule: how many candidates each side has had would tell of hidden ones. */
  @Test
  void nothingTellsHowASearchWent() throws JsonProcessingException {
    Http admin = SecurityIT.node().admin();
    for (String body : searches(question(DIRECTIONS.get(0)))) {
      String profiled = "{\"profile\":true," + body.substring(1);
      Http.Response refused = as("blue").request("POST", INDICES.shared() + "/_search", profiled);
      assertTrue(refused.status() >= 400, refused::text);
      assertTrue(refused.text().contains("profile"), refused::text);
      String told = search(admin, INDICES.shared(), profiled).text();
      assertTrue(told.contains("profile"), told);
    }
    for (String settings : QUERIES) {
      String body = question(DIRECTIONS.get(0)).apply("{'query': " + query(settings) + "}");
      String path = INDICES.shared() + "/_validate/query?rewrite=true";
      Http.Response refused = as("blue").request("POST", path, body);
      assertTrue(refused.status() >= 400, refused::text);
      admin.request("POST", path, body).orThrow();
    }
  }
}
