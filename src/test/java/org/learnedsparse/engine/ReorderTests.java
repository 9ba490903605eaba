package org.learnedsparse.engine;

import static org.elasticsearch.test.hamcrest.ElasticsearchAssertions.assertAcked;
import static org.elasticsearch.test.hamcrest.ElasticsearchAssertions.assertNoFailures;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;

import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.elasticsearch.action.DocWriteResponse;
import org.elasticsearch.action.admin.indices.forcemerge.ForceMergeRequest;
import org.elasticsearch.action.bulk.BulkRequestBuilder;
import org.elasticsearch.action.get.GetResponse;
import org.elasticsearch.action.search.SearchRequest;
import org.elasticsearch.action.search.SearchResponse;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.query.QueryBuilder;
import org.elasticsearch.index.query.QueryBuilders;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.search.SearchHit;
import org.elasticsearch.search.builder.SearchSourceBuilder;
import org.elasticsearch.search.vectors.KnnVectorQueryBuilder;
import org.elasticsearch.test.ESIntegTestCase;
import org.elasticsearch.xcontent.XContentType;
import org.learnedsparse.TestPlugin;

/** Merges that renumber documents, among everything else that Elasticsearch does with them. */
@ESIntegTestCase.ClusterScope(
    scope = ESIntegTestCase.Scope.SUITE,
    numDataNodes = 2,
    numClientNodes = 0,
    supportsDedicatedMasters = false)
public class ReorderTests extends ESIntegTestCase {
  private static final int DOCUMENTS = 400;

  /** One field of each kind that Lucene stores in its own way. */
  private static final String EVERYTHING =
      """
      {"properties": {
        "v": {"type": "learned_sparse"},
        "id": {"type": "integer"},
        "topic": {"type": "keyword"},
        "tags": {"type": "keyword"},
        "numbers": {"type": "long"},
        "text": {"type": "text", "index_options": "offsets", "store": true,
                 "term_vector": "with_positions_offsets"},
        "bytes": {"type": "binary", "doc_values": true},
        "date": {"type": "date"},
        "point": {"type": "geo_point"},
        "range": {"type": "integer_range"},
        "address": {"type": "ip"},
        "flag": {"type": "boolean"},
        "suggest": {"type": "completion"},
        "flat": {"type": "flattened"},
        "sparse": {"type": "sparse_vector"},
        "exact": {"type": "dense_vector", "dims": 8, "index": false},
        "hnsw": {"type": "dense_vector", "dims": 8, "index_options": {"type": "hnsw"}},
        "int8": {"type": "dense_vector", "dims": 8, "index_options": {"type": "int8_hnsw"}},
        "int4": {"type": "dense_vector", "dims": 8, "index_options": {"type": "int4_flat"}},
        "bbq": {"type": "dense_vector", "dims": 64, "index_options": {"type": "bbq_hnsw"}},
        "tiny": {"type": "dense_vector", "dims": 8, "element_type": "byte",
                 "index_options": {"type": "hnsw"}}}}
      """;

  private static final String SMALL =
      """
      {"properties": {"v": {"type": "learned_sparse"}, "id": {"type": "integer"}}}
      """;

  @Override
  protected Collection<Class<? extends Plugin>> nodePlugins() {
    return List.of(TestPlugin.class);
  }

  @Override
  protected boolean addMockInternalEngine() {
    return false;
  }

  private static Settings.Builder settings(int replicas) {
    return Settings.builder()
        .put("index.codec", "default")
        .put("index.number_of_shards", 1)
        .put("index.number_of_replicas", replicas)
        .put("index.learned_sparse.reorder_min_docs", 50);
  }

  private void create(String name, Settings.Builder settings, String mapping) {
    assertAcked(prepareCreate(name).setSettings(settings).setMapping(mapping));
    ensureGreen(name);
  }

  private static Map<String, Object> weights(int id, int version) {
    Random random = new Random(31L * id + version);
    Map<String, Object> weights = new TreeMap<>();
    for (int i = 0; i < 15; i++) {
      weights.put("t" + id % 4 + "x" + random.nextInt(30), (1 + random.nextInt(200)) * 4 / 255.0);
    }
    return weights;
  }

  private static List<Float> vector(int id, int dims) {
    Random random = new Random(id);
    return IntStream.range(0, dims).mapToObj(i -> random.nextFloat() - 0.5f).toList();
  }

  private static Map<String, Object> everything(int id) {
    Map<String, Object> document = new TreeMap<>();
    document.put("v", weights(id, 0));
    document.put("id", id);
    document.put("topic", "topic" + id % 4);
    document.put("tags", IntStream.range(0, id % 5).mapToObj(i -> "tag" + (id + i) % 17).toList());
    document.put("numbers", IntStream.range(0, id % 3).mapToObj(i -> (long) id * i).toList());
    document.put("text", "document " + id + " about topic" + id % 4 + " and topic" + id % 4);
    document.put("bytes", Base64.getEncoder().encodeToString(new byte[id % 40]));
    document.put("date", 1_700_000_000_000L + id);
    document.put("point", Map.of("lat", id % 90, "lon", id % 180));
    document.put("range", Map.of("gte", id, "lt", id + 10));
    document.put("address", "10.0." + id / 256 + "." + id % 256);
    document.put("flag", id % 2 == 0);
    document.put("suggest", Map.of("input", List.of("word" + id, "other" + id), "weight", id));
    document.put("flat", Map.of("a", Map.of("b", "value" + id % 7)));
    document.put("sparse", Map.of("a", 1 + id % 9));
    for (String field : List.of("exact", "hnsw", "int8", "int4")) {
      document.put(field, vector(id, 8));
    }
    document.put("bbq", vector(id, 64));
    document.put("tiny", IntStream.range(0, 8).mapToObj(i -> (id * (i + 3)) % 100 - 50).toList());
    if (id % 10 == 0) {
      document.keySet().retainAll(List.of("v", "id")); // some lack the others
    }
    return document;
  }

  private void index(String name, boolean all) {
    for (int part = 0; part < 4; part++) {
      BulkRequestBuilder bulk = client().prepareBulk();
      for (int id = part * DOCUMENTS / 4; id < (part + 1) * DOCUMENTS / 4; id++) {
        bulk.add(
            prepareIndex(name)
                .setId(String.valueOf(id))
                .setSource(
                    all ? everything(id) : Map.of("v", weights(id, 0), "id", id),
                    XContentType.JSON));
      }
      assertNoFailures(bulk.get());
      flush(name);
    }
    refresh(name);
  }

  private void forceMerge(String name) {
    assertNoFailures(
        indicesAdmin().forceMerge(new ForceMergeRequest(name).maxNumSegments(1)).actionGet());
    refresh(name);
  }

  private static ReorderStatistics.Snapshot statistics() {
    int current = 0;
    long segments = 0;
    long documents = 0;
    long millis = 0;
    Map<ReorderStatistics.Reason, Long> skipped = new TreeMap<>();
    for (ReorderStatistics each : internalCluster().getInstances(ReorderStatistics.class)) {
      ReorderStatistics.Snapshot node = each.snapshot();
      current += node.current();
      segments += node.segments();
      documents += node.documents();
      millis += node.millis();
      node.skipped().forEach((reason, count) -> skipped.merge(reason, count, Long::sum));
    }
    return new ReorderStatistics.Snapshot(current, segments, documents, millis, skipped);
  }

  private static boolean isReordered(String name) {
    List<ShardSegments.Segment> segments = ShardSegments.of(internalCluster(), name);
    return segments.stream()
        .allMatch(s -> s.diagnostics().containsKey("learned_sparse.ordered_documents"));
  }

  /** What hits hold, but for the order of equals. */
  private static Map<String, String> search(String name, SearchSourceBuilder source) {
    SearchResponse response =
        client().search(new SearchRequest(name).source(source.size(10_000))).actionGet();
    try {
      assertNoFailures(response);
      Map<String, String> hits = new TreeMap<>();
      for (SearchHit hit : response.getHits()) {
        Map<String, Object> fields = new TreeMap<>();
        hit.getFields().forEach((field, values) -> fields.put(field, values.getValues()));
        hits.put(hit.getId(), hit.getScore() + " " + hit.getSourceAsString() + " " + fields);
      }
      return hits;
    } finally {
      response.decRef();
    }
  }

  private static SearchSourceBuilder query(QueryBuilder query) {
    return new SearchSourceBuilder().query(query);
  }

  private static QueryBuilder topic(int topic) {
    var terms = QueryBuilders.boolQuery();
    for (int i = 0; i < 30; i += 3) {
      terms.should(QueryBuilders.termQuery("v", "t" + topic + "x" + i));
    }
    return terms;
  }

  /** All of the vectors are candidates, so a graph's own approximation is none. */
  private static QueryBuilder nearest(String field, int dims) {
    float[] vector = new float[dims];
    for (int i = 0; i < dims; i++) {
      vector[i] = vector(4, dims).get(i);
    }
    return new KnnVectorQueryBuilder(field, vector, 10, 10_000, null, null);
  }

  /** Searches over every field whose answers must not depend on the documents' numbers. */
  private static List<SearchSourceBuilder> searches() {
    List<SearchSourceBuilder> searches = new ArrayList<>();
    for (int topic = 0; topic < 4; topic++) {
      searches.add(query(topic(topic)));
      searches.add(query(QueryBuilders.matchPhraseQuery("text", "about topic" + topic)));
      searches.add(query(QueryBuilders.termQuery("tags", "tag" + topic)));
    }
    SearchSourceBuilder all = query(QueryBuilders.matchAllQuery());
    for (String field : List.of("id", "topic", "tags", "numbers", "date", "point", "address")) {
      all.docValueField(field);
    }
    all.fetchField("range").fetchField("flat.a.b").storedField("text").fetchSource(true);
    searches.add(all);
    searches.add(query(QueryBuilders.rangeQuery("numbers").gte(100)));
    searches.add(query(QueryBuilders.rangeQuery("date").gte(1_700_000_000_200L)));
    searches.add(query(QueryBuilders.rangeQuery("range").gte(30).lte(60)));
    searches.add(query(QueryBuilders.termQuery("address", "10.0.0.0/26")));
    searches.add(query(QueryBuilders.geoDistanceQuery("point").point(10, 10).distance("900km")));
    searches.add(query(QueryBuilders.termQuery("flat.a.b", "value3")));
    searches.add(query(QueryBuilders.existsQuery("bytes")));
    searches.add(query(nearest("hnsw", 8)));
    return searches;
  }

  public void testSearchesFindTheSame() {
    for (String codec : List.of("default", "best_compression")) {
      String on = "on-" + codec;
      String off = "off-" + codec;
      create(on, settings(0).put("index.codec", codec), EVERYTHING);
      create(
          off,
          settings(0).put("index.codec", codec).put("index.learned_sparse.reorder", false),
          EVERYTHING);
      long before = statistics().segments();
      for (String name : List.of(on, off)) {
        index(name, true);
        forceMerge(name);
      }
      assertThat(statistics().segments(), greaterThan(before));
      assertTrue(isReordered(on));
      assertFalse(isReordered(off));
      int each = 0;
      for (SearchSourceBuilder search : searches()) {
        Map<String, String> expected = search(off, search);
        assertFalse(search.toString(), expected.isEmpty());
        assertThat(search.toString(), search(on, search), equalTo(expected));
        each++;
      }
      assertThat(each, greaterThan(15));
      // A merge chooses where to quantise, and one in a new order does so afresh.
      for (String field : List.of("int8", "int4", "bbq")) {
        QueryBuilder nearest = nearest(field, field.equals("bbq") ? 64 : 8);
        assertThat(field, search(on, query(nearest)).size(), equalTo(10));
        assertTrue(field, search(on, query(nearest)).containsKey("4"));
      }
    }
  }

  public void testSwitchedOnAndOffAtAnyTime() {
    create("dynamic", settings(0).put("index.learned_sparse.reorder", false), SMALL);
    index("dynamic", false);
    forceMerge("dynamic");
    assertFalse(isReordered("dynamic"));
    updateIndexSettings(Settings.builder().put("index.learned_sparse.reorder", true), "dynamic");
    index("dynamic", false);
    forceMerge("dynamic");
    assertTrue(isReordered("dynamic"));
  }

  public void testNotWhereItIsUnsafe() {
    create(
        "sorted", settings(0).put("index.sort.field", "id").put("index.sort.order", "desc"), SMALL);
    create(
        "nested", settings(0), SMALL.replace("\"id\":", "\"n\": {\"type\": \"nested\"}, \"id\":"));
    create("without", settings(0), SMALL.replace("learned_sparse", "flattened"));
    create("few", settings(0).put("index.learned_sparse.reorder_min_docs", 500), SMALL);
    for (String name : List.of("sorted", "nested", "without", "few")) {
      index(name, false);
      forceMerge(name);
      assertThat(name, ShardSegments.of(internalCluster(), name), hasSize(1));
      assertFalse(name, isReordered(name));
    }
  }

  public void testSourceThatIsKeptForRecoveryOnly() {
    create(
        "recovery",
        settings(1)
            .put("index.soft_deletes.retention_lease.period", "0s")
            .put("index.merge.policy.segments_per_tier", 50),
        SMALL.replaceFirst("\\{", "{\"_source\": {\"excludes\": [\"v\"]},"));
    index("recovery", false);
    for (int id = 0; id < DOCUMENTS; id += 3) {
      client().prepareDelete("recovery", String.valueOf(id)).get();
    }
    forceMerge("recovery");
    assertTrue(isReordered("recovery"));
    Map<String, String> hits = search("recovery", query(QueryBuilders.matchAllQuery()));
    for (int id = 0; id < DOCUMENTS; id++) {
      String expected = "1.0 {\"id\":" + id + "} {}";
      assertThat(hits.get("" + id), equalTo(id % 3 == 0 ? null : expected));
    }
  }

  /** Soft deletes and sequence numbers of a document that changes while the merge moves it. */
  public void testUpdatesAndDeletesDuringMerges() throws Exception {
    create("moving", settings(1).put("index.refresh_interval", "100ms"), SMALL);
    index("moving", false);
    AtomicBoolean stop = new AtomicBoolean();
    Map<Integer, Integer> versions = new ConcurrentHashMap<>();
    List<Thread> writers = new ArrayList<>();
    List<Throwable> thrown = Collections.synchronizedList(new ArrayList<>());
    for (int writer = 0; writer < 3; writer++) {
      int own = writer;
      Random random = new Random(randomLong());
      Thread thread =
          new Thread(
              () -> {
                while (stop.get() == false) {
                  // Each writer has documents of its own, so the last write is known.
                  int id = random.nextInt(DOCUMENTS / 3) * 3 + own;
                  int version = versions.merge(id, 1, Integer::sum);
                  if (random.nextInt(4) == 0) {
                    client().prepareDelete("moving", String.valueOf(id)).get();
                    versions.put(id, version | DELETED);
                  } else {
                    versions.put(id, version & ~DELETED);
                    DocWriteResponse done =
                        prepareIndex("moving")
                            .setId(String.valueOf(id))
                            .setSource(
                                Map.of("v", weights(id, version & ~DELETED), "id", id),
                                XContentType.JSON)
                            .get();
                    assertThat(done.getShardInfo().getFailed(), equalTo(0));
                  }
                }
              });
      thread.setUncaughtExceptionHandler((self, e) -> thrown.add(e));
      thread.start();
      writers.add(thread);
    }
    long before = statistics().segments();
    for (int i = 0; i < 8; i++) {
      forceMerge("moving");
      logger.info(
          "merged {} times, {} writes",
          i + 1,
          versions.values().stream().mapToInt(v -> v & ~DELETED).sum());
    }
    stop.set(true);
    for (Thread writer : writers) {
      writer.join();
    }
    assertThat(thrown, equalTo(List.of()));
    assertThat(statistics().segments(), greaterThan(before + 8));
    forceMerge("moving");
    assertTrue(versions.size() > DOCUMENTS / 4);
    checkEachById("moving", versions);
  }

  private static final int DELETED = 1 << 30;

  private void checkEachById(String name, Map<Integer, Integer> versions) {
    for (int copy = 0; copy < 4; copy++) { // searches go to the copies in turns
      Map<String, String> found =
          search(name, query(QueryBuilders.matchAllQuery()).fetchSource(false).docValueField("id"));
      for (int id = 0; id < DOCUMENTS; id++) {
        boolean deleted = (versions.getOrDefault(id, 0) & DELETED) != 0;
        assertThat(
            "document " + id,
            found.get("" + id),
            equalTo(deleted ? null : "1.0 null {id=[" + id + "]}"));
      }
    }
    Map<String, Map<String, Double>> expected = new TreeMap<>();
    for (int id = 0; id < DOCUMENTS; id++) {
      int version = versions.getOrDefault(id, 0);
      GetResponse got = client().prepareGet(name, String.valueOf(id)).setRealtime(false).get();
      assertThat("document " + id, got.isExists(), equalTo((version & DELETED) == 0));
      if (got.isExists()) {
        Map<String, Object> weights = weights(id, version);
        assertThat("document " + id, got.getSourceAsMap().get("v"), equalTo(weights));
        for (Map.Entry<String, Object> weight : weights.entrySet()) {
          expected
              .computeIfAbsent(weight.getKey(), key -> new TreeMap<>())
              .put("" + id, (double) weight.getValue());
        }
      }
    }
    expected.forEach(
        (term, weights) -> {
          Map<String, String> found =
              search(name, query(QueryBuilders.termQuery("v", term)).fetchSource(false));
          assertThat(term, found.keySet(), equalTo(weights.keySet()));
          found.forEach(
              (id, hit) -> {
                double score = Double.parseDouble(hit.split(" ", -1)[0]);
                assertEquals(term + " in " + id, weights.get(id), score, 1e-4);
              });
        });
  }
}
