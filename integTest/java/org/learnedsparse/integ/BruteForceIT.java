package org.learnedsparse.integ;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.learnedsparse.integ.ScannedIndex.Document;
import org.learnedsparse.integ.ScannedIndex.Scored;
import org.learnedsparse.integ.ScannedIndex.Weights;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.RealNode;

/**
 * Searches give what a scan of all documents gives, by the definition of the score: the sum over
 * shared terms of query weight × stored impact × step. Random documents, several shards, many
 * segments, updates, deletes, filters.
 *
 * <p>{@code -Dlearned_sparse.seed=} repeats a run.
 */
class BruteForceIT {

  private static final int DOCUMENTS = 3_000;
  private static final int QUERIES = 80;

  private static RealNode node;
  private static Http http;

  private final long seed =
      Long.getLong("learned_sparse.seed", new Random().nextLong() & 0xFFFF_FFFFL);
  private final Random random = new Random(seed);

  private ScannedIndex index;
  private double maxWeight;

  @BeforeAll
  static void start() throws IOException {
    node = RealNode.builder("brute-force").start();
    http = node.http();
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.close();
    }
  }

  /**
   * All weights are multiples of a power of two, so that no score needs rounding: equal means equal
   * to the last bit, and ties are frequent.
   */
  @Test
  void exactly() throws IOException {
    index(31.875, () -> (1 + random.nextInt(80)) / 8.0);
    for (int i = 0; i < QUERIES; i++) {
      search(() -> (1 + random.nextInt(128)) / 32.0, true);
    }
  }

  /** Any weights, above the maximum as well: equal but for the rounding of weights. */
  @Test
  void withRounding() throws IOException {
    index(4, () -> 0.001 + 4.3 * random.nextDouble() * random.nextDouble());
    for (int i = 0; i < QUERIES; i++) {
      search(() -> 0.01 + 3 * random.nextDouble(), false);
    }
  }

  private void index(double max, Weights weights) throws IOException {
    maxWeight = max;
    int shards = 1 + random.nextInt(4);
    System.out.printf("seed %d, %d shards%n", seed, shards);
    index = new ScannedIndex(http, random, maxWeight);
    index.fill(shards, DOCUMENTS, weights);
  }

  private void search(Weights weights, boolean exactly) {
    Map<String, Double> query = index.vector(1 + random.nextInt(25), weights);
    int from = random.nextInt(3) == 0 ? random.nextInt(20) : 0;
    int size = 1 + random.nextInt(60);
    Map<String, Object> body = new LinkedHashMap<>();
    Map<String, Object> sparse = new LinkedHashMap<>();
    sparse.put("field", "v");
    sparse.put("query_vector", query);
    boolean withK = random.nextBoolean();
    if (withK) {
      sparse.put("k", from + size + random.nextInt(20));
    }
    Predicate<Document> filter = document -> true;
    int kind = random.nextInt(4);
    if (kind == 0) {
      String lang = ScannedIndex.LANGUAGES.get(random.nextInt(3));
      filter = document -> document.lang().equals(lang);
      sparse.put("filter", Map.of("term", Map.of("lang", lang)));
    } else if (kind == 1) {
      int least = random.nextInt(DOCUMENTS);
      filter = document -> document.rank() >= least;
      sparse.put("filter", List.of(Map.of("range", Map.of("rank", Map.of("gte", least)))));
    }
    body.put("from", from);
    body.put("size", size);
    body.put("query", Map.of("learned_sparse", sparse));
    List<Scored> expected = index.scan(query, filter);
    double tolerance = exactly ? 0 : tolerance(query);
    String what = "seed " + seed + ", " + body;

    JsonNode answer = http.request("POST", "docs/_search", body).orThrow().body();
    if (withK == false) {
      assertEquals(expected.size(), answer.at("/hits/total/value").asInt(), what);
    }
    checkScores(expected, answer, from, size, tolerance, what);

    // Which of equal documents comes first is the index's affair, unless a sort decides it.
    body.put("sort", List.of("_score", Map.of("rank", "asc")));
    JsonNode sorted = http.request("POST", "docs/_search", body).orThrow().body();
    checkScores(expected, sorted, from, size, tolerance, what);
    if (exactly && withK == false) {
      assertEquals(
          page(expected, from, size).stream().map(Scored::rank).toList(), ranks(sorted), what);
    }
  }

  /**
   * How far a score may be off: each term's weight by 2^-23 of their sum, times an impact's weight,
   * and the sum as a float.
   */
  private double tolerance(Map<String, Double> query) {
    double sum = query.values().stream().mapToDouble(Double::doubleValue).sum();
    return (query.size() + 1) * sum * maxWeight * 0x1p-23;
  }

  private static List<Scored> page(List<Scored> all, int from, int size) {
    return all.subList(Math.min(from, all.size()), Math.min(from + size, all.size()));
  }

  private static List<Integer> ranks(JsonNode answer) {
    List<Integer> ranks = new ArrayList<>();
    answer.at("/hits/hits").forEach(hit -> ranks.add(hit.get("_id").asInt()));
    return ranks;
  }

  /** The scores down the page are the scan's, and each hit has its own. */
  private static void checkScores(
      List<Scored> expected, JsonNode answer, int from, int size, double tolerance, String what) {
    Map<Integer, Float> byRank = new HashMap<>();
    expected.forEach(scored -> byRank.put(scored.rank(), (float) scored.score()));
    List<Scored> page = page(expected, from, size);
    JsonNode hits = answer.at("/hits/hits");
    assertEquals(page.size(), hits.size(), what);
    for (int i = 0; i < page.size(); i++) {
      JsonNode hit = hits.get(i);
      float score = (hit.has("sort") ? hit.at("/sort/0") : hit.get("_score")).floatValue();
      float best = (float) page.get(i).score();
      assertEquals(best, score, (float) tolerance, "hit " + i + " of " + what);
      Float own = byRank.get(hit.get("_id").asInt());
      assertTrue(own != null, "hit " + i + " should not match " + what);
      assertEquals(own, score, (float) tolerance, "hit " + i + " of " + what);
    }
    assertEquals(page.size(), ranks(answer).stream().distinct().count(), what);
  }
}
