package org.learnedsparse.integ;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.learnedsparse.integ.FusedScan.Found;
import org.learnedsparse.integ.FusedScan.Fused;
import org.learnedsparse.integ.FusedScan.Weighted;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.RealNode;

/**
 * The same documents in 1, 3 and 8 shards of a cluster of three nodes: the retriever {@code
 * learned_sparse_fusion} gives the same ids and scores from each, to the last bit, and they are
 * those of a program that fuses the scores of all documents. So do queries with {@code knn} and
 * {@code feedback}, where all documents are candidates; where not, no list is worse than that
 * program's.
 *
 * <p>{@code -Dlearned_sparse.seed=} repeats a run.
 */
class FusionIT {
  private static final int DOCUMENTS = 500;
  private static final int QUERIES = 40;
  private static final int HYBRID_QUERIES = 60;
  private static final int DIMENSIONS = 3;
  private static final int TERMS = 60;
  private static final int[] SHARDS = {1, 3, 8};
  private static final List<String> LANGUAGES = List.of("de", "en", "fr");
  private static final List<String> NORMALIZERS =
      List.of("none", "min_max", "theoretical_min_max", "l2", "z_score");

  private static final List<RealNode> NODES = new ArrayList<>();

  private final long seed =
      Long.getLong("learned_sparse.seed", new Random().nextLong() & 0xFFFF_FFFFL);
  private final Random random = new Random(seed);
  private final Map<Integer, Document> documents = new TreeMap<>();

  /**
   * A document. Weights and coordinates are such that no score but a distance's needs rounding, and
   * equal ones are frequent.
   *
   * @param vector null for none
   */
  private record Document(String lang, Map<String, Double> weights, List<Integer> vector) {}

  /** A child, as the request says it and as it should answer. */
  private record Child(Map<String, Object> retriever, Found found) {}

  @BeforeAll
  static void start() throws IOException {
    for (int i = 1; i <= 3; i++) {
      RealNode.Builder builder =
          RealNode.builder("fusion-" + i).heap("512m").setting("cluster.name", "fusion");
      NODES.add(
          (i == 1
                  ? builder.setting("cluster.initial_master_nodes", "fusion-1")
                  : builder.setting("discovery.seed_hosts", NODES.get(0).transportAddress()))
              .start());
    }
    NODES.get(0).http().request("GET", "_cluster/health?wait_for_nodes=3&timeout=60s", null);
  }

  @AfterAll
  static void stop() {
    NODES.forEach(RealNode::close);
  }

  @Test
  void theSameFromAnyNumberOfShards() throws IOException {
    System.out.println("seed " + seed);
    index();
    for (int i = 0; i < QUERIES; i++) {
      search();
    }
  }

  @Test
  void queriesWithBothSides() throws IOException {
    System.out.println("seed " + seed);
    Map<String, Integer> indices = new LinkedHashMap<>();
    for (int shards : SHARDS) {
      indices.put("hybrid" + shards, shards);
    }
    HybridDocuments hybrid = new HybridDocuments(random);
    hybrid.index(NODES.get(0).http(), DOCUMENTS, indices);
    HybridSearches searches = new HybridSearches(seed, hybrid, indices, this::anyNode, random);
    for (int i = 0; i < HYBRID_QUERIES; i++) {
      searches.fused();
      searches.feedback();
    }
  }

  private Http anyNode() {
    return NODES.get(random.nextInt(NODES.size())).http();
  }

  private void index() throws IOException {
    Http http = NODES.get(0).http();
    StringBuilder bulk = new StringBuilder();
    for (int id = 0; id < DOCUMENTS; id++) {
      Map<String, Double> weights =
          random.nextInt(8) == 0 ? Map.of() : weights(1 + random.nextInt(20), 80, 8);
      List<Integer> vector = random.nextInt(8) == 0 ? null : vector();
      Document document = new Document(LANGUAGES.get(random.nextInt(3)), weights, vector);
      documents.put(id, document);
      Map<String, Object> source = new HashMap<>();
      source.put("lang", document.lang());
      source.put("rank", id);
      source.put("v", weights);
      if (vector != null) {
        source.put("d", vector);
      }
      bulk.append("{\"index\":{\"_id\":\"").append(id).append("\"}}\n");
      bulk.append(Http.JSON.writeValueAsString(source)).append('\n');
    }
    for (int shards : SHARDS) {
      http.request("PUT", "docs" + shards, mapping(shards)).orThrow();
      JsonNode answer =
          http.request("POST", "docs" + shards + "/_bulk?refresh=true", bulk.toString())
              .orThrow()
              .body();
      assertFalse(answer.get("errors").asBoolean(), answer::toString);
    }
  }

  private static String mapping(int shards) {
    return """
        {"settings": {"number_of_shards": %d, "number_of_replicas": 1},
         "mappings": {"properties": {
           "v": {"type": "learned_sparse", "max_weight": 31.875},
           "d": {"type": "dense_vector", "dims": %d, "similarity": "l2_norm",
                 "index_options": {"type": "flat"}},
           "lang": {"type": "keyword"},
           "rank": {"type": "integer"}}}}
        """
        .formatted(shards, DIMENSIONS);
  }

  private Map<String, Double> weights(int terms, int most, double unit) {
    Map<String, Double> weights = new TreeMap<>();
    for (int i = 0; i < terms; i++) {
      String term = "t" + (int) (TERMS * Math.pow(random.nextDouble(), 2));
      weights.put(term, (1 + random.nextInt(most)) / unit);
    }
    return weights;
  }

  private List<Integer> vector() {
    return random.ints(DIMENSIONS, -2, 3).boxed().toList();
  }

  private void search() {
    String lang = random.nextInt(3) == 0 ? LANGUAGES.get(random.nextInt(3)) : null;
    Predicate<Document> filter = document -> lang == null || document.lang().equals(lang);
    int window = random.nextInt(3) == 0 ? DOCUMENTS : 1 + random.nextInt(150);
    List<Child> children = new ArrayList<>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      children.add(child(filter));
    }
    // Which of equal documents a list's end cuts off depends on the shards.
    for (int i = 0; i < children.size(); ) {
      boolean ties = children.get(i).found().tiesAt(window);
      window += ties ? 1 : 0;
      i = ties ? 0 : i + 1;
    }
    boolean linear = random.nextBoolean();
    int constant = 1 + random.nextInt(80);
    List<Weighted> weighted = new ArrayList<>();
    List<Object> retrievers = new ArrayList<>();
    for (Child child : children) {
      double weight = random.nextInt(4) == 0 ? random.nextInt(3) : random.nextDouble() * 3;
      String normalizer = linear ? NORMALIZERS.get(random.nextInt(NORMALIZERS.size())) : null;
      weighted.add(new Weighted(child.found(), weight, normalizer));
      Map<String, Object> element = new LinkedHashMap<>();
      element.put("retriever", limited(child.retriever(), window));
      element.put("weight", weight);
      if (linear) {
        element.put("normalizer", normalizer);
      }
      retrievers.add(element);
    }
    Map<String, Object> fusion = new LinkedHashMap<>();
    fusion.put("retrievers", retrievers);
    fusion.put("method", linear ? "linear" : "rrf");
    fusion.put("rank_window_size", window);
    if (linear == false) {
      fusion.put("rank_constant", constant);
    }
    if (lang != null) {
      fusion.put("filter", Map.of("term", Map.of("lang", lang)));
    }
    List<Fused> expected = FusedScan.fuse(weighted, constant, window, 0);
    if (random.nextInt(4) == 0 && expected.isEmpty() == false) {
      float minScore = expected.get(random.nextInt(expected.size())).score();
      fusion.put("min_score", minScore);
      expected = FusedScan.fuse(weighted, constant, window, minScore);
    }
    check(fusion, expected, window);
  }

  /** The nearest neighbours are as many as the window has. */
  private static Map<String, Object> limited(Map<String, Object> retriever, int window) {
    if (retriever.containsKey("knn") == false) {
      return retriever;
    }
    Map<String, Object> knn = new LinkedHashMap<>();
    ((Map<?, ?>) retriever.get("knn")).forEach((key, value) -> knn.put((String) key, value));
    knn.put("k", window);
    knn.put("num_candidates", Math.max(window, DOCUMENTS));
    return Map.of("knn", knn);
  }

  private Child child(Predicate<Document> filter) {
    return switch (random.nextInt(5)) {
      case 0, 1 -> nearestChild(filter);
      case 2 -> equalChild(filter);
      default -> sparseChild(filter);
    };
  }

  private Child nearestChild(Predicate<Document> filter) {
    List<Integer> vector = vector();
    return new Child(
        Map.of("knn", Map.of("field", "d", "query_vector", vector)),
        Found.byScore(nearest(vector, filter)));
  }

  /** All its documents have one score. */
  private Child equalChild(Predicate<Document> filter) {
    int least = random.nextInt(DOCUMENTS);
    Map<Integer, Float> later = new TreeMap<>();
    documents.forEach(
        (id, document) -> {
          if (id >= least && filter.test(document)) {
            later.put(id, 1f);
          }
        });
    return new Child(
        standard(Map.of("range", Map.of("rank", Map.of("gte", least))), Map.of()),
        Found.byScore(later));
  }

  private Child sparseChild(Predicate<Document> filter) {
    Map<String, Double> query = weights(1 + random.nextInt(8), 128, 32);
    Map<Integer, Float> scores = sparse(query, filter);
    Map<String, Object> clause =
        Map.of("learned_sparse", Map.of("field", "v", "query_vector", query));
    if (random.nextInt(4) > 0) {
      return new Child(standard(clause, Map.of()), Found.byScore(scores));
    }
    List<Integer> ids = new ArrayList<>(scores.keySet());
    ids.sort(Comparator.reverseOrder());
    return new Child(
        standard(clause, Map.of("sort", List.of(Map.of("rank", "desc")))),
        new Found(ids, scores, true));
  }

  private static Map<String, Object> standard(Map<String, Object> query, Map<String, Object> more) {
    Map<String, Object> standard = new LinkedHashMap<>(more);
    standard.put("query", query);
    return Map.of("standard", standard);
  }

  private Map<Integer, Float> sparse(Map<String, Double> query, Predicate<Document> filter) {
    Map<Integer, Float> scores = new TreeMap<>();
    documents.forEach(
        (id, document) -> {
          double score = 0;
          for (Map.Entry<String, Double> term : query.entrySet()) {
            score += term.getValue() * document.weights().getOrDefault(term.getKey(), 0.0);
          }
          if (score > 0 && filter.test(document)) {
            scores.put(id, (float) score);
          }
        });
    return scores;
  }

  private Map<Integer, Float> nearest(List<Integer> query, Predicate<Document> filter) {
    Map<Integer, Float> scores = new TreeMap<>();
    documents.forEach(
        (id, document) -> {
          if (document.vector() != null && filter.test(document)) {
            int square = 0;
            for (int i = 0; i < query.size(); i++) {
              int difference = query.get(i) - document.vector().get(i);
              square += difference * difference;
            }
            scores.put(id, 1f / (1f + square));
          }
        });
    return scores;
  }

  private void check(Map<String, Object> fusion, List<Fused> expected, int window) {
    Map<String, Object> body =
        Map.of(
            "size",
            window,
            "_source",
            false,
            "track_total_hits",
            random.nextBoolean(),
            "retriever",
            Map.of("learned_sparse_fusion", fusion));
    for (int shards : SHARDS) {
      String what = "seed " + seed + ", " + shards + " shards, " + body;
      JsonNode hits =
          anyNode()
              .request("POST", "docs" + shards + "/_search", body)
              .orThrow()
              .body()
              .at("/hits/hits");
      assertEquals(Math.min(window, expected.size()), hits.size(), what);
      // Equal documents come in the order of their shards, and the window's end may cut them off.
      Map<Float, Set<Integer>> allowed =
          expected.stream()
              .collect(
                  Collectors.groupingBy(
                      Fused::score, Collectors.mapping(Fused::id, Collectors.toSet())));
      Set<Integer> seen = new HashSet<>();
      for (int i = 0; i < hits.size(); i++) {
        float score = hits.get(i).get("_score").floatValue();
        int id = hits.get(i).get("_id").asInt();
        assertEquals(expected.get(i).score(), score, "hit " + i + " of " + what);
        assertTrue(allowed.get(score).contains(id), "hit " + i + " of " + what);
        assertTrue(seen.add(id), "hit " + i + " of " + what);
      }
    }
  }
}
