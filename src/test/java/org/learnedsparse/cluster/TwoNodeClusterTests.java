package org.learnedsparse.cluster;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.matchesRegex;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.test.ESIntegTestCase;
import org.junit.Before;
import org.learnedsparse.TestPlugin;
import org.learnedsparse.model.TinyModels;
import org.learnedsparse.query.OutcomeHeader;

/** Two nodes: one indexes, the other searches. Every score is compared with plain arithmetic. */
@ESIntegTestCase.ClusterScope(
    scope = ESIntegTestCase.Scope.SUITE,
    numDataNodes = 2,
    numClientNodes = 0,
    supportsDedicatedMasters = false)
public class TwoNodeClusterTests extends ESIntegTestCase {
  private static final double MAX_WEIGHT = 4;

  /** A term's weight is rounded by 2^-23 of the sum of the query's weights. */
  private static final double SCORE_PRECISION = 1e-5;

  private static final int DOCUMENTS = 200;
  private static final String QUERY = "how do plants make energy";
  private static final List<String> WORDS =
      List.of("plant", "leaf", "sun", "water", "sugar", "car", "road", "money", "doctor", "the");

  private String indexingNode;
  private String searchingNode;
  private NodeRest indexing;
  private NodeRest searching;

  @Override
  protected Collection<Class<? extends Plugin>> nodePlugins() {
    return List.of(TestPlugin.class);
  }

  @Override
  protected boolean addMockInternalEngine() {
    return false;
  }

  /** A config folder with the same models for every node. */
  @Override
  protected Path nodeConfigPath(int nodeOrdinal) {
    Path config = createTempDir();
    try {
      TinyModels.write(config, "tiny", 17);
      TinyModels.write(config, "other", 18);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return config;
  }

  @Before
  public void connect() {
    List<String> nodes = List.of(internalCluster().getNodeNames());
    assertThat(nodes, hasSize(2));
    indexingNode = nodes.get(0);
    searchingNode = nodes.get(1);
    indexing = new NodeRest(internalCluster(), indexingNode);
    searching = new NodeRest(internalCluster(), searchingNode);
    for (String model : List.of("tiny", "other")) {
      indexing.put(
          "/_ingest/pipeline/encode-" + model,
          Map.of(
              "processors",
              List.of(
                  Map.of(
                      "learned_sparse",
                      Map.of("field", "body", "target_field", "weights", "model", model)))));
    }
  }

  // Collections.

  private void createIndex(String name, String model, int shards, int replicas) {
    indexing.put(
        "/" + name,
        Map.of(
            "settings",
            Map.of("number_of_shards", shards, "number_of_replicas", replicas),
            "mappings",
            Map.of(
                "properties",
                Map.of(
                    "body", Map.of("type", "text"),
                    "lang", Map.of("type", "keyword"),
                    "rank", Map.of("type", "integer"),
                    "weights", Map.of("type", "learned_sparse", "model", model)))));
  }

  private static String text(Random random) {
    List<String> words = new ArrayList<>();
    for (int i = 1 + random.nextInt(8); i > 0; i--) {
      words.add(WORDS.get(random.nextInt(WORDS.size())));
    }
    return String.join(" ", words);
  }

  private static String lang(String id) {
    return "lang" + Integer.parseInt(id) % 3;
  }

  /** Indexes texts through the pipeline on one node; returns what was stored. */
  private StoredWeights index(String name, String model, int shards, int replicas) {
    createIndex(name, model, shards, replicas);
    Random random = new Random(42);
    StringBuilder bulk = new StringBuilder();
    for (int i = 0; i < DOCUMENTS; i++) {
      bulk.append(NodeRest.json(Map.of("index", Map.of("_id", String.valueOf(i))))).append('\n');
      bulk.append(
              NodeRest.json(
                  Map.of("body", text(random), "lang", lang("" + i), "rank", DOCUMENTS - i)))
          .append('\n');
    }
    JsonNode done =
        indexing.post("/" + name + "/_bulk?refresh=true&pipeline=encode-" + model, bulk.toString());
    assertFalse(done.toString(), done.get("errors").asBoolean());
    return stored(name);
  }

  /** What the documents' sources say. */
  private StoredWeights stored(String name) {
    StoredWeights stored = new StoredWeights(MAX_WEIGHT);
    JsonNode hits = searching.search(name, Map.of("size", 10_000)).at("/hits/hits");
    for (JsonNode hit : hits) {
      stored.put(hit.get("_id").asText(), StoredWeights.weights(hit.at("/_source/weights")));
    }
    return stored;
  }

  /** What a model makes of a query text. */
  private Map<String, Double> encode(String model, String text) {
    JsonNode encoded =
        indexing.post(
            "/_learned_sparse/encode",
            Map.of("model", model, "mode", "query", "texts", List.of(text)));
    return StoredWeights.weights(encoded.at("/results/0/weights"));
  }

  private static Map<String, Object> query(Object... settings) {
    Map<String, Object> body = new HashMap<>(Map.of("field", "weights", "query", QUERY));
    for (int i = 0; i < settings.length; i += 2) {
      body.put((String) settings[i], settings[i + 1]);
    }
    return Map.of("learned_sparse", body);
  }

  // Comparisons.

  private static Map<String, Double> scores(JsonNode found) {
    Map<String, Double> scores = new TreeMap<>();
    double last = Double.POSITIVE_INFINITY;
    for (JsonNode hit : found.at("/hits/hits")) {
      double score = hit.get("_score").asDouble();
      assertThat("falling scores", score, lessThanOrEqualTo(last));
      last = score;
      assertNull(scores.put(hit.get("_id").asText(), score));
    }
    return scores;
  }

  private static void assertClose(String id, double expected, double actual) {
    assertEquals(id, expected, actual, SCORE_PRECISION * expected);
  }

  private static void assertScores(Map<String, Double> expected, Map<String, Double> actual) {
    assertThat(actual.keySet(), equalTo(expected.keySet()));
    expected.forEach((id, score) -> assertClose(id, score, actual.get(id)));
  }

  /** All hits have the right scores, and the top ones are the largest. */
  private Map<String, Double> assertExact(String name, Map<String, Double> expected, Object query) {
    JsonNode all = searching.search(name, Map.of("size", 10_000, "query", query));
    Map<String, Double> scores = scores(all);
    assertScores(expected, scores);
    assertThat(all.at("/hits/total/value").asInt(), equalTo(expected.size()));
    for (int size : List.of(1, 7, 50)) {
      JsonNode top =
          searching.search(name, Map.of("size", size, "query", query, "track_total_hits", false));
      assertBest(expected, size, scores(top));
    }
    return scores;
  }

  /** These are {@code k} of the best, with their right scores. */
  private static void assertBest(Map<String, Double> all, int k, Map<String, Double> found) {
    List<Double> best = StoredWeights.best(all, k);
    List<Double> actual = StoredWeights.best(found, k);
    assertThat(found.size(), equalTo(best.size()));
    for (int i = 0; i < best.size(); i++) {
      assertClose("rank " + i, best.get(i), actual.get(i));
    }
    found.forEach((id, score) -> assertClose(id, all.get(id), score));
  }

  // Scores.

  public void testScoresAreTheSameOverAnyNumberOfShards() {
    Map<String, Double> encoded = encode("tiny", QUERY);
    assertThat(encoded.size(), greaterThan(5));
    Map<String, Double> reference = null;
    for (int shards : List.of(1, 3, 5)) {
      String name = "shards-" + shards;
      StoredWeights stored = index(name, "tiny", shards, 1);
      Map<String, Double> scores = assertExact(name, stored.scores(encoded), query());
      assertThat(scores.size(), greaterThan(DOCUMENTS / 2));
      if (reference != null) {
        assertThat("to the last bit", scores, equalTo(reference));
      }
      reference = scores;
      Map<String, Double> boosted = new TreeMap<>(encoded);
      boosted.replaceAll((term, weight) -> weight * 2.5);
      assertExact(name, stored.scores(boosted), query("boost", 2.5));
    }
  }

  public void testScoresSurviveDeletesMergesAndRelocation() throws Exception {
    StoredWeights stored = index("moves", "tiny", 3, 0);
    Map<String, Double> encoded = encode("tiny", QUERY);
    StringBuilder bulk = new StringBuilder();
    for (int i = 0; i < DOCUMENTS; i += 4) {
      String id = String.valueOf(i);
      if (i % 8 == 0) {
        bulk.append(NodeRest.json(Map.of("delete", Map.of("_id", id)))).append('\n');
        stored.remove(id);
      } else {
        Map<String, Double> weights = Map.of("plant", 1.0 + i % 3, "a.b", 2.0);
        bulk.append(NodeRest.json(Map.of("index", Map.of("_id", id)))).append('\n');
        bulk.append(NodeRest.json(Map.of("weights", weights, "rank", i))).append('\n');
        stored.put(id, weights);
      }
    }
    assertFalse(
        indexing.post("/moves/_bulk?refresh=true", bulk.toString()).get("errors").asBoolean());
    Map<String, Double> expected = stored.scores(encoded);
    Map<String, Double> before = assertExact("moves", expected, query());
    indexing.post("/moves/_forcemerge?max_num_segments=1", null);
    indexing.post("/moves/_refresh", null);
    assertThat(assertExact("moves", expected, query()), equalTo(before));
    for (String node : List.of(indexingNode, searchingNode)) {
      indexing.put("/moves/_settings", Map.of("index.routing.allocation.require._name", node));
      waitForRelocation();
      assertBusy(() -> assertThat(internalCluster().nodesInclude("moves"), equalTo(Set.of(node))));
      assertThat(assertExact("moves", expected, query()), equalTo(before));
    }
  }

  public void testKChoosesTheBestOfEachShardAmongTheFiltered() {
    StoredWeights one = index("one", "tiny", 1, 0);
    Map<String, Double> encoded = encode("tiny", QUERY);
    Map<String, Double> all = one.scores(encoded);
    JsonNode top = searching.search("one", Map.of("size", 100, "query", query("k", 9)));
    assertThat(top.at("/hits/total/value").asInt(), equalTo(9));
    assertBest(all, 9, scores(top));

    Predicate<String> filter = id -> lang(id).equals("lang1");
    Map<String, Object> term = Map.of("term", Map.of("lang", "lang1"));
    Map<String, Double> filtered = one.scores(encoded, filter);
    assertThat(filtered.size(), greaterThan(9));
    assertBest(
        filtered,
        9,
        scores(
            searching.search("one", Map.of("size", 100, "query", query("k", 9, "filter", term)))));
    assertExact("one", filtered, query("filter", term));
    // A filter outside the query applies after the k are chosen.
    JsonNode after =
        searching.search(
            "one",
            Map.of(
                "size",
                100,
                "query",
                Map.of("bool", Map.of("must", query("k", 9), "filter", term))));
    assertThat(after.at("/hits/total/value").asInt(), lessThanOrEqualTo(9));
    for (String id : scores(after).keySet()) {
      assertTrue(filter.test(id));
      assertTrue(scores(top).containsKey(id));
    }

    indexing.post(
        "/_aliases",
        Map.of(
            "actions",
            List.of(Map.of("add", Map.of("index", "one", "alias", "only-lang1", "filter", term)))));
    assertBest(
        filtered,
        9,
        scores(searching.search("only-lang1", Map.of("size", 100, "query", query("k", 9)))));

    StoredWeights three = index("three", "tiny", 3, 1);
    JsonNode each = searching.search("three", Map.of("size", 100, "query", query("k", 4)));
    assertThat(each.at("/hits/total/value").asInt(), equalTo(12));
    Map<String, Double> found = scores(each);
    List<Double> best = StoredWeights.best(three.scores(encoded), 4);
    assertThat(StoredWeights.best(found, 4).size(), equalTo(best.size()));
    for (int i = 0; i < 4; i++) {
      assertClose("rank " + i, best.get(i), StoredWeights.best(found, 4).get(i));
    }
  }

  public void testEveryShardUsesItsOwnFieldsModel() {
    StoredWeights tiny = index("cross-tiny", "tiny", 2, 0);
    StoredWeights other = index("cross-other", "other", 2, 0);
    Map<String, Double> byTiny = tiny.scores(encode("tiny", QUERY));
    Map<String, Double> byOther = other.scores(encode("other", QUERY));
    assertThat(byTiny, not(equalTo(byOther)));
    JsonNode found = searching.search("cross-*", Map.of("size", 10_000, "query", query()));
    Map<String, Map<String, Double>> scores = new HashMap<>();
    for (JsonNode hit : found.at("/hits/hits")) {
      scores
          .computeIfAbsent(hit.get("_index").asText(), key -> new TreeMap<>())
          .put(hit.get("_id").asText(), hit.get("_score").asDouble());
    }
    assertScores(byTiny, scores.get("cross-tiny"));
    assertScores(byOther, scores.get("cross-other"));
    // A model in the query counts for all.
    assertExact("cross-tiny", tiny.scores(encode("other", QUERY)), query("model", "other"));
  }

  public void testAQueryVectorNeedsNoModel() {
    StoredWeights stored = index("vectors", "tiny", 2, 1);
    Map<String, Double> vector = Map.of("plant", 1.5, "##s", 0.25, "unknown", 3.0);
    Map<String, Object> query =
        Map.of("learned_sparse", Map.of("field", "weights", "query_vector", vector));
    assertExact("vectors", stored.scores(vector), query);
  }

  // The other ways to search.

  public void testPagesOfEveryKindGiveAllHits() {
    Map<String, Double> expected = index("pages", "tiny", 3, 1).scores(encode("tiny", QUERY));
    Map<String, Double> fromPages = new TreeMap<>();
    for (int from = 0; from < DOCUMENTS; from += 17) {
      fromPages.putAll(
          scores(
              searching.search(
                  "pages",
                  Map.of(
                      "from",
                      from,
                      "size",
                      17,
                      "query",
                      query(),
                      "sort",
                      List.of("_score", Map.of("rank", "asc")),
                      "track_scores",
                      true))));
    }
    assertScores(expected, fromPages);

    Map<String, Double> scrolled = new TreeMap<>();
    JsonNode page =
        searching.post("/pages/_search?scroll=1m", Map.of("size", 17, "query", query()));
    while (page.at("/hits/hits").size() > 0) {
      scrolled.putAll(scores(page));
      page =
          searching.post(
              "/_search/scroll",
              Map.of("scroll", "1m", "scroll_id", page.get("_scroll_id").asText()));
    }
    searching
        .send(
            "DELETE",
            "/_search/scroll",
            NodeRest.json(Map.of("scroll_id", page.get("_scroll_id").asText())))
        .ok();
    assertScores(expected, scrolled);

    String pit = searching.post("/pages/_pit?keep_alive=1m", null).get("id").asText();
    Map<String, Double> after = new TreeMap<>();
    JsonNode last = null;
    while (true) {
      Map<String, Object> body = new HashMap<>();
      body.put("size", 17);
      body.put("query", query());
      body.put("pit", Map.of("id", pit, "keep_alive", "1m"));
      body.put("sort", List.of(Map.of("_score", "desc"), Map.of("_shard_doc", "asc")));
      if (last != null) {
        body.put("search_after", last);
      }
      JsonNode found = searching.post("/_search", body);
      JsonNode hits = found.at("/hits/hits");
      if (hits.isEmpty()) {
        break;
      }
      after.putAll(scores(found));
      last = hits.get(hits.size() - 1).get("sort");
    }
    searching.send("DELETE", "/_pit", NodeRest.json(Map.of("id", pit))).ok();
    assertScores(expected, after);
  }

  public void testAggregationsCountWhatMatches() {
    StoredWeights stored = index("aggs", "tiny", 1, 1);
    Map<String, Double> expected = stored.scores(encode("tiny", QUERY));
    Map<String, Object> aggs = Map.of("langs", Map.of("terms", Map.of("field", "lang")));
    for (Integer k : new Integer[] {null, 11}) {
      Map<String, Object> query = k == null ? query() : query("k", k);
      JsonNode found = searching.search("aggs", Map.of("size", 0, "query", query, "aggs", aggs));
      Map<String, Integer> counts = new TreeMap<>();
      for (JsonNode bucket : found.at("/aggregations/langs/buckets")) {
        counts.put(bucket.get("key").asText(), bucket.get("doc_count").asInt());
      }
      int all = counts.values().stream().mapToInt(Integer::intValue).sum();
      assertThat(all, equalTo(k == null ? expected.size() : k));
      if (k == null) {
        Map<String, Integer> byLang = new TreeMap<>();
        expected.keySet().forEach(id -> byLang.merge(lang(id), 1, Integer::sum));
        assertThat(counts, equalTo(byLang));
      }
    }
    assertThat(
        searching.post("/aggs/_count", Map.of("query", query())).get("count").asInt(),
        equalTo(expected.size()));
  }

  public void testSortingByAFieldKeepsTheScores() {
    Map<String, Double> expected = index("sorts", "tiny", 3, 0).scores(encode("tiny", QUERY));
    JsonNode found =
        searching.search(
            "sorts",
            Map.of(
                "size",
                20,
                "query",
                query(),
                "sort",
                List.of(Map.of("rank", "asc")),
                "track_scores",
                true));
    int last = Integer.MIN_VALUE;
    for (JsonNode hit : found.at("/hits/hits")) {
      int rank = hit.at("/sort/0").asInt();
      assertThat(rank, greaterThan(last));
      last = rank;
      String id = hit.get("_id").asText();
      assertClose(id, expected.get(id), hit.get("_score").asDouble());
    }
    List<String> byRank = new ArrayList<>(expected.keySet());
    byRank.sort((a, b) -> Integer.compare(Integer.parseInt(b), Integer.parseInt(a)));
    List<String> ids = new ArrayList<>();
    found.at("/hits/hits").forEach(hit -> ids.add(hit.get("_id").asText()));
    assertThat(ids, equalTo(byRank.subList(0, 20)));
  }

  public void testCollapsingGivesTheBestOfEachGroup() {
    Map<String, Double> expected = index("groups", "tiny", 3, 1).scores(encode("tiny", QUERY));
    Map<String, Double> best = new TreeMap<>();
    expected.forEach((id, score) -> best.merge(lang(id), score, Math::max));
    JsonNode found =
        searching.search("groups", Map.of("query", query(), "collapse", Map.of("field", "lang")));
    Map<String, Double> collapsed = new TreeMap<>();
    for (JsonNode hit : found.at("/hits/hits")) {
      collapsed.put(hit.at("/fields/lang/0").asText(), hit.get("_score").asDouble());
    }
    assertScores(best, collapsed);
  }

  public void testExplainNamesEveryTerm() {
    StoredWeights stored = index("explains", "tiny", 3, 1);
    Map<String, Double> encoded = encode("tiny", QUERY);
    Map<String, Double> expected = stored.scores(encoded);
    for (String id : List.copyOf(expected.keySet()).subList(0, 10)) {
      JsonNode reply =
          searching.post("/explains/_explain/" + id, Map.of("query", query("boost", 2)));
      assertTrue(reply.get("matched").asBoolean());
      JsonNode explanation = reply.get("explanation");
      assertClose(id, 2 * expected.get(id), explanation.get("value").asDouble());
      double parts = 0;
      assertThat(
          explanation.get("description").asText(), containsString("sum over the shared terms"));
      Set<String> terms = new TreeSet<>();
      for (JsonNode part : explanation.get("details")) {
        parts += part.get("value").asDouble();
        String description = part.get("description").asText();
        terms.add(description.substring("term [".length(), description.indexOf("], query weight")));
        double product = 1;
        for (JsonNode factor : part.get("details")) {
          product *= factor.get("value").asDouble();
        }
        assertClose(description, part.get("value").asDouble(), product);
      }
      assertClose(id, 2 * expected.get(id), parts);
      Set<String> shared = new TreeSet<>(stored.terms(id));
      shared.retainAll(encoded.keySet());
      assertThat(terms, equalTo(shared));
    }
    JsonNode hits =
        searching
            .search("explains", Map.of("size", 5, "query", query("k", 5), "explain", true))
            .at("/hits/hits");
    assertThat(hits.size(), equalTo(5));
    for (JsonNode hit : hits) {
      assertClose(
          "explain", hit.get("_score").asDouble(), hit.at("/_explanation/value").asDouble());
    }
  }

  public void testProfileNamesTheQuery() {
    index("profiles", "tiny", 2, 0);
    JsonNode found = searching.search("profiles", Map.of("query", query(), "profile", true));
    assertThat(found.at("/profile/shards").size(), equalTo(2));
    for (JsonNode shard : found.at("/profile/shards")) {
      JsonNode query = shard.at("/searches/0/query/0");
      assertThat(query.get("type").asText(), equalTo("TopHitsQuery"));
      assertThat(
          query.get("description").asText(),
          matchesRegex("learned_sparse\\(weights, .*\\), best 10: exact, scored .*"));
    }
  }

  /** The outcomes of all shards are in the response, wherever the shards are. */
  public void testTheHeaderTellsWhatTheShardsOfEveryNodeLeftOut() {
    int shards = 6;
    Map<String, Object> field = Map.of("type", "learned_sparse", "max_weight", 25.5);
    indexing.put(
        "/outcomes",
        Map.of(
            "settings", Map.of("number_of_shards", shards, "number_of_replicas", 0),
            "mappings", Map.of("properties", Map.of("weights", field))));
    // Each shard has one more block of 64 documents than the shard before.
    for (int shard = 0; shard < shards; shard++) {
      StringBuilder bulk = new StringBuilder();
      for (int i = 0; i < (shard + 1) * 64; i++) {
        int weight = 10 - i / 64;
        bulk.append("{\"index\":{}}\n{\"weights\":{\"a\":").append(weight).append("}}\n");
      }
      String path = "/outcomes/_bulk?routing=" + routing("outcomes", shard);
      assertFalse(indexing.post(path, bulk.toString()).get("errors").asBoolean());
    }
    indexing.post("/outcomes/_forcemerge?max_num_segments=1", null);
    indexing.post("/outcomes/_refresh", null);
    Set<String> nodes = new TreeSet<>();
    indexing
        .get("/outcomes/_search_shards")
        .get("shards")
        .forEach(shard -> nodes.add(shard.at("/0/node").asText()));
    assertThat(nodes, hasSize(2));

    Map<String, Object> query =
        new HashMap<>(Map.of("field", "weights", "query_vector", Map.of("a", 1)));
    assertThat(outcomes(query), equalTo(Set.of("exact")));
    query.put("k", 1_000);
    assertThat(outcomes(query), equalTo(Set.of("exact")));
    query.put("approximate", Map.of("max_blocks", 1));
    Set<String> expected = new TreeSet<>(Set.of("exact"));
    for (int left = 1; left < shards; left++) {
      expected.add(
          "approximate (threshold_factor 1.0, query_mass 1.0, max_blocks 1), left out 0 of 1 terms"
              + " and "
              + left
              + " blocks");
    }
    assertThat(outcomes(query), equalTo(expected));
    // A search that only fuses what others found tells what these left out.
    assertThat(
        outcomes(
            """
            {"track_total_hits": false, "retriever": {"learned_sparse_fusion": {"retrievers": [
              {"standard": {"query": {"learned_sparse": %s}}},
              {"standard": {"query": {"match_all": {}}}}]}}}
            """
                .formatted(NodeRest.json(query))),
        equalTo(expected));
  }

  /** What leads to a shard. */
  private String routing(String name, int shard) {
    for (int i = 0; i < 1_000; i++) {
      JsonNode shards = indexing.get("/" + name + "/_search_shards?routing=" + i);
      if (shards.at("/shards/0/0/shard").asInt() == shard) {
        return String.valueOf(i);
      }
    }
    throw new AssertionError("no way to shard " + shard);
  }

  /** The response headers of a search, from either node the same. */
  private Set<String> outcomes(Map<String, Object> query) {
    return outcomes(NodeRest.json(Map.of("query", Map.of("learned_sparse", query))));
  }

  private Set<String> outcomes(String body) {
    Set<String> outcomes = new TreeSet<>();
    for (NodeRest node : List.of(indexing, searching)) {
      NodeRest.Reply reply = node.send("POST", "/outcomes/_search", body);
      assertThat(reply.ok().at("/_shards/failed").asInt(), equalTo(0));
      List<String> its = reply.headers().get(OutcomeHeader.NAME);
      assertTrue(String.valueOf(its), outcomes.isEmpty() || outcomes.equals(Set.copyOf(its)));
      outcomes.addAll(its);
      assertThat(outcomes, hasSize(its.size()));
    }
    return outcomes;
  }

  public void testNestedDocumentsAreScoredOnTheirOwn() {
    indexing.put(
        "/nested",
        Map.of(
            "settings",
            Map.of("number_of_shards", 2, "number_of_replicas", 0),
            "mappings",
            Map.of(
                "properties",
                Map.of(
                    "passages",
                    Map.of(
                        "type",
                        "nested",
                        "properties",
                        Map.of("weights", Map.of("type", "learned_sparse", "model", "tiny")))))));
    Map<String, Double> encoded = encode("tiny", "sun");
    List<String> terms = List.copyOf(encoded.keySet());
    Random random = new Random(7);
    StringBuilder bulk = new StringBuilder();
    Map<String, Double> expected = new TreeMap<>();
    for (int i = 0; i < 60; i++) {
      StoredWeights passages = new StoredWeights(MAX_WEIGHT);
      List<Object> written = new ArrayList<>();
      for (int p = 0; p < 3; p++) {
        Map<String, Double> weights = new TreeMap<>();
        for (int t = random.nextInt(4); t > 0; t--) {
          weights.put(terms.get(random.nextInt(terms.size())), 0.25 + 3 * random.nextDouble());
        }
        passages.put("" + p, weights);
        written.add(Map.of("weights", weights));
      }
      passages.scores(encoded).values().forEach(score -> expected.merge("d", score, Math::max));
      Double best = expected.remove("d");
      if (best != null) {
        expected.put(String.valueOf(i), best);
      }
      bulk.append(NodeRest.json(Map.of("index", Map.of("_id", "" + i)))).append('\n');
      bulk.append(NodeRest.json(Map.of("passages", written))).append('\n');
    }
    assertFalse(
        indexing.post("/nested/_bulk?refresh=true", bulk.toString()).get("errors").asBoolean());
    Map<String, Object> nested =
        Map.of(
            "nested",
            Map.of(
                "path",
                "passages",
                "score_mode",
                "max",
                "inner_hits",
                Map.of("size", 1),
                "query",
                Map.of("learned_sparse", Map.of("field", "passages.weights", "query", "sun"))));
    JsonNode found = searching.search("nested", Map.of("size", 100, "query", nested));
    assertScores(expected, scores(found));
    for (JsonNode hit : found.at("/hits/hits")) {
      assertClose(
          hit.get("_id").asText(),
          hit.get("_score").asDouble(),
          hit.at("/inner_hits/passages/hits/hits/0/_score").asDouble());
    }
  }

  // Bad input.

  public void testOneBadDocumentFailsAlone() {
    createIndex("bulk", "tiny", 2, 1);
    List<Map<String, Object>> documents =
        List.of(
            Map.of("weights", Map.of("a", 1)),
            Map.of("weights", Map.of("a", 1, "b.c", -2)),
            Map.of("weights", Map.of("a", 2)),
            Map.of("weights", "a"));
    StringBuilder bulk = new StringBuilder();
    for (int i = 0; i < documents.size(); i++) {
      bulk.append(NodeRest.json(Map.of("index", Map.of("_id", "" + i)))).append('\n');
      bulk.append(NodeRest.json(documents.get(i))).append('\n');
    }
    JsonNode items = indexing.post("/bulk/_bulk?refresh=true", bulk.toString()).get("items");
    List<Integer> statuses = new ArrayList<>();
    items.forEach(item -> statuses.add(item.at("/index/status").asInt()));
    assertThat(statuses, equalTo(List.of(201, 400, 201, 400)));
    assertThat(
        items.get(1).at("/index/error/caused_by/reason").asText(),
        containsString("term [b.c] has weight [-2.0]"));
    Map<String, Object> query =
        Map.of("learned_sparse", Map.of("field", "weights", "query_vector", Map.of("a", 1)));
    assertThat(
        scores(searching.search("bulk", Map.of("query", query))).keySet(),
        equalTo(Set.of("0", "2")));
    assertThat(
        "nothing of the bad documents is there",
        searching.get("/bulk/_count").get("count").asInt(),
        equalTo(2));
  }

  public void testAWeightAboveTheMaximumIsReported() {
    createIndex("above", "tiny", 1, 1);
    ensureGreen("above");
    NodeRest.Reply reply =
        indexing.send(
            "PUT",
            "/above/_doc/1?refresh=true",
            NodeRest.json(Map.of("weights", Map.of("a", 9, "b", 4.5, "c", 4))));
    assertThat(reply.status(), equalTo(201));
    assertThat(
        String.join("\n", reply.warnings()),
        containsString("field [weights] of index [above] got weights above its [max_weight]"));
    Map<String, Object> ignored = Map.of("term", Map.of("_ignored", "weights"));
    assertThat(
        searching.search("above", Map.of("query", ignored)).at("/hits/total/value").asInt(),
        equalTo(1));
    JsonNode stats = searching.get("/_learned_sparse/stats").get("nodes");
    assertThat(stats.size(), equalTo(2));
    for (JsonNode node : stats) {
      assertThat(
          "primary and replica",
          node.at("/weights_above_maximum/above/weights").asInt(),
          equalTo(2));
    }
  }

  private static void assertError(NodeRest.Reply reply, int status, String type, String... reason) {
    String body = reply.body().toString();
    assertThat(body, reply.status(), equalTo(status));
    assertThat(reply.body().at("/error/root_cause/0/type").asText(), equalTo(type));
    for (String part : reason) {
      assertThat(reply.body().at("/error/root_cause/0/reason").asText(), containsString(part));
    }
  }

  private NodeRest.Reply trySearch(String index, Object query) {
    return searching.send("POST", "/" + index + "/_search", NodeRest.json(Map.of("query", query)));
  }

  public void testSearchErrorsAreTheClients() {
    createIndex("errors", "tiny", 2, 0);
    assertError(
        trySearch("errors", query("model", "absent")),
        404,
        "resource_not_found_exception",
        "there is no model [absent]",
        "[default, other, tiny]");
    assertError(
        trySearch("errors", query("field", "body")),
        400,
        "query_shard_exception",
        "field [body] is of type [text]; it must be of type [learned_sparse]");
    assertError(trySearch("errors", query("k", 0)), 400, "parsing_exception", "has [k] of [0]");
    assertError(
        trySearch("errors", query("size", 3)), 400, "parsing_exception", "does not know [size]");
    assertThat(
        searching
            .search("errors", Map.of("query", query("field", "absent")))
            .at("/hits/total/value")
            .asInt(),
        equalTo(0));
    createIndex("no-model", "absent", 1, 0);
    assertError(
        trySearch("no-model", query()), 404, "resource_not_found_exception", "model [absent]");
  }

  public void testAMissingModelFailsTheDocument() {
    createIndex("no-encoder", "tiny", 1, 0);
    indexing.put(
        "/_ingest/pipeline/absent",
        Map.of(
            "processors",
            List.of(Map.of("learned_sparse", Map.of("field", "body", "model", "absent")))));
    NodeRest.Reply reply =
        indexing.send(
            "PUT",
            "/no-encoder/_doc/1?refresh=true&pipeline=absent",
            NodeRest.json(Map.of("body", "sun")));
    assertError(reply, 404, "resource_not_found_exception", "there is no model [absent]");
    assertThat(searching.get("/no-encoder/_count").get("count").asInt(), equalTo(0));
  }

  public void testPipelinesAreCheckedWhenTheyAreMade() {
    NodeRest.Reply reply =
        indexing.send(
            "PUT",
            "/_ingest/pipeline/bad",
            NodeRest.json(
                Map.of(
                    "processors",
                    List.of(
                        Map.of(
                            "learned_sparse",
                            Map.of(
                                "field", "body", "prune", Map.of("type", "top_k", "value", 0)))))));
    assertError(reply, 400, "parse_exception", "[prune] prune value [0.0] is out of range");
    reply =
        indexing.send(
            "PUT",
            "/_ingest/pipeline/bad",
            NodeRest.json(
                Map.of(
                    "processors",
                    List.of(Map.of("learned_sparse", Map.of("field", "body", "fields", 1))))));
    assertError(reply, 400, "parse_exception", "doesn't support one or more", "[fields]");
  }

  // The endpoints.

  public void testTheTextIsEncodedOnceOnTheCoordinatingNode() {
    index("once", "tiny", 5, 1);
    encode("tiny", "sun"); // loads the model on the indexing node
    searching.search("once", Map.of("query", query())); // and on the searching one
    long indexingBefore = encodes(indexingNode);
    long searchingBefore = encodes(searchingNode);
    searching.search("once", Map.of("query", query(), "aggs", Map.of()));
    assertThat(encodes(indexingNode), equalTo(indexingBefore));
    assertThat(encodes(searchingNode), equalTo(searchingBefore + 1));
  }

  private long encodes(String name) {
    for (JsonNode node : indexing.get("/_learned_sparse/stats").get("nodes")) {
      if (node.get("name").asText().equals(name)) {
        return node.at("/models/tiny/encodes").asLong(-1);
      }
    }
    throw new AssertionError("no statistics of " + name);
  }

  public void testTheModelsOfANode() {
    JsonNode all = searching.get("/_learned_sparse/models").get("models");
    List<String> ids = new ArrayList<>();
    all.fieldNames().forEachRemaining(ids::add);
    assertThat(ids, equalTo(List.of("default", "other", "tiny")));
    JsonNode one = searching.get("/_learned_sparse/models/tiny").at("/models/tiny");
    assertTrue(one.get("loaded").asBoolean());
    assertThat(one.get("vocabulary_size").asInt(), equalTo(34));
    assertThat(one.at("/document/pooling").asText(), equalTo("max"));
    assertError(
        searching.send("GET", "/_learned_sparse/models/absent", null),
        404,
        "resource_not_found_exception",
        "there is no model [absent]");
  }

  public void testEncodingOverRest() {
    JsonNode reply =
        searching.post(
            "/_learned_sparse/encode",
            Map.of("model", "tiny", "texts", List.of("sun", "", "plants make sugar")));
    assertThat(reply.get("mode").asText(), equalTo("document"));
    assertThat(reply.get("results").size(), equalTo(3));
    assertThat(reply.at("/results/0/tokens").asInt(), equalTo(1));
    assertThat(reply.at("/results/1/weights").size(), equalTo(0));
    assertThat(reply.at("/results/2/tokens").asInt(), equalTo(4));
    assertError(
        searching.send("POST", "/_learned_sparse/encode", "{\"model\": \"tiny\"}"),
        400,
        "action_request_validation_exception",
        "[texts] is missing or empty");
    for (String body :
        List.of(
            "{\"texts\": [\"a\"], \"mode\": \"query and document\"}",
            "{\"texts\": [\"a\"], \"modle\": \"tiny\"}",
            "{\"texts\": [7, {}]}")) {
      assertThat(
          body, searching.send("POST", "/_learned_sparse/encode", body).status(), equalTo(400));
    }
  }
}
