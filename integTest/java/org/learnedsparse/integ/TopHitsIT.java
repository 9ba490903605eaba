package org.learnedsparse.integ;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.learnedsparse.integ.ScannedIndex.Scored;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.RealNode;

/**
 * However a request asks for the top hits, it gets the ids, in the order, with the scores and the
 * total that a search for all hits gives; and that one gives what a scan of the documents does.
 *
 * <p>{@code -Dlearned_sparse.seed=} repeats a run.
 */
class TopHitsIT {
  private static final int DOCUMENTS = 4_000;
  private static final int QUERIES = 25;

  /** No more hits than this are in one answer. */
  private static final int ALL = 10_000;

  private record Hit(int id, float score) {}

  private static RealNode node;
  private static Http http;

  private final long seed =
      Long.getLong("learned_sparse.seed", new Random().nextLong() & 0xFFFF_FFFFL);
  private final Random random = new Random(seed);
  private ScannedIndex index;

  // Of the query that is at hand.
  private Map<String, Object> query;
  private List<Hit> complete;
  private int from;
  private int size;

  @BeforeAll
  static void start() throws IOException {
    node = RealNode.builder("top-hits").start();
    http = node.http();
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.close();
    }
  }

  @Test
  void everyWayGivesTheSameHits() throws IOException {
    int shards = 1 + random.nextInt(3);
    System.out.printf("seed %d, %d shards%n", seed, shards);
    // Multiples of a power of two, so that no score needs rounding, and ties are frequent.
    index = new ScannedIndex(http, random, 31.875);
    index.fill(shards, DOCUMENTS, () -> (1 + random.nextInt(80)) / 8.0);
    http.request("PUT", "docs/_alias/german", Map.of("filter", term("de"))).orThrow();
    for (int i = 0; i < QUERIES; i++) {
      Map<String, Double> vector =
          index.vector(1 + random.nextInt(12), () -> (1 + random.nextInt(128)) / 32.0);
      query = Map.of("learned_sparse", sparse(vector));
      from = random.nextInt(30);
      size = 1 + random.nextInt(random.nextBoolean() ? 20 : 2_000);
      complete = hits(search(body("size", ALL, "track_total_hits", true)));
      checkAgainstScan(vector);
      pages();
      totals();
      sorts();
      parts();
      deeperPages();
      wrapped(vector);
      bestK(vector, shards);
    }
  }

  private static Map<String, Object> sparse(Map<String, Double> vector) {
    return Map.of("field", "v", "query_vector", vector);
  }

  private static Map<String, Object> term(String lang) {
    return Map.of("term", Map.of("lang", lang));
  }

  private Map<String, Object> body(Object... settings) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("query", query);
    for (int i = 0; i < settings.length; i += 2) {
      body.put((String) settings[i], settings[i + 1]);
    }
    return body;
  }

  private JsonNode search(Map<String, Object> body) {
    return search("docs/_search", body);
  }

  private JsonNode search(String path, Map<String, Object> body) {
    JsonNode answer = http.request("POST", path, body).orThrow().body();
    assertEquals(0, answer.at("/_shards/failed").asInt(), answer.toString());
    assertFalse(answer.get("timed_out").asBoolean(), answer.toString());
    return answer;
  }

  private static List<Hit> hits(JsonNode answer) {
    List<Hit> hits = new ArrayList<>();
    answer
        .at("/hits/hits")
        .forEach(hit -> hits.add(new Hit(hit.get("_id").asInt(), hit.get("_score").floatValue())));
    return hits;
  }

  private static List<Integer> ids(List<Hit> hits) {
    return hits.stream().map(Hit::id).toList();
  }

  private static <T> List<T> page(List<T> all, int from, int size) {
    return all.subList(Math.min(from, all.size()), Math.min(from + size, all.size()));
  }

  private String message(Object what) {
    return what + " of seed " + seed + ", " + query;
  }

  private void assertHits(List<Hit> expected, JsonNode answer, Object what) {
    assertEquals(expected, hits(answer), () -> message(what));
  }

  private void assertTotal(JsonNode answer, Object what) {
    assertEquals(complete.size(), answer.at("/hits/total/value").asInt(), () -> message(what));
    assertEquals("eq", answer.at("/hits/total/relation").asText(), () -> message(what));
  }

  private void checkAgainstScan(Map<String, Double> vector) {
    List<Scored> scan = index.scan(vector, document -> true);
    Map<Integer, Float> scores =
        scan.stream().collect(Collectors.toMap(Scored::rank, scored -> (float) scored.score()));
    Map<Integer, Float> found = new HashMap<>();
    for (int i = 0; i < complete.size(); i++) {
      found.put(complete.get(i).id(), complete.get(i).score());
      if (i > 0) {
        assertTrue(complete.get(i - 1).score() >= complete.get(i).score(), message("the order"));
      }
    }
    assertEquals(scan.size(), complete.size(), () -> message("how many"));
    assertEquals(scores, found, () -> message("all"));
  }

  private void pages() {
    assertHits(page(complete, 0, 10), search(body()), "no size");
    JsonNode plain = search(body("size", size));
    assertHits(page(complete, 0, size), plain, size);
    assertTotal(plain, size);
    assertHits(
        page(complete, from, size), search(body("from", from, "size", size)), from + "+" + size);
    assertHits(
        page(complete, from, size),
        search("docs/_search?search_type=dfs_query_then_fetch", body("from", from, "size", size)),
        "dfs");
  }

  private void totals() {
    JsonNode none = search(body("size", 0));
    assertTotal(none, "size 0");
    assertTrue(none.at("/hits/hits").isEmpty());
    JsonNode uncounted = search(body("size", size, "track_total_hits", false));
    assertHits(page(complete, 0, size), uncounted, "uncounted " + size);
    assertTrue(uncounted.at("/hits/total").isMissingNode());
    JsonNode counted = search(body("size", size, "track_total_hits", true));
    assertHits(page(complete, 0, size), counted, "counted " + size);
    assertTotal(counted, size);
    int most = 1 + random.nextInt(1_000);
    JsonNode some = search(body("size", size, "track_total_hits", most));
    assertHits(page(complete, 0, size), some, size + ", counted up to " + most);
    int total = some.at("/hits/total/value").asInt();
    if (some.at("/hits/total/relation").asText().equals("eq")) {
      assertEquals(complete.size(), total, () -> message("up to " + most));
    } else {
      assertTrue(total >= most && total <= complete.size(), message(total + ", up to " + most));
    }
  }

  private void sorts() {
    assertHits(
        page(complete, 0, size),
        search(body("size", size, "sort", List.of("_score"))),
        "sort by _score");
    Comparator<Hit> byId = Comparator.comparingInt(Hit::id);
    List<Hit> ranked = complete.stream().sorted(byId).toList();
    Map<String, Object> byRank =
        body("size", size, "sort", Map.of("rank", "asc"), "track_scores", true);
    assertHits(page(ranked, 0, size), search(byRank), "sort by rank");
    Comparator<Hit> falling = Comparator.comparing(Hit::score).reversed();
    List<Hit> both = complete.stream().sorted(falling.thenComparing(byId)).toList();
    Object scoreAndRank = List.of("_score", Map.of("rank", "asc"));
    assertHits(
        page(both, from, size),
        search(body("from", from, "size", size, "sort", scoreAndRank)),
        "sort by _score and rank");
    if (complete.size() > from) {
      Hit last = both.get(from);
      Object after = List.of(last.score(), last.id());
      assertHits(
          page(both, from + 1, size),
          search(body("size", size, "sort", scoreAndRank, "search_after", after)),
          "after " + after);
    }
  }

  private List<Hit> some(Predicate<ScannedIndex.Document> accepted) {
    return complete.stream().filter(hit -> accepted.test(index.document(hit.id()))).toList();
  }

  /** What makes some of the hits of all. */
  private void parts() {
    List<Hit> german = some(document -> document.lang().equals("de"));
    JsonNode filtered = search(body("size", size, "post_filter", term("de")));
    assertHits(page(german, 0, size), filtered, "post_filter");
    assertHits(page(german, 0, size), search("german/_search", body("size", size)), "an alias");
    Object both = Map.of("bool", Map.of("must", query, "filter", term("de")));
    assertHits(page(german, 0, size), search(body("size", size, "query", both)), "a filter");
    if (complete.isEmpty() == false) {
      float least = complete.get(random.nextInt(complete.size())).score();
      List<Hit> above = complete.stream().filter(hit -> hit.score() >= least).toList();
      JsonNode some = search(body("size", size, "min_score", least));
      assertHits(page(above, 0, size), some, "min_score " + least);
      assertEquals(above.size(), some.at("/hits/total/value").asInt(), () -> message(least));
    }
    Set<String> seen = new LinkedHashSet<>();
    List<Hit> first = some(document -> seen.add(document.lang()));
    assertHits(first, search(body("collapse", Map.of("field", "lang"))), "collapse");
    JsonNode counted =
        search(
            body("size", size, "aggs", Map.of("langs", Map.of("terms", Map.of("field", "lang")))));
    assertHits(page(complete, 0, size), counted, "aggregations");
    counted
        .at("/aggregations/langs/buckets")
        .forEach(
            bucket -> {
              String lang = bucket.get("key").asText();
              int count = some(document -> document.lang().equals(lang)).size();
              assertEquals(count, bucket.get("doc_count").asInt(), () -> message(lang));
            });
    int enough = 1 + random.nextInt(500);
    JsonNode ended = search(body("size", size, "terminate_after", enough));
    assertTrue(complete.containsAll(hits(ended)), message("terminate_after " + enough));
    assertTrue(ended.at("/hits/hits").size() <= complete.size());
  }

  private void deeperPages() {
    List<Hit> scrolled = new ArrayList<>();
    int pageSize = Math.max(200, size);
    JsonNode page = search("docs/_search?scroll=1m", body("size", pageSize));
    while (page.at("/hits/hits").isEmpty() == false) {
      scrolled.addAll(hits(page));
      Object id = page.get("_scroll_id");
      page = search("_search/scroll", Map.of("scroll", "1m", "scroll_id", id));
    }
    http.request("DELETE", "_search/scroll", Map.of("scroll_id", page.get("_scroll_id")));
    assertEquals(complete, scrolled, () -> message("scroll by " + pageSize));
    JsonNode opened =
        http.request("POST", "docs/_pit?keep_alive=1m", null).orThrow().body().get("id");
    Object pit = Map.of("id", opened);
    assertHits(page(complete, 0, size), search("_search", body("size", size, "pit", pit)), "a PIT");
    List<Hit> paged = new ArrayList<>();
    Map<String, Object> next = body("size", pageSize, "pit", pit, "sort", List.of("_score"));
    for (page = search("_search", next);
        page.at("/hits/hits").isEmpty() == false;
        page = search("_search", next)) {
      paged.addAll(hits(page));
      next.put(
          "search_after", page.at("/hits/hits/" + (page.at("/hits/hits").size() - 1) + "/sort"));
    }
    assertEquals(complete, paged, () -> message("search_after by " + pageSize));
    List<Hit> slices = new ArrayList<>();
    for (int slice = 0; slice < 3; slice++) {
      Object part = Map.of("id", slice, "max", 3);
      slices.addAll(hits(search("_search", body("size", ALL, "pit", pit, "slice", part))));
    }
    assertEquals(complete.size(), slices.size(), () -> message("slices"));
    assertEquals(Set.copyOf(complete), Set.copyOf(slices), () -> message("slices"));
    http.request("DELETE", "_pit", pit).orThrow();
  }

  /** The same query in other clothes, and answers with more to them. */
  private void wrapped(Map<String, Double> vector) {
    Object standard = Map.of("standard", Map.of("query", query));
    Map<String, Object> retriever = new LinkedHashMap<>(Map.of("size", size));
    retriever.put("retriever", standard);
    assertHits(page(complete, 0, size), search(retriever), "a retriever");
    Object again = Map.of("rescore_query", query, "rescore_query_weight", 1);
    int window = from + size;
    JsonNode rescored =
        search(body("size", size, "rescore", Map.of("window_size", window, "query", again)));
    assertHits(twice(page(complete, 0, size)), rescored, "rescore");
    Map<String, Object> boosted = new HashMap<>(sparse(vector));
    boosted.put("boost", 2);
    boosted.put("_name", "sparse");
    JsonNode named = search(body("size", size, "query", Map.of("learned_sparse", boosted)));
    assertHits(twice(page(complete, 0, size)), named, "boost");
    named
        .at("/hits/hits")
        .forEach(hit -> assertEquals("sparse", hit.at("/matched_queries/0").asText()));
    JsonNode profiled = search(body("size", size, "profile", true));
    assertHits(page(complete, 0, size), profiled, "profile");
    JsonNode explained = search(body("size", Math.min(20, size), "explain", true));
    assertHits(page(complete, 0, Math.min(20, size)), explained, "explain");
    explained
        .at("/hits/hits")
        .forEach(
            hit ->
                assertEquals(
                    hit.get("_score").floatValue(),
                    hit.at("/_explanation/value").floatValue(),
                    () -> message("explain")));
  }

  private static List<Hit> twice(List<Hit> hits) {
    return hits.stream().map(hit -> new Hit(hit.id(), 2 * hit.score())).toList();
  }

  private void bestK(Map<String, Double> vector, int shards) {
    for (int k : new int[] {1 + random.nextInt(size), 1 + random.nextInt(ALL), ALL}) {
      Map<String, Object> limited = new HashMap<>(sparse(vector));
      limited.put("k", k);
      JsonNode answer = search(body("size", ALL, "query", Map.of("learned_sparse", limited)));
      List<Hit> found = hits(answer);
      String what = "k " + k;
      assertTrue(found.size() >= Math.min(k, complete.size()), message(what));
      assertTrue(found.size() <= Math.min((long) shards * k, complete.size()), message(what));
      assertEquals(found.size(), answer.at("/hits/total/value").asInt(), () -> message(what));
      assertEquals(page(complete, 0, k), page(found, 0, k), () -> message(what));
      assertTrue(ids(complete).containsAll(ids(found)), message(what));
    }
  }
}
