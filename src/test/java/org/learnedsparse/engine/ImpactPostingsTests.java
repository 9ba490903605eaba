package org.learnedsparse.engine;

import static org.elasticsearch.test.hamcrest.ElasticsearchAssertions.assertAcked;
import static org.elasticsearch.test.hamcrest.ElasticsearchAssertions.assertNoFailures;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.elasticsearch.action.admin.indices.forcemerge.ForceMergeRequest;
import org.elasticsearch.action.admin.indices.shrink.ResizeAction;
import org.elasticsearch.action.admin.indices.shrink.ResizeRequest;
import org.elasticsearch.action.admin.indices.shrink.ResizeType;
import org.elasticsearch.action.bulk.BulkRequestBuilder;
import org.elasticsearch.action.search.SearchRequest;
import org.elasticsearch.action.search.SearchResponse;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.query.QueryBuilder;
import org.elasticsearch.index.query.QueryBuilders;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.search.SearchHit;
import org.elasticsearch.search.builder.SearchSourceBuilder;
import org.elasticsearch.test.ESIntegTestCase;
import org.learnedsparse.TestPlugin;
import org.learnedsparse.postings.ImpactPostingsFormat;

/** Which fields are stored as impacts, whatever happens to the index. */
@ESIntegTestCase.ClusterScope(
    scope = ESIntegTestCase.Scope.SUITE,
    numDataNodes = 2,
    numClientNodes = 0,
    supportsDedicatedMasters = false)
public class ImpactPostingsTests extends ESIntegTestCase {
  private static final Set<String> IMPACTS = Set.of(ImpactPostingsFormat.NAME);
  private static final Set<String> ELASTICSEARCHS = Set.of("ES812Postings");
  private static final int DOCUMENTS = 60;

  @Override
  protected Collection<Class<? extends Plugin>> nodePlugins() {
    return List.of(TestPlugin.class);
  }

  @Override
  protected boolean addMockInternalEngine() {
    return false;
  }

  private void createIndex(String name, Settings.Builder settings) {
    assertAcked(
        prepareCreate(name)
            .setSettings(settings)
            .setMapping(
                """
                {"properties": {
                   "v": {"type": "learned_sparse"},
                   "inner": {"properties": {"deep": {"type": "learned_sparse"}}},
                   "passages": {"type": "nested",
                                "properties": {"v": {"type": "learned_sparse"}}},
                   "hidden": {"type": "learned_sparse"},
                   "body": {"type": "text"},
                   "tag": {"type": "keyword"}},
                 "runtime": {"hidden": {"type": "keyword"}}}
                """));
  }

  private static Settings.Builder shards(int shards, int replicas) {
    return Settings.builder()
        // The framework's own choice may be Lucene's codec, which has other formats.
        .put("index.codec", "default")
        .put("index.number_of_shards", shards)
        .put("index.number_of_replicas", replicas);
  }

  private static double weight(int id) {
    return (1 + id % 7) / 2.0;
  }

  private void index(String name, int from, int to) {
    BulkRequestBuilder bulk = client().prepareBulk();
    for (int i = from; i < to; i++) {
      Map<String, Object> weights = Map.of("leaf", weight(i), "t" + i % 5, 2);
      bulk.add(
          prepareIndex(name)
              .setId(String.valueOf(i))
              .setSource(
                  Map.of(
                      "v",
                      weights,
                      "inner",
                      Map.of("deep", weights),
                      "passages",
                      List.of(Map.of("v", weights)),
                      "hidden",
                      weights,
                      "body",
                      "leaf and sun",
                      "tag",
                      "tag" + i % 3)));
    }
    assertNoFailures(bulk.get());
  }

  /** Two flushes, so that there is something to merge. */
  private void indexAll(String name) {
    index(name, 0, DOCUMENTS / 2);
    flush(name);
    index(name, DOCUMENTS / 2, DOCUMENTS);
    flushAndRefresh(name);
  }

  private void forceMerge(String name) {
    assertNoFailures(
        indicesAdmin().forceMerge(new ForceMergeRequest(name).maxNumSegments(1)).actionGet());
    refresh(name);
  }

  private static List<ShardSegments.Segment> segments(String name) {
    return ShardSegments.of(internalCluster(), name);
  }

  private static void assertFormats(String name) {
    List<ShardSegments.Segment> segments = segments(name);
    for (String field : List.of("v", "inner.deep", "passages.v", "hidden")) {
      assertThat(field, ShardSegments.formats(segments, field), equalTo(IMPACTS));
    }
    for (String field : List.of("body", "tag")) {
      assertThat(field, ShardSegments.formats(segments, field), equalTo(ELASTICSEARCHS));
    }
    assertFalse(ShardSegments.formats(segments, "_id").contains(ImpactPostingsFormat.NAME));
  }

  private static Map<String, Float> search(String name, String field) {
    QueryBuilder query = QueryBuilders.termQuery(field, "leaf");
    SearchResponse response =
        client()
            .search(
                new SearchRequest(name).source(new SearchSourceBuilder().size(1000).query(query)))
            .actionGet();
    try {
      assertNoFailures(response);
      Map<String, Float> scores = new TreeMap<>();
      for (SearchHit hit : response.getHits()) {
        scores.put(hit.getId(), hit.getScore());
      }
      return scores;
    } finally {
      response.decRef();
    }
  }

  private static void assertAllFound(String name) {
    for (String field : List.of("v", "inner.deep")) {
      Map<String, Float> scores = search(name, field);
      assertThat(scores.keySet(), hasSize(DOCUMENTS));
      for (Map.Entry<String, Float> score : scores.entrySet()) {
        // An impact's distance from the weight is at most half a step of the default maximum, 4.
        double weight = weight(Integer.parseInt(score.getKey()));
        assertEquals(score.getKey(), weight, score.getValue(), 4.0 / 255 / 2 + 1e-6);
      }
    }
  }

  public void testFlushAndMerge() {
    for (String codec : List.of("default", "best_compression")) {
      String name = "codec-" + codec;
      createIndex(name, shards(1, 1).put("index.codec", codec));
      ensureGreen(name);
      indexAll(name);
      assertThat(segments(name), hasSize(greaterThan(2)));
      assertFormats(name);
      assertAllFound(name);
      forceMerge(name);
      List<ShardSegments.Segment> merged = segments(name);
      assertThat("one on the primary, one on the replica", merged, hasSize(2));
      assertFormats(name);
      assertAllFound(name);
      assertThat(
          merged.get(0).codec(),
          equalTo(codec.equals("default") ? "Lucene912" : "Elasticsearch816"));
    }
  }

  public void testAFieldAddedLater() {
    assertAcked(prepareCreate("later").setSettings(shards(1, 0)).setMapping("body", "type=text"));
    prepareIndex("later").setId("old").setSource("body", "no weights yet").get();
    flush("later");
    assertAcked(
        indicesAdmin()
            .preparePutMapping("later")
            .setSource("added", "type=learned_sparse", "o.added", "type=learned_sparse"));
    prepareIndex("later").setId("new").setSource("added", Map.of("leaf", 2)).get();
    flushAndRefresh("later");
    assertThat(ShardSegments.formats(segments("later"), "added"), equalTo(IMPACTS));
    forceMerge("later");
    assertThat(ShardSegments.formats(segments("later"), "added"), equalTo(IMPACTS));
    assertThat(ShardSegments.formats(segments("later"), "body"), equalTo(ELASTICSEARCHS));
    assertThat(search("later", "added").keySet(), equalTo(Set.of("new")));
  }

  public void testCloseAndReopen() {
    createIndex("closed", shards(1, 1));
    ensureGreen("closed");
    indexAll("closed");
    assertAcked(indicesAdmin().prepareClose("closed"));
    ensureGreen("closed");
    assertAcked(indicesAdmin().prepareOpen("closed"));
    ensureGreen("closed");
    assertFormats("closed");
    assertAllFound("closed");
    forceMerge("closed");
    assertFormats("closed");
    assertAllFound("closed");
  }

  public void testShrinkSplitAndClone() {
    createIndex("source", shards(2, 1).put("index.number_of_routing_shards", 4));
    ensureGreen("source");
    indexAll("source");
    updateIndexSettings(
        Settings.builder()
            .put("index.blocks.write", true)
            .put("index.routing.allocation.require._name", internalCluster().getNodeNames()[0])
            .put("index.number_of_replicas", 0),
        "source");
    ensureGreen("source");
    Map<ResizeType, Integer> resizes =
        Map.of(ResizeType.SHRINK, 1, ResizeType.SPLIT, 4, ResizeType.CLONE, 2);
    for (Map.Entry<ResizeType, Integer> resize : resizes.entrySet()) {
      String target = "target-" + resize.getValue();
      ResizeRequest request = new ResizeRequest(target, "source");
      request.setResizeType(resize.getKey());
      request
          .getTargetIndexRequest()
          .settings(
              shards(resize.getValue(), 0)
                  .putNull("index.blocks.write")
                  .putNull("index.routing.allocation.require._name"));
      assertAcked(indicesAdmin().execute(ResizeAction.INSTANCE, request).actionGet());
      ensureGreen(target);
      assertFormats(target);
      assertAllFound(target);
      forceMerge(target);
      assertFormats(target);
      assertAllFound(target);
    }
  }

  public void testMovedToAnotherNode() {
    createIndex("moved", shards(1, 0));
    ensureGreen("moved");
    indexAll("moved");
    for (String node : internalCluster().getNodeNames()) {
      updateIndexSettings(
          Settings.builder().put("index.routing.allocation.require._name", node), "moved");
      ensureGreen("moved");
      assertFormats("moved");
      assertAllFound("moved");
    }
  }
}
