package org.learnedsparse.integ;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.learnedsparse.integ.ScannedIndex.Document;
import org.learnedsparse.integ.ScannedIndex.Scored;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.Http.Response;
import org.learnedsparse.tools.node.RealNode;

/**
 * Approximate searches over several shards: what is found has its own score, and the response's
 * header says what each shard left out.
 *
 * <p>{@code -Dlearned_sparse.seed=} repeats a run.
 */
class ApproximateIT {
  private static final String HEADER = "x-learned-sparse-search";
  private static final int BLOCK = 64;

  private static RealNode node;
  private static Http http;

  private final long seed =
      Long.getLong("learned_sparse.seed", new Random().nextLong() & 0xFFFF_FFFFL);
  private final Random random = new Random(seed);

  @BeforeAll
  static void start() throws IOException {
    node = RealNode.builder("approximate").start();
    http = node.http();
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.close();
    }
  }

  /** Shards of 3 blocks, of 7 blocks, and of none, whose documents all have one term. */
  private static void indexBlocks() throws IOException {
    // A refresh while documents come in would make segments, which are merged in another order.
    Map<String, Object> field = Map.of("type", "learned_sparse", "max_weight", 255);
    http.request(
            "PUT",
            "blocks",
            Map.of(
                "settings",
                Map.of("number_of_shards", 3, "number_of_replicas", 0, "refresh_interval", -1),
                "mappings",
                Map.of("properties", Map.of("v", field))))
        .orThrow();
    fill(0, 3);
    fill(1, 7);
    http.request("POST", "blocks/_forcemerge?max_num_segments=1", null).orThrow();
    http.request("POST", "blocks/_refresh", null).orThrow();
  }

  private static void fill(int shard, int blocks) throws IOException {
    String routing = routing(shard);
    StringBuilder bulk = new StringBuilder();
    for (int i = 0; i < blocks * BLOCK; i++) {
      bulk.append("{\"index\":{}}\n{\"v\":{\"all\":").append(200 - i / BLOCK).append("}}\n");
    }
    JsonNode answer =
        http.request("POST", "blocks/_bulk?routing=" + routing, bulk.toString()).orThrow().body();
    assertTrue(answer.get("errors").asBoolean() == false, answer.toString());
  }

  /** What leads to a shard. */
  private static String routing(int shard) {
    for (int i = 0; i < 1_000; i++) {
      JsonNode shards =
          http.request("GET", "blocks/_search_shards?routing=" + i, null).orThrow().body();
      if (shards.at("/shards/0/0/shard").asInt() == shard) {
        return String.valueOf(i);
      }
    }
    throw new AssertionError("no way to shard " + shard);
  }

  private static Response search(String index, Map<String, Object> sparse, int size) {
    Map<String, Object> body = Map.of("size", size, "query", Map.of("learned_sparse", sparse));
    return http.request("POST", index + "/_search", body).orThrow();
  }

  private static Set<String> outcomes(Response response) {
    List<String> values = response.headers().getOrDefault(HEADER, List.of());
    Set<String> different = new TreeSet<>(values);
    assertEquals(different.size(), values.size(), values::toString);
    return different;
  }

  @Test
  void theHeaderSaysWhatEachShardLeftOut() throws IOException {
    indexBlocks();
    Map<String, Object> all = Map.of("field", "v", "query_vector", Map.of("all", 1));
    assertEquals(Set.of("exact"), outcomes(search("blocks", all, 10)));
    Map<String, Object> best = new HashMap<>(all);
    best.put("k", 100);
    assertEquals(Set.of("exact"), outcomes(search("blocks", best, 10)));
    best.put("approximate", Map.of("threshold_factor", .5));
    assertEquals(Set.of("exact"), outcomes(search("blocks", best, 10)));

    best.put("approximate", Map.of("max_blocks", 1));
    String one = "approximate (threshold_factor 1.0, query_mass 1.0, max_blocks 1)";
    Set<String> expected =
        Set.of(
            "exact",
            one + ", left out 0 of 1 terms and 2 blocks",
            one + ", left out 0 of 1 terms and 6 blocks");
    for (int size : new int[] {0, 10, 0, 200}) {
      Response found = search("blocks", best, size);
      assertEquals(expected, outcomes(found), () -> "size " + size);
      assertEquals(2 * BLOCK, found.body().at("/hits/total/value").asInt());
      found.body().at("/hits/hits").forEach(hit -> assertEquals(200, hit.get("_score").asInt()));
    }
  }

  @Test
  void whatIsFoundHasItsOwnScore() throws IOException {
    int shards = 1 + random.nextInt(3);
    System.out.printf("seed %d, %d shards%n", seed, shards);
    ScannedIndex index = new ScannedIndex(http, random, 31.875);
    index.fill(shards, 3_000, () -> (1 + random.nextInt(80)) / 8.0);
    http.request("POST", "docs/_forcemerge?max_num_segments=1", null).orThrow();
    Set<Boolean> exactAndNot = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      Map<String, Double> vector =
          index.vector(1 + random.nextInt(12), () -> (1 + random.nextInt(128)) / 32.0);
      int size = 1 + random.nextInt(60);
      Map<String, Object> sparse =
          new HashMap<>(
              Map.of("field", "v", "query_vector", vector, "approximate", approximation()));
      if (random.nextBoolean()) {
        sparse.put("k", size);
      }
      String lang = ScannedIndex.LANGUAGES.get(random.nextInt(3));
      Predicate<Document> filter = document -> true;
      if (random.nextBoolean()) {
        filter = document -> document.lang().equals(lang);
        sparse.put("filter", Map.of("term", Map.of("lang", lang)));
      }
      Response response = search("docs", sparse, size);
      String what = "seed " + seed + ", " + sparse + ", " + size;
      boolean exact = outcomes(response).equals(Set.of("exact"));
      exactAndNot.add(exact);
      check(response.body().at("/hits/hits"), index.scan(vector, filter), size, exact, what);
    }
    assertEquals(Set.of(true, false), exactAndNot, "seed " + seed);
  }

  private Map<String, Object> approximation() {
    Map<String, Object> approximation = new HashMap<>(Map.of("force", true));
    if (random.nextBoolean()) {
      approximation.put("threshold_factor", random.nextDouble(.3, 1));
    }
    if (random.nextBoolean()) {
      approximation.put("query_mass", random.nextDouble(.3, 1));
    }
    if (random.nextBoolean()) {
      approximation.put("max_blocks", 1 + random.nextInt(20));
    }
    return approximation;
  }

  private static void check(
      JsonNode hits, List<Scored> expected, int size, boolean exact, String what) {
    Map<Integer, Float> scores =
        expected.stream().collect(Collectors.toMap(Scored::rank, scored -> (float) scored.score()));
    Set<Integer> found = new HashSet<>();
    int best = Math.min(size, expected.size());
    assertTrue(hits.size() <= best, what);
    if (exact) {
      assertEquals(best, hits.size(), what);
    }
    for (int i = 0; i < hits.size(); i++) {
      int rank = hits.get(i).get("_id").asInt();
      float score = hits.get(i).get("_score").floatValue();
      assertTrue(found.add(rank), what);
      assertEquals(scores.get(rank), score, what);
      if (exact) {
        assertEquals((float) expected.get(i).score(), score, "hit " + i + " of " + what);
      }
    }
  }
}
