package org.learnedsparse.integ;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.learnedsparse.tools.node.Http;

/**
 * Documents of a few topics, and what searches must find among them: by definition of the score,
 * over every document. All weights are multiples of a power of two, so no score needs rounding and
 * equal means equal to the last bit.
 */
final class ExactDocuments {
  /** The step is 1/8. */
  static final String MAPPING =
      """
      {"properties": {
        "v": {"type": "learned_sparse", "max_weight": 31.875},
        "version": {"type": "integer"},
        "part": {"type": "keyword"}}}
      """;

  private static final int TOPICS = 6;
  private static final int TERMS_OF_A_TOPIC = 50;
  private static final int COMMON_TERMS = 20;
  private static final int PARTS = 3;

  /** The weights of each document that is there. */
  private final Map<Integer, Map<String, Double>> documents = new TreeMap<>();

  ExactDocuments() {}

  /**
   * @param versions of the documents that are there
   */
  ExactDocuments(Map<Integer, Integer> versions) {
    versions.forEach((id, version) -> documents.put(id, weights(id, version)));
  }

  /** A document's weights, which are other ones for each version. */
  private static Map<String, Double> weights(int id, int version) {
    Random random = new Random(1_000_003L * id + version);
    Map<String, Double> weights = new TreeMap<>();
    for (int i = 0; i < 24; i++) {
      weights.put(term(id % TOPICS, random), (1 + random.nextInt(80)) / 8.0);
    }
    return weights;
  }

  private static String term(int topic, Random random) {
    return random.nextInt(4) == 0
        ? "common" + random.nextInt(COMMON_TERMS)
        : "t" + topic + "x" + random.nextInt(TERMS_OF_A_TOPIC);
  }

  private static String part(int id) {
    return "part" + id % PARTS;
  }

  /** A copy that later changes do not reach. */
  ExactDocuments copy() {
    ExactDocuments copy = new ExactDocuments();
    copy.documents.putAll(documents);
    return copy;
  }

  /** The lines of a bulk request that index a version of a document. */
  static String indexLines(int id, int version) throws IOException {
    Map<String, Object> source =
        Map.of("v", weights(id, version), "version", version, "part", part(id));
    return "{\"index\":{\"_id\":\"%d\"}}\n%s\n".formatted(id, Http.JSON.writeValueAsString(source));
  }

  /** The line of a bulk request that deletes a document. */
  static String deleteLine(int id) {
    return "{\"delete\":{\"_id\":\"%d\"}}\n".formatted(id);
  }

  /** Indexes a version of some documents, in one bulk request. */
  void index(Http http, String index, int from, int to, int version) throws IOException {
    StringBuilder bulk = new StringBuilder();
    for (int id = from; id < to; id++) {
      bulk.append(indexLines(id, version));
      documents.put(id, weights(id, version));
    }
    send(http, index, bulk);
  }

  /** Deletes each document whose number the step divides. */
  void delete(Http http, String index, int step) {
    List<Integer> gone = documents.keySet().stream().filter(id -> id % step == 0).toList();
    documents.keySet().removeAll(gone);
    StringBuilder bulk = new StringBuilder();
    gone.forEach(id -> bulk.append(deleteLine(id)));
    send(http, index, bulk);
  }

  private static void send(Http http, String index, StringBuilder bulk) {
    JsonNode answer = http.request("POST", index + "/_bulk", bulk.toString()).orThrow().body();
    assertEquals(false, answer.get("errors").asBoolean(), answer::toString);
  }

  /**
   * Searches with random queries, of every kind of request, and compares ids and scores.
   *
   * @param path of the search, with parameters if there are any; the index was refreshed
   */
  void check(Http http, String path, int queries, Random random) {
    for (int i = 0; i < queries; i++) {
      Map<String, Double> query = query(random);
      String part = random.nextInt(3) == 0 ? "part" + random.nextInt(PARTS) : null;
      Map<Integer, Float> expected = scores(query, part);
      Map<String, Object> clause = new LinkedHashMap<>(Map.of("field", "v", "query_vector", query));
      if (part != null) {
        clause.put("filter", Map.of("term", Map.of("part", part)));
      }
      checkAll(http, path, clause, expected);
      int size = 1 + random.nextInt(40);
      checkBest(http, path, clause, size, expected);
      clause.put("k", size + random.nextInt(3));
      checkBest(http, path, clause, size, expected);
    }
  }

  private static Map<String, Double> query(Random random) {
    Map<String, Double> query = new HashMap<>();
    int topic = random.nextInt(TOPICS);
    for (int i = 1 + random.nextInt(20); i > 0; i--) {
      int of = random.nextInt(8) == 0 ? random.nextInt(TOPICS) : topic;
      query.put(term(of, random), (1 + random.nextInt(128)) / 32.0);
    }
    return query;
  }

  private Map<Integer, Float> scores(Map<String, Double> query, String part) {
    Map<Integer, Float> scores = new TreeMap<>();
    documents.forEach(
        (id, weights) -> {
          if (part != null && part.equals(part(id)) == false) {
            return;
          }
          double score = 0;
          for (Map.Entry<String, Double> term : query.entrySet()) {
            score += term.getValue() * weights.getOrDefault(term.getKey(), 0.0);
          }
          if (score > 0) {
            scores.put(id, (float) score);
          }
        });
    return scores;
  }

  /** Every document that matches, with its score. */
  private static void checkAll(
      Http http, String path, Map<String, Object> clause, Map<Integer, Float> expected) {
    JsonNode answer = search(http, path, clause, 10_000);
    assertEquals(expected, new TreeMap<>(hits(answer)), clause::toString);
    assertEquals(expected.size(), answer.at("/hits/total/value").asInt(), clause::toString);
  }

  /** The best, each with its own score: of equal ones any will do. */
  private static void checkBest(
      Http http, String path, Map<String, Object> clause, int size, Map<Integer, Float> expected) {
    Map<Integer, Float> found = hits(search(http, path, clause, size));
    List<Float> best =
        expected.values().stream().sorted(Comparator.reverseOrder()).limit(size).toList();
    assertEquals(best, new ArrayList<>(found.values()), clause::toString);
    found.forEach(
        (id, score) -> assertEquals(expected.get(id), score, () -> "of " + id + ", " + clause));
  }

  private static JsonNode search(Http http, String path, Map<String, Object> clause, int size) {
    Map<String, Object> body =
        Map.of("size", size, "_source", false, "query", Map.of("learned_sparse", clause));
    JsonNode answer = http.request("POST", path, body).orThrow().body();
    assertEquals(0, answer.at("/_shards/failed").asInt(1), answer::toString);
    return answer;
  }

  private static Map<Integer, Float> hits(JsonNode answer) {
    Map<Integer, Float> hits = new LinkedHashMap<>();
    for (JsonNode hit : answer.at("/hits/hits")) {
      Float before = hits.put(hit.get("_id").asInt(), hit.get("_score").floatValue());
      assertTrue(before == null, () -> "twice: " + hit);
    }
    return hits;
  }
}
