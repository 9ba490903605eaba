package org.learnedsparse.integ;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.learnedsparse.integ.HybridQuery.Nearest;
import org.learnedsparse.tools.node.Http;

/** Random queries with {@code knn} and {@code feedback}, of indices with the same documents. */
final class HybridSearches {
  private static final int LARGEST_K = 50;

  private final long seed;
  private final HybridDocuments documents;
  private final HybridScan scan;
  private final Map<String, Integer> shardsByIndex;
  private final Supplier<Http> anyNode;
  private final Random random;

  /**
   * @param seed for messages
   */
  HybridSearches(
      long seed,
      HybridDocuments documents,
      Map<String, Integer> shardsByIndex,
      Supplier<Http> anyNode,
      Random random) {
    this.seed = seed;
    this.documents = documents;
    this.scan = new HybridScan(documents.all());
    this.shardsByIndex = shardsByIndex;
    this.anyNode = anyNode;
    this.random = random;
  }

  /** Searches with {@code knn}. */
  void fused() {
    HybridQuery query = query(true);
    while (scan.decided(query) == false) {
      query = query(true);
    }
    int size = random.nextBoolean() ? all() : 1 + random.nextInt(2 * LARGEST_K);
    Map<String, Object> clause = clause(query);
    if (random.nextInt(4) == 0) {
      // By default, it finds as many as the request has hits.
      clause.remove("k");
      size = query.k();
    }
    check(clause, query, size, shardsByIndex);
  }

  /** Searches with {@code feedback}, with or without {@code knn}. */
  void feedback() {
    while (true) {
      HybridQuery query = query(random.nextInt(4) > 0);
      FeedbackScan feedback = feedback(query);
      Optional<HybridQuery> second = feedback.second(scan, query);
      if (second.isEmpty() || scan.decided(second.get()) == false) {
        continue;
      }
      Map<String, Object> clause = clause(query);
      clause.put("feedback", block(feedback));
      // Shards have more candidates together than one has, and the best of both sides may be
      // others.
      boolean shardsDecide =
          query.nearest() != null
              && Math.min(query.k(), query.nearestK()) < all()
              && feedback.interpolation().equals("after") == false;
      check(clause, second.get(), all(), shardsDecide ? oneShard() : shardsByIndex);
      return;
    }
  }

  private Map<String, Integer> oneShard() {
    Map<String, Integer> one = new LinkedHashMap<>(shardsByIndex);
    one.values().removeIf(shards -> shards > 1);
    return one;
  }

  private int all() {
    return documents.all().size();
  }

  private <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  /** 0, 1 or something between. */
  private double share() {
    return random.nextInt(4) == 0 ? random.nextInt(2) : random.nextDouble();
  }

  private int k() {
    return random.nextInt(4) == 0 ? all() : 1 + random.nextInt(LARGEST_K);
  }

  private HybridQuery query(boolean dense) {
    String field = any(HybridDocuments.SIMILARITIES);
    boolean bounded = field.equals(HybridDocuments.MAX_INNER_PRODUCT) == false;
    Nearest nearest =
        new Nearest(
            field,
            documents.query(field),
            share(),
            bounded && random.nextBoolean(),
            random.nextInt(3) == 0 ? k() : null);
    return new HybridQuery(
        documents.query(),
        dense ? nearest : null,
        k(),
        random.nextInt(3) == 0 ? any(HybridDocuments.LANGUAGES) : null);
  }

  private FeedbackScan feedback(HybridQuery query) {
    String space = query.nearest() == null ? "sparse" : any(List.of("sparse", "dense", "both"));
    List<String> interpolations =
        space.equals("both") ? List.of("after", "both") : List.of("before", "after", "both");
    return new FeedbackScan(
        1 + random.nextInt(12),
        1 + random.nextInt(40),
        share(),
        any(List.of("rm3", "rocchio")),
        space,
        query.nearest() == null ? null : any(interpolations));
  }

  private Map<String, Object> clause(HybridQuery query) {
    Map<String, Object> clause = new LinkedHashMap<>();
    clause.put("field", "v");
    clause.put("query_vector", query.weights());
    clause.put("k", query.k());
    if (query.lang() != null) {
      clause.put("filter", Map.of("term", Map.of("lang", query.lang())));
    }
    if (query.nearest() != null) {
      Nearest nearest = query.nearest();
      Map<String, Object> knn = new LinkedHashMap<>();
      knn.put("field", nearest.field());
      knn.put("query_vector", nearest.vector());
      knn.put("weight", nearest.weight());
      if (nearest.normalised() == false || random.nextBoolean()) {
        knn.put("normalizer", nearest.normalised() ? "theoretical_maximum" : "none");
      }
      if (nearest.k() != null) {
        knn.put("k", nearest.k());
      }
      if (random.nextBoolean()) {
        knn.put("num_candidates", all());
      }
      clause.put("knn", knn);
    }
    return clause;
  }

  private static Map<String, Object> block(FeedbackScan feedback) {
    Map<String, Object> block = new LinkedHashMap<>();
    block.put("documents", feedback.documents());
    block.put("weight", feedback.weight());
    block.put("space", feedback.space());
    if (feedback.space().equals("dense") == false) {
      block.put("terms", feedback.terms());
      block.put("method", feedback.method());
    }
    if (feedback.interpolation() != null) {
      block.put("interpolation", feedback.interpolation());
    }
    return block;
  }

  /**
   * Searches indices, and compares with the candidates of all documents. More than one shard may
   * find more, and so better ones; no document may score other than it should.
   */
  private void check(
      Map<String, Object> clause, HybridQuery query, int size, Map<String, Integer> indices) {
    Map<String, Object> body =
        Map.of("size", size, "_source", false, "query", Map.of("learned_sparse", clause));
    Ranking expected = scan.fused(query);
    boolean complete = query.k() >= all() && (query.nearest() == null || query.nearestK() >= all());
    Map<Integer, Float> of = null;
    for (Map.Entry<String, Integer> index : indices.entrySet()) {
      String what = "seed " + seed + ", " + index.getValue() + " shards, " + body;
      Map<Integer, Float> found = search(index.getKey(), body, what);
      checkScores(found, query, expected, what);
      boolean same = complete || index.getValue() == 1;
      compare(found, expected, size, same, what);
      if (complete && size == all()) {
        assertEquals(of == null ? found : of, found, what);
        of = found;
      }
    }
  }

  private Map<Integer, Float> search(String index, Map<String, Object> body, String what) {
    JsonNode answer = anyNode.get().request("POST", index + "/_search", body).orThrow().body();
    assertEquals(0, answer.at("/_shards/failed").asInt(1), what);
    Map<Integer, Float> found = new LinkedHashMap<>();
    for (JsonNode hit : answer.at("/hits/hits")) {
      Float before = found.put(hit.get("_id").asInt(), hit.get("_score").floatValue());
      assertTrue(before == null, () -> "twice: " + hit + ", " + what);
    }
    return found;
  }

  private void checkScores(
      Map<Integer, Float> found, HybridQuery query, Ranking expected, String what) {
    found.forEach(
        (id, score) -> {
          assertTrue(documents.all().containsKey(id), () -> id + " was deleted; " + what);
          assertTrue(scan.passes(query, id), () -> id + " does not pass; " + what);
          double its = scan.score(query, id);
          assertTrue(
              expected.near(its, score),
              () -> id + " should score " + its + ", not " + score + "; " + what);
        });
  }

  private static void compare(
      Map<Integer, Float> found, Ranking expected, int size, boolean same, String what) {
    int least = Math.min(size, expected.size());
    assertTrue(
        same ? found.size() == least : found.size() >= least,
        () -> found.size() + " hits instead of " + least + "; " + what);
    List<Float> scores = List.copyOf(found.values());
    for (int i = 0; i < least; i++) {
      double its = expected.score(i);
      float score = scores.get(i);
      String where = " at " + i + "; ";
      assertTrue(i == 0 || scores.get(i - 1) >= score, () -> score + where + what);
      assertTrue(
          expected.near(its, score) || (same == false && score > its),
          () -> score + " instead of " + its + where + what);
    }
  }
}
