package org.learnedsparse.query;

import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.sameInstance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.elasticsearch.ResourceNotFoundException;
import org.elasticsearch.action.MockResolvedIndices;
import org.elasticsearch.action.OriginalIndices;
import org.elasticsearch.action.support.IndicesOptions;
import org.elasticsearch.cluster.metadata.IndexMetadata;
import org.elasticsearch.common.ParsingException;
import org.elasticsearch.common.Strings;
import org.elasticsearch.common.compress.CompressedXContent;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.common.util.concurrent.ThreadContext;
import org.elasticsearch.common.xcontent.XContentHelper;
import org.elasticsearch.index.Index;
import org.elasticsearch.index.IndexVersion;
import org.elasticsearch.index.mapper.MapperService;
import org.elasticsearch.index.query.MatchNoneQueryBuilder;
import org.elasticsearch.index.query.QueryBuilder;
import org.elasticsearch.index.query.QueryBuilders;
import org.elasticsearch.index.query.QueryRewriteContext;
import org.elasticsearch.index.query.SearchExecutionContext;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.search.SearchService;
import org.elasticsearch.search.vectors.VectorData;
import org.elasticsearch.test.AbstractQueryTestCase;
import org.elasticsearch.xcontent.XContentParserConfiguration;
import org.elasticsearch.xcontent.json.JsonXContent;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.learnedsparse.LearnedSparsePlugin;
import org.learnedsparse.encode.Mode;
import org.learnedsparse.mapper.LearnedSparseFieldType;
import org.learnedsparse.model.TinyModels;
import org.learnedsparse.query.RequestedQuery.Best;
import org.learnedsparse.query.RequestedQuery.Input;
import org.learnedsparse.search.Approximation;
import org.learnedsparse.search.FusedQuery;
import org.learnedsparse.search.IndexIdf;
import org.learnedsparse.search.LearnedSparseQuery;
import org.learnedsparse.search.TopDocumentsQuery;
import org.learnedsparse.tools.onnx.TinyModel;
import org.learnedsparse.vector.Pruning;
import org.learnedsparse.vector.Quantiser;
import org.learnedsparse.vector.RelevanceFeedback;
import org.learnedsparse.vector.SparseVector;

public class LearnedSparseQueryBuilderTests
    extends AbstractQueryTestCase<LearnedSparseQueryBuilder> {
  private static final String FIELD = "weights";
  private static final String ALIAS = "weights_alias";
  private static final float MAX_WEIGHT = 3;

  /** Words of a random text at the most. */
  private static final int MAX_WORDS = 6;

  /** What the model {@code table} says of itself. */
  private static final double TABLE_INDEX_IDF = .25;

  private static TinyModels models;

  @BeforeClass
  public static void writeModels() throws IOException {
    models = new TinyModels(createTempDir(), Settings.EMPTY);
    models.write("tiny", 17);
    models.write("other", 18);
    Path table = models.write("table", 19);
    Files.writeString(
        table.resolve("idf.json"), "{\"plant\": 2.5, \"##s\": 0.5, \"sun\": 3, \"make\": 1.5}");
    TinyModel.writeSettings(
        table, "{\"query\": {\"table\": \"idf.json\", \"index_idf\": " + TABLE_INDEX_IDF + "}}");
  }

  @AfterClass
  public static void closeModels() {
    models.close();
    models = null;
  }

  private static final ThreadContext CONTEXT = new ThreadContext(Settings.EMPTY);

  private static QueryServices services() {
    return new QueryServices(
        new QueryEncoder(() -> models.service()), new OutcomeHeader(() -> CONTEXT));
  }

  /** The plugin, with the models of this test instead of a node's. */
  public static final class QueryPlugin extends LearnedSparsePlugin {
    @Override
    public List<QuerySpec<?>> getQueries() {
      return List.of(
          new QuerySpec<>(
              LearnedSparseQueryBuilder.NAME,
              in -> new LearnedSparseQueryBuilder(in, services()),
              parser -> QueryParser.parse(parser, services())));
    }
  }

  @Override
  protected Collection<Class<? extends Plugin>> getPlugins() {
    return List.of(QueryPlugin.class);
  }

  @Override
  protected void initializeAdditionalMappings(MapperService mapperService) throws IOException {
    mapperService.merge(
        "_doc",
        new CompressedXContent(
            "{\"properties\": {\"weights\": {\"type\": \"learned_sparse\", \"model\": \"tiny\","
                + " \"max_weight\": "
                + MAX_WEIGHT
                + "}, \"dense\": {\"type\": \"dense_vector\", \"dims\": 3, \"index\": true, \"similarity\": \"l2_norm\"},"
                + " \"weights_alias\": {\"type\": \"alias\", \"path\": \"weights\"}}}"),
        MapperService.MergeReason.MAPPING_UPDATE);
  }

  // What AbstractQueryTestCase asks for.

  private static LearnedSparseQueryBuilder query(
      String field,
      String text,
      Map<String, Float> vector,
      String model,
      Integer k,
      List<QueryBuilder> filters) {
    return query(field, text, vector, new RequestedEncoding(model, null, null), k, null, filters);
  }

  private static LearnedSparseQueryBuilder query(
      String field,
      String text,
      Map<String, Float> vector,
      RequestedEncoding encoding,
      Integer k,
      RequestedApproximation approximation,
      List<QueryBuilder> filters) {
    return new LearnedSparseQueryBuilder(
        services(),
        new RequestedQuery(
            field,
            vector == null
                ? Input.of(List.of(new WeightedText(text, 1)))
                : Input.of(SparseVector.of(vector)),
            encoding,
            new Best(k, approximation),
            null,
            null),
        filters);
  }

  private static LearnedSparseQueryBuilder text(String text, String model) {
    return query(FIELD, text, null, model, null, List.of());
  }

  private static LearnedSparseQueryBuilder text(String text, String model, Double indexIdf) {
    return query(
        FIELD, text, null, new RequestedEncoding(model, indexIdf, null), null, null, List.of());
  }

  /** A share is only for texts of the model that has a table. */
  private static RequestedEncoding randomEncoding() {
    String model = randomFrom("tiny", "other", "table");
    boolean share = model.equals("table") && randomBoolean();
    return new RequestedEncoding(
        model,
        share ? randomFrom(0.0, 1.0, randomDoubleBetween(0, 1, true)) : null,
        randomBoolean() ? null : randomPruning(model.equals("table")));
  }

  /**
   * @param lossless whether it must keep what a text has, as the response has a warning otherwise
   */
  private static RequestedPruning randomPruning(boolean lossless) {
    Pruning.Type type = lossless ? Pruning.Type.TOP_K : randomFrom(Pruning.Type.values());
    return new RequestedPruning(
        new Pruning(
            type,
            type == Pruning.Type.TOP_K
                ? between(lossless ? MAX_WORDS : 1, 20)
                : randomDoubleBetween(.1, 1, true)));
  }

  private static LearnedSparseQueryBuilder pruned(
      String text, Map<String, Float> vector, String model, Pruning.Type type, double value) {
    return query(
        FIELD,
        text,
        vector,
        new RequestedEncoding(model, null, new RequestedPruning(new Pruning(type, value))),
        null,
        null,
        List.of());
  }

  private static String randomText() {
    return String.join(
        " ", randomList(0, MAX_WORDS, () -> randomFrom("plants", "sun", "make", "Zürich")));
  }

  private static Map<String, Float> randomVector() {
    Map<String, Float> vector = new TreeMap<>();
    for (int i = between(0, 9); i > 0; i--) {
      vector.put(randomFrom("", "##", "a.") + randomAlphaOfLength(4), randomFloat() * 5 + 1e-6f);
    }
    return vector;
  }

  private static QueryBuilder randomFilter() {
    return randomFrom(
        QueryBuilders.termQuery(KEYWORD_FIELD_NAME, randomAlphaOfLength(3)),
        QueryBuilders.termQuery(INT_FIELD_NAME, between(0, 9)),
        QueryBuilders.matchAllQuery());
  }

  private static RequestedApproximation randomApproximation(boolean force) {
    return new RequestedApproximation(
        new Approximation(
            randomDoubleBetween(.1, 1, true),
            randomDoubleBetween(.1, 1, true),
            randomFrom(0, between(1, 1_000))),
        force || randomBoolean());
  }

  @Override
  protected LearnedSparseQueryBuilder doCreateTestQueryBuilder() {
    boolean text = randomBoolean();
    RequestedEncoding encoding =
        text
            ? randomEncoding()
            : new RequestedEncoding(null, null, randomBoolean() ? null : randomPruning(false));
    // A table's few weights must not be left out by chance.
    boolean force = "table".equals(encoding.model());
    return query(
        randomFrom(FIELD, FIELD, ALIAS, "unmapped"),
        text ? randomText() : null,
        text ? null : randomVector(),
        encoding,
        randomBoolean() ? null : between(1, LearnedSparseQueryBuilder.MAX_K),
        randomBoolean() ? null : randomApproximation(force),
        randomList(0, 2, LearnedSparseQueryBuilderTests::randomFilter));
  }

  @Override
  protected LearnedSparseQueryBuilder createQueryWithInnerQuery(QueryBuilder inner) {
    return query(FIELD, null, Map.of("a", 1f), null, null, List.of(inner));
  }

  /** Changes one of what makes the query, beside the name and the boost. */
  @Override
  public LearnedSparseQueryBuilder mutateInstance(LearnedSparseQueryBuilder query)
      throws IOException {
    if (randomBoolean()) {
      return changeNameOrBoost(query);
    }
    Map<String, Object> body = body(query);
    switch (between(0, 6)) {
      case 0 -> body.merge("field", "x", (a, b) -> a.toString() + b);
      case 1 -> body.merge("k", 1, (a, b) -> (Integer) a == 1 ? 2 : 1);
      case 2 -> body.merge("approximate", Map.of("force", true), (a, b) -> Map.of("max_blocks", 7));
      case 3 -> body.put("filter", List.of(Map.of("term", Map.of("new", "x"))));
      case 4 ->
          body.merge(
              "prune",
              Map.of("type", "top_k", "value", 30),
              (a, b) -> Map.of("type", "top_k", "value", 31));
      case 5 -> {
        if (body.containsKey("query")) {
          body.merge("index_idf", .5, (a, b) -> a.equals(b) ? .6 : b);
        } else {
          body.put("query_vector", Map.of("entirely newer", 1));
        }
      }
      default -> {
        if (body.containsKey("query")) {
          body.merge("query", "x", (a, b) -> a.toString() + b);
        } else {
          body.put("query_vector", Map.of("entirely new", 1));
        }
      }
    }
    String json =
        Strings.toString(JsonXContent.contentBuilder().map(Map.of("learned_sparse", body)));
    return (LearnedSparseQueryBuilder) parseQuery(json);
  }

  /** What a client would read of the query. */
  @SuppressWarnings("unchecked")
  private static Map<String, Object> body(QueryBuilder query) {
    return (Map<String, Object>)
        XContentHelper.convertToMap(JsonXContent.jsonXContent, Strings.toString(query), false)
            .get("learned_sparse");
  }

  private static SparseVector vector(Map<?, ?> weights) {
    Map<String, Float> vector = new HashMap<>();
    weights.forEach((term, weight) -> vector.put((String) term, ((Number) weight).floatValue()));
    return SparseVector.of(vector);
  }

  private static IndexIdf indexIdf(double share) {
    return share == 0 ? IndexIdf.NONE : new IndexIdf(share, ShardStatistics.INSTANCE);
  }

  private static IndexIdf indexIdf(Map<String, Object> body) {
    double models = "table".equals(body.get("model")) ? TABLE_INDEX_IDF : 0;
    return indexIdf(body.get("index_idf") instanceof Number given ? given.doubleValue() : models);
  }

  private static SparseVector pruned(SparseVector vector, Map<String, Object> body) {
    return body.get("prune") instanceof Map<?, ?> given
        ? new Pruning(
                Pruning.Type.of((String) given.get("type")),
                ((Number) given.get("value")).doubleValue())
            .apply(vector)
        : vector;
  }

  private static Approximation approximation(Map<String, Object> body) {
    return body.get("approximate") instanceof Map<?, ?> given
        ? new Approximation(
            ((Number) given.get("threshold_factor")).doubleValue(),
            ((Number) given.get("query_mass")).doubleValue(),
            given.get("max_blocks") instanceof Integer most ? most : 0)
        : Approximation.NONE;
  }

  @Override
  protected void doAssertLuceneQuery(
      LearnedSparseQueryBuilder builder, Query query, SearchExecutionContext context)
      throws IOException {
    Map<String, Object> body = body(builder);
    if (body.get("field").equals("unmapped")) {
      assertThat(query, instanceOf(MatchNoDocsQuery.class));
      assertThat(query.toString(), containsString("there is no field [unmapped]"));
      return;
    }
    SparseVector vector =
        body.get("query_vector") instanceof Map<?, ?> weights
            ? vector(weights)
            : models.encode((String) body.get("model"), Mode.QUERY, (String) body.get("query"));
    LearnedSparseQuery all =
        new LearnedSparseQuery(
            FIELD, pruned(vector, body), new Quantiser(MAX_WEIGHT), indexIdf(body));
    Query expected = all;
    BooleanQuery filter = null;
    if (body.get("filter") instanceof List<?> filters) {
      BooleanQuery.Builder every = new BooleanQuery.Builder();
      for (Object each : filters) {
        String json = Strings.toString(JsonXContent.contentBuilder().value(each));
        every.add(parseQuery(json).toQuery(context), BooleanClause.Occur.FILTER);
      }
      filter = every.build();
    }
    if (body.get("k") instanceof Integer || body.containsKey("approximate")) {
      int k = body.get("k") instanceof Integer its ? its : SearchService.DEFAULT_SIZE;
      expected =
          new TopDocumentsQuery(all, filter, k, approximation(body), statistics -> fail("not run"));
    } else if (filter != null) {
      expected =
          new BooleanQuery.Builder()
              .add(expected, BooleanClause.Occur.MUST)
              .add(filter, BooleanClause.Occur.FILTER)
              .build();
    }
    assertThat(query, equalTo(expected));
  }

  /** An answer from the cache would not say what an approximation left out. */
  @Override
  public void testCacheability() throws IOException {
    RequestedApproximation approximation = randomBoolean() ? null : randomApproximation(false);
    SearchExecutionContext context = createSearchExecutionContext();
    query(
            FIELD,
            null,
            randomVector(),
            new RequestedEncoding(null, null, null),
            5,
            approximation,
            List.of())
        .toQuery(context);
    assertThat(context.isCacheable(), equalTo(approximation == null));
  }

  /** A query text has no vector before the coordinating node has rewritten it. */
  @Override
  public void testMustRewrite() {
    IllegalArgumentException e =
        expectThrows(
            IllegalArgumentException.class,
            () -> text("sun", "tiny").toQuery(createSearchExecutionContext()));
    assertThat(
        e.getMessage(),
        allOf(
            containsString("the text for field [weights] was not encoded with model [tiny]"),
            containsString("Give [model] or [query_vector]")));
  }

  // The dense side.

  private static RequestedNearest randomNearest() {
    int k = between(1, 100);
    return new RequestedNearest(
        "dense",
        VectorData.fromFloats(new float[] {randomFloat(), 1, -randomFloat()}),
        null,
        randomBoolean() ? null : k,
        randomBoolean() ? null : between(k, 10_000),
        randomBoolean() ? null : randomFloat(),
        randomDoubleBetween(0, 1, true),
        randomFrom(RequestedNearest.Normalizer.values()));
  }

  private static RequestedFeedback randomFeedback(boolean dense) {
    RequestedFeedback.Interpolation fused =
        dense ? randomFrom(RequestedFeedback.Interpolation.values()) : null;
    RequestedFeedback.Space space =
        dense == false
            ? RequestedFeedback.Space.SPARSE
            : fused == RequestedFeedback.Interpolation.BEFORE
                ? RequestedFeedback.Space.DENSE
                : randomFrom(RequestedFeedback.Space.values());
    // What would change nothing is as it is by default: the body does not say it.
    boolean sparse = space.isSparse();
    String model = space.isDense() && randomBoolean() ? "tprf" : null;
    return new RequestedFeedback(
        between(1, 100),
        new RelevanceFeedback(
            sparse ? randomFrom(RelevanceFeedback.Method.values()) : RelevanceFeedback.Method.RM3,
            sparse ? between(1, 1_000) : 30,
            sparse || model == null ? randomDoubleBetween(0, 1, true) : .2),
        model,
        space,
        fused);
  }

  private static LearnedSparseQueryBuilder query(
      RequestedNearest nearest, RequestedFeedback feedback) {
    return new LearnedSparseQueryBuilder(
        services(),
        new RequestedQuery(
            FIELD,
            Input.of(SparseVector.of(Map.of("a", 2f))),
            new RequestedEncoding(null, null, null),
            new Best(randomBoolean() ? null : between(1, 50), null),
            nearest,
            feedback),
        randomList(0, 1, LearnedSparseQueryBuilderTests::randomFilter));
  }

  public void testTheDenseSideAndFeedbackAreReadAndSentAsTheyAre() throws IOException {
    for (int i = 0; i < 50; i++) {
      RequestedNearest nearest = randomBoolean() ? randomNearest() : null;
      RequestedFeedback feedback = randomBoolean() ? randomFeedback(nearest != null) : null;
      LearnedSparseQueryBuilder query = query(nearest, feedback);
      assertThat(parseQuery(Strings.toString(query)), equalTo(query));
      assertThat(assertSerialization(query), equalTo(query));
      assertThat(
          query,
          not(equalTo(query(nearest == null ? randomNearest() : nearest.withWeight(2), feedback))));
    }
  }

  public void testTheTextsOfAQueryAreAveragedByTheirWeights() throws IOException {
    QueryBuilder query =
        parseQuery(
            "{\"learned_sparse\": {\"field\": \"weights\", \"model\": \"table\", \"index_idf\": 0,"
                + " \"query\": [\"sun\", {\"text\": \"plants sun\", \"weight\": 3}]}}");
    assertThat(parseQuery(Strings.toString(query)), equalTo(query));
    QueryBuilder rewritten =
        assertSerialization(rewriteAndFetch(query, coordinator(index("i", null))));
    // The table: plant 2.5, ##s 0.5, sun 3.
    assertThat(
        rewritten.toQuery(createSearchExecutionContext()),
        equalTo(
            new LearnedSparseQuery(
                FIELD,
                SparseVector.of(Map.of("sun", 3f, "plant", 1.875f, "##s", .375f)),
                new Quantiser(MAX_WEIGHT))));
  }

  public void testTheLuceneQueryOfADenseSide() throws IOException {
    RequestedNearest nearest = randomNearest();
    LearnedSparseQueryBuilder query = query(nearest, null);
    Query lucene = query.toQuery(createSearchExecutionContext());
    assertThat(lucene, instanceOf(FusedQuery.class));
    assertThat(lucene, equalTo(query.toQuery(createSearchExecutionContext())));
    assertThat(
        lucene.toString(),
        allOf(
            containsString("dense weight " + nearest.weight()),
            containsString("KnnFloatVectorQuery:dense")));
  }

  public void testADenseSideThatDoesNotFitIsRefused() {
    Map<String, String> bad = new LinkedHashMap<>();
    bad.put("\"field\": \"absent\"", "[knn] field [absent] is not in the mapping");
    bad.put("\"field\": \"weights\"", "[knn] field [weights] is of type [learned_sparse]; it must");
    for (Map.Entry<String, String> each : bad.entrySet()) {
      IllegalArgumentException e =
          expectThrows(
              IllegalArgumentException.class,
              () ->
                  parseQuery(
                          "{\"learned_sparse\": {\"field\": \"weights\", \"query_vector\": {\"a\": 1},"
                              + " \"knn\": {\"query_vector\": [1, 2, 3], "
                              + each.getKey()
                              + "}}}")
                      .toQuery(createSearchExecutionContext()));
      assertThat(e.getMessage(), containsString(each.getValue()));
    }
    IllegalArgumentException e =
        expectThrows(
            IllegalArgumentException.class,
            () ->
                query(
                        new RequestedNearest(
                            "dense",
                            VectorData.fromFloats(new float[] {1, 2}),
                            null,
                            null,
                            null,
                            null,
                            .5,
                            RequestedNearest.Normalizer.NONE),
                        null)
                    .toQuery(createSearchExecutionContext()));
    assertThat(
        e.getMessage(),
        allOf(
            containsString("[knn] on field [dense]"),
            containsString("different number of dimensions [2]")));
  }

  public void testBadSettingsOfTheDenseSideAreNamed() {
    String fine = "\"field\": \"weights\", \"query_vector\": {\"a\": 1}, \"knn\": ";
    Map<String, String> bad = new LinkedHashMap<>();
    bad.put("7", "[knn] must be an object, got [7]");
    bad.put("{}", "[knn] needs [field], the dense_vector field to search");
    bad.put("{\"field\": \"dense\"}", "no text for [knn] to encode");
    String vector = "{\"field\": \"dense\", \"query_vector\": [1, 2, 3], ";
    bad.put(vector + "\"size\": 3}", "[knn] does not know [size]; known are [field, k,");
    bad.put(
        vector + "\"weight\": 1.1}", "[knn] has [weight] of [1.1]; it must be a number, 0 to 1");
    bad.put(vector + "\"weight\": -0.1}", "[knn] has [weight] of [-0.1]");
    bad.put(
        vector + "\"k\": 10001}", "[knn] has [k] of [10001]; it must be an integer, 1 to 10000");
    bad.put(vector + "\"k\": 0}", "[knn] has [k] of [0]");
    bad.put(vector + "\"num_candidates\": 10001}", "[knn] has [num_candidates] of [10001]");
    bad.put(
        vector + "\"k\": 5, \"num_candidates\": 4}",
        "[knn] has [num_candidates] of [4], fewer than [k] of [5]");
    bad.put(vector + "\"similarity\": \"high\"}", "[knn] has [similarity] of [high]");
    bad.put(
        vector + "\"normalizer\": \"min_max\"}",
        "[knn] has [normalizer] of [min_max], which depends on the whole list");
    bad.put(vector + "\"normalizer\": \"max\"}", "it must be one of [none, theoretical_maximum]");
    bad.put(vector + "\"model\": \"tiny\"}", "[knn] takes no [model] with a [query_vector]");
    bad.put(
        "{\"field\": \"dense\", \"query_vector\": \"xyz\"}", "[knn] has [query_vector] of [xyz]");
    bad.forEach((knn, message) -> assertRefused(fine + knn, message));
  }

  public void testFiltersAreAddedOnceAndOnlyWhereTheQueryChooses() throws IOException {
    QueryBuilder own = QueryBuilders.matchAllQuery();
    QueryBuilder others = QueryBuilders.termQuery("lang", "en");
    for (String settings :
        List.of("", ", \"k\": 3", ", \"approximate\": {}", ", \"feedback\": {}")) {
      String fine =
          "{\"learned_sparse\": {\"field\": \"f\", \"query_vector\": {\"a\": 1}" + settings;
      LearnedSparseQueryBuilder query =
          (LearnedSparseQueryBuilder) parseQuery(fine + ", \"filter\": {\"match_all\": {}}}}");
      query.addFilters(List.of(own, others));
      query.addFilters(List.of(others));
      String all = "[{\"match_all\": {}}, {\"term\": {\"lang\": \"en\"}}]";
      String expected = settings.isEmpty() ? "{\"match_all\": {}}" : all;
      assertEquals(parseQuery(fine + ", \"filter\": " + expected + "}}"), query);
    }
  }

  public void testBadSettingsOfFeedbackAreNamed() {
    String fine = "\"field\": \"weights\", \"query_vector\": {\"a\": 1}, \"feedback\": ";
    Map<String, String> bad = new LinkedHashMap<>();
    bad.put("true", "[feedback] must be an object, got [true]");
    bad.put(
        "{\"size\": 3}", "[feedback] does not know [size]; known are [documents, interpolation");
    bad.put(
        "{\"documents\": 0}", "[feedback] has [documents] of [0]; it must be an integer, 1 to 100");
    bad.put(
        "{\"terms\": 1001}", "[feedback] has [terms] of [1001]; it must be an integer, 1 to 1000");
    bad.put("{\"weight\": 2}", "[feedback] has [weight] of [2]; it must be a number, 0 to 1");
    bad.put("{\"method\": \"bm25\"}", "it must be one of [rm3, rocchio]");
    bad.put("{\"space\": \"dense\"}", "has [space] of [dense], and the query no [knn]");
    bad.put(
        "{\"interpolation\": \"after\"}", "has [interpolation] of [after], and the query no [knn]");
    bad.put(
        "{\"model\": \"tprf\"}",
        "has [model], which changes the vector of [knn], and [space] of [sparse]; leave it out");
    bad.put("{\"model\": 1}", "[feedback] has [model] of [1]; it must be a string");
    bad.forEach((feedback, message) -> assertRefused(fine + feedback, message));
    String dense = "\"knn\": {\"field\": \"dense\", \"query_vector\": [1, 0, 0]}, ";
    Map<String, String> idle = new LinkedHashMap<>();
    idle.put("{\"space\": \"dense\", \"terms\": 3}", "has [terms], which counts for term weights");
    idle.put("{\"space\": \"dense\", \"method\": \"rm3\"}", "has [method], which counts for");
    idle.put(
        "{\"space\": \"dense\", \"model\": \"tprf\", \"weight\": 1}",
        "has [weight], which counts for what no [model] makes, and [space] of [dense]");
    idle.put("{\"space\": \"sparse\", \"model\": \"tprf\"}", "has [model], which changes the");
    idle.forEach((feedback, message) -> assertRefused(dense + fine + feedback, message));
    assertRefused(
        fine
            + "{\"space\": \"both\", \"interpolation\": \"before\"}, \"knn\": {\"field\": \"dense\","
            + " \"query_vector\": [1, 2, 3]}",
        "has [interpolation] of [before] and [space] of [both]");
  }

  public void testFeedbackNeedsASearchFirst() {
    IllegalArgumentException e =
        expectThrows(
            IllegalArgumentException.class,
            () -> query(null, randomFeedback(false)).toQuery(createSearchExecutionContext()));
    assertThat(
        e.getMessage(), containsString("[feedback] on field [weights] needs a search of its own"));
  }

  // Rewriting.

  private static IndexMetadata index(String name, String properties) {
    return IndexMetadata.builder(name)
        .settings(indexSettings(IndexVersion.current(), 1, 0))
        .putMapping(properties == null ? "{}" : "{\"_doc\": {\"properties\": " + properties + "}}")
        .build();
  }

  /** A coordinating node's, which searches these indices. */
  private QueryRewriteContext coordinator(IndexMetadata... indices) {
    Map<Index, IndexMetadata> metadata = new LinkedHashMap<>();
    for (IndexMetadata index : indices) {
      metadata.put(index.getIndex(), index);
    }
    return new QueryRewriteContext(
        XContentParserConfiguration.EMPTY.withRegistry(xContentRegistry()),
        null,
        System::currentTimeMillis,
        new MockResolvedIndices(
            Map.of(), new OriginalIndices(new String[] {"*"}, IndicesOptions.DEFAULT), metadata),
        null,
        null);
  }

  private static long requests(String model) {
    return models.service().stats().containsKey(model)
        ? models.service().stats().get(model).encoding().requests()
        : 0;
  }

  private static String sparse(String model) {
    return "{\"type\": \"learned_sparse\", \"model\": \"" + model + "\"}";
  }

  public void testATextIsEncodedOnceForEachModelOfTheField() throws IOException {
    IndexMetadata[] indices = {
      index("a", "{\"weights\": " + sparse("tiny") + "}"),
      index("b", "{\"weights\": " + sparse("other") + "}"),
      index("c", "{\"weights\": " + sparse("tiny") + "}"),
      index("d", "{\"weights\": {\"type\": \"keyword\"}}"),
      index("e", null)
    };
    long tiny = requests("tiny");
    long other = requests("other");
    // Beside a query that is rewritten too, and below others: the text must not be encoded again.
    QueryBuilder rewritten =
        rewriteAndFetch(
            QueryBuilders.boolQuery()
                .must(QueryBuilders.constantScoreQuery(text("the sun makes light", null)))
                .filter(QueryBuilders.wrapperQuery("{\"match_all\": {}}")),
            coordinator(indices));
    assertThat(requests("tiny"), equalTo(tiny + 1));
    assertThat(requests("other"), equalTo(other + 1));
    rewritten = assertSerialization(rewritten);
    assertThat(rewriteAndFetch(rewritten, coordinator(indices)), equalTo(rewritten));
    assertThat(requests("tiny"), equalTo(tiny + 1));
    String lucene = rewritten.toQuery(createSearchExecutionContext()).toString();
    LearnedSparseQuery expected =
        new LearnedSparseQuery(
            FIELD,
            models.encode("tiny", Mode.QUERY, "the sun makes light"),
            new Quantiser(MAX_WEIGHT));
    assertThat(lucene, containsString(expected.toString()));
  }

  public void testAModelIsFoundWhereverTheFieldIs() throws IOException {
    List<String> mappings =
        List.of(
            "{\"a\": {\"properties\": {\"b\": {\"properties\": {\"c\": %s}}}}}",
            "{\"a\": {\"type\": \"nested\", \"properties\": {\"b\": {\"properties\": {\"c\": %s}}}}}",
            "{\"a.b\": {\"properties\": {\"c\": %s}}}",
            "{\"a.b.c\": %s}",
            "{\"a\": {\"properties\": {\"x\": %1$s}}, \"a.b.c\": %1$s}",
            "{\"a.b.c\": {\"type\": \"alias\", \"path\": \"d.e\"},"
                + " \"d\": {\"properties\": {\"e\": %s}}}");
    for (String mapping : mappings) {
      long before = requests("other");
      QueryBuilder rewritten =
          rewriteAndFetch(
              query("a.b.c", "sun", null, null, null, List.of()),
              coordinator(index("i", Strings.format(mapping, sparse("other")))));
      assertThat(mapping, requests("other"), equalTo(before + 1));
      assertThat(assertSerialization(rewritten), equalTo(rewritten));
    }
  }

  public void testTheQuerysModelCountsBeforeTheFields() throws IOException {
    long tiny = requests("tiny");
    QueryBuilder rewritten =
        rewriteAndFetch(
            text("sun", "other"), coordinator(index("i", "{\"weights\": " + sparse("tiny") + "}")));
    assertThat(requests("tiny"), equalTo(tiny));
    assertThat(
        rewritten.toQuery(createSearchExecutionContext()),
        equalTo(
            new LearnedSparseQuery(
                FIELD, models.encode("other", Mode.QUERY, "sun"), new Quantiser(MAX_WEIGHT))));
  }

  public void testAMissingModelIsA404ThatNamesTheOthers() {
    ResourceNotFoundException e =
        expectThrows(
            ResourceNotFoundException.class,
            () -> rewriteAndFetch(text("sun", "absent"), coordinator(index("i", null))));
    assertThat(e.status().getStatus(), equalTo(404));
    assertThat(
        e.getMessage(),
        allOf(
            containsString("no model [absent]"),
            containsString("other, table, tiny]"))); // the test framework may add a folder
  }

  public void testTheQuerysShareOfTheIndexCountsBeforeTheModels() throws IOException {
    for (Double share : new Double[] {null, 0.0, .7}) {
      QueryBuilder rewritten =
          assertSerialization(
              rewriteAndFetch(text("the sun", "table", share), coordinator(index("i", null))));
      assertThat(
          rewritten.toQuery(createSearchExecutionContext()),
          equalTo(
              new LearnedSparseQuery(
                  FIELD,
                  SparseVector.of(Map.of("sun", 3f)),
                  new Quantiser(MAX_WEIGHT),
                  indexIdf(share == null ? TABLE_INDEX_IDF : share))));
    }
  }

  public void testAShareOfTheIndexIsRefusedWithoutATable() {
    for (LearnedSparseQueryBuilder query :
        List.of(text("sun", "tiny", .5), text("sun", "tiny", 0.0), text("sun", null, .5))) {
      IllegalArgumentException e =
          expectThrows(
              IllegalArgumentException.class,
              () ->
                  rewriteAndFetch(
                      query,
                      coordinator(
                          index("a", "{\"weights\": " + sparse("tiny") + "}"),
                          index("b", "{\"weights\": " + sparse("table") + "}"))));
      assertThat(
          e.getMessage(),
          allOf(
              containsString("[index_idf] of [" + body(query).get("index_idf") + "] adapts the"),
              containsString("the model [tiny] of field [weights] encodes queries by a graph")));
    }
  }

  public void testAPrunedVectorIsPrunedOnce() throws IOException {
    // Again .6 of what is left would be one term only.
    QueryBuilder query =
        pruned(null, Map.of("a", 5f, "b", 3f, "c", 2f), null, Pruning.Type.ALPHA_MASS, .6);
    LearnedSparseQuery expected =
        new LearnedSparseQuery(
            FIELD, SparseVector.of(Map.of("a", 5f, "b", 3f)), new Quantiser(MAX_WEIGHT));
    QueryRewriteContext coordinator =
        coordinator(index("i", "{\"weights\": " + sparse("tiny") + "}"));
    QueryBuilder rewritten = assertSerialization(rewriteAndFetch(query, coordinator));
    assertThat(rewriteAndFetch(rewritten, coordinator), sameInstance(rewritten));
    assertThat(rewritten.toQuery(createSearchExecutionContext()), equalTo(expected));
    assertThat(query.toQuery(createSearchExecutionContext()), equalTo(expected));
    assertThat(body(rewritten).containsKey("prune"), equalTo(false));
  }

  public void testAPruningThatRemovesNothingChangesNothing() throws IOException {
    QueryBuilder query = pruned(null, Map.of("a", 5f, "b", 3f), null, Pruning.Type.TOP_K, 2);
    assertThat(
        rewriteAndFetch(query, coordinator(index("i", "{\"weights\": " + sparse("table") + "}"))),
        sameInstance(query));
    QueryRewriteContext coordinator = coordinator(index("i", null));
    QueryBuilder text =
        rewriteAndFetch(pruned("the sun", null, "table", Pruning.Type.ALPHA_MASS, 1), coordinator);
    text.toQuery(createSearchExecutionContext());
    ensureNoWarnings();
  }

  public void testATextIsPrunedBeforeItIsAdapted() throws IOException {
    QueryRewriteContext coordinator = coordinator(index("i", null));
    QueryBuilder rewritten =
        rewriteAndFetch(
            pruned("make sun plants", null, "table", Pruning.Type.TOP_K, 2), coordinator);
    assertThat(
        assertSerialization(rewritten).toQuery(createSearchExecutionContext()),
        equalTo(
            new LearnedSparseQuery(
                FIELD,
                SparseVector.of(Map.of("sun", 3f, "plant", 2.5f)),
                new Quantiser(MAX_WEIGHT),
                indexIdf(TABLE_INDEX_IDF))));
    assertWarnings(lossyPruning("top_k", "2.0"));
  }

  public void testAVectorInTheFieldOfAnInferenceFreeModelIsPrunedWithAWarning() throws IOException {
    QueryRewriteContext coordinator =
        coordinator(
            index("a", "{\"weights\": " + sparse("absent") + "}"),
            index("b", "{\"weights\": " + sparse("table") + "}"));
    QueryBuilder rewritten =
        rewriteAndFetch(
            pruned(null, Map.of("a", 5f, "b", .5f), null, Pruning.Type.ABS_VALUE, 1), coordinator);
    assertSerialization(rewritten).toQuery(createSearchExecutionContext());
    assertWarnings(lossyPruning("abs_value", "1.0"));
  }

  private static String lossyPruning(String type, String value) {
    return "[learned_sparse] query: [prune] of type ["
        + type
        + "] and value ["
        + value
        + "] removed terms, and the model [table] of field [weights] weighs the few terms of a"
        + " query without inference: that costs much recall (published: recall .71 at half of the"
        + " query's mass). Leave [prune] out of the query, and prune documents in the ingest"
        + " processor instead";
  }

  public void testAnEmptyTextMatchesNothing() throws IOException {
    QueryBuilder rewritten = rewriteAndFetch(text(" ", "tiny"), coordinator(index("i", null)));
    Query query = rewritten.toQuery(createSearchExecutionContext());
    assertThat(
        query,
        equalTo(new LearnedSparseQuery(FIELD, SparseVector.EMPTY, new Quantiser(MAX_WEIGHT))));
  }

  public void testAFilterThatMatchesNothingEndsTheSearch() throws IOException {
    QueryBuilder query =
        query(
            FIELD, null, Map.of("a", 1f), null, 3, List.of(QueryBuilders.termQuery("nowhere", 1)));
    SearchExecutionContext context = createSearchExecutionContext();
    context.setAllowUnmappedFields(true);
    assertThat(rewriteAndFetch(query, context), instanceOf(MatchNoneQueryBuilder.class));
  }

  public void testNothingToRewriteGivesTheSameQuery() throws IOException {
    QueryBuilder query =
        query(FIELD, null, Map.of("a", 1f), null, 3, List.of(QueryBuilders.matchAllQuery()));
    assertThat(query.rewrite(createQueryRewriteContext()), sameInstance(query));
  }

  public void testNameAndBoostSurviveTheRewriting() throws IOException {
    QueryBuilder rewritten =
        rewriteAndFetch(
            text("sun", "tiny").boost(2.5f).queryName("sunny"), coordinator(index("i", null)));
    assertThat(rewritten.queryName(), equalTo("sunny"));
    Query query = rewritten.toQuery(createSearchExecutionContext());
    assertThat(((BoostQuery) query).getBoost(), equalTo(2.5f));
  }

  public void testTheDefinitionOfSpladeHoldsForQueries() {
    // One path of the whole chain is checked against plain arithmetic, not against itself.
    TinyModel model = new TinyModel(17);
    List<String> tokens = model.tokens();
    Map<String, Double> expected = new TreeMap<>();
    for (int entry = 0; entry < tokens.size(); entry++) {
      double largest = 0;
      for (String token : List.of("[CLS]", "sun", "[SEP]")) {
        largest = Math.max(largest, model.logit(tokens.indexOf(token), entry));
      }
      if (largest > 0) {
        expected.put(tokens.get(entry), Math.log(1 + largest));
      }
    }
    Map<String, Float> encoded = models.encode("tiny", Mode.QUERY, "sun").toMap();
    assertThat(expected.size(), greaterThan(3));
    assertThat(encoded, aMapWithSize(expected.size()));
    expected.forEach((term, weight) -> assertEquals(term, weight, encoded.get(term), 1e-5));
  }

  // Errors.

  private void assertRefused(String body, String... message) {
    ParsingException e =
        expectThrows(
            ParsingException.class, body, () -> parseQuery("{\"learned_sparse\": {" + body + "}}"));
    assertThat(e.status().getStatus(), equalTo(400));
    for (String part : message) {
      assertThat(body, e.getMessage(), containsString(part));
    }
  }

  public void testBadSettingsAreNamed() {
    String fine = "\"field\": \"weights\", \"query_vector\": {\"a\": 1}";
    assertRefused(
        fine + ", \"size\": 3",
        "does not know [size]",
        "known are [_name, approximate, boost, feedback, field");
    assertRefused("\"query\": \"sun\"", "needs [field]");
    assertRefused("\"field\": \"weights\"", "on field [weights] needs either [query]");
    assertRefused(fine + ", \"query\": \"sun\"", "needs either [query]", "it has both");
    assertRefused(fine + ", \"model\": \"tiny\"", "takes no [model] with a [query_vector]");
    assertRefused("\"field\": 7, \"query\": \"sun\"", "has [field] of [7]; it must be a string");
    assertRefused(
        "\"field\": \"weights\", \"query\": null",
        "has [query] of [null]; it must be a text, or an array of texts");
    assertRefused("\"field\": \"weights\", \"query\": []", "has [0] texts in [query]");
    assertRefused(
        "\"field\": \"weights\", \"query\": [{\"weight\": 1}]",
        "[query] has an object without [text]");
    assertRefused(
        "\"field\": \"weights\", \"query\": [{\"text\": \"a\", \"weight\": 0}]",
        "[query] has [weight] of [0]; it must be a finite number above 0");
    assertRefused("\"field\": \"weights\", \"query\": [7]", "[query] must be an object, got [7]");
    assertRefused(fine + ", \"filter\": \"x\"", "start_object");
  }

  public void testBadValuesOfKAreNamed() {
    for (String k :
        List.of("0", "-1", "10001", "1.5", "3000000000", "1e300", "null", "\"ten\"", "true")) {
      assertRefused(
          "\"field\": \"weights\", \"query_vector\": {\"a\": 1}, \"k\": " + k,
          "has [k] of [" + k.replace("\"", "") + "]",
          "1 to 10000");
    }
    for (String k : List.of("[1]", "{}")) {
      assertRefused(
          "\"field\": \"weights\", \"query_vector\": {\"a\": 1}, \"k\": " + k,
          "has [k] of",
          "1 to 10000");
    }
  }

  public void testBadSharesOfTheIndexAreNamed() {
    String fine = "\"field\": \"weights\", \"query\": \"sun\", \"index_idf\": ";
    for (String share : List.of("-0.1", "1.01", "1e300", "\"0.5\"", "null", "true")) {
      assertRefused(
          fine + share,
          "has [index_idf] of [" + share.replace("\"", "") + "]; it must be a number, 0 to 1");
    }
    assertRefused(fine + "[1]", "has [index_idf] of [START_ARRAY]");
    assertRefused(
        "\"field\": \"weights\", \"query_vector\": {\"a\": 1}, \"index_idf\": 0",
        "takes no [index_idf] with a [query_vector]");
  }

  public void testBadPruningsAreNamed() {
    Map<String, String> bad = new LinkedHashMap<>();
    bad.put("3", "[prune] must be an object, got [3]");
    bad.put("null", "[prune] must be an object, got [null]");
    bad.put("{}", "[prune] needs [type], one of [top_k, max_ratio, alpha_mass, abs_value]");
    bad.put("{\"type\": \"top_k\"}", "[prune] needs [value], a number");
    bad.put("{\"value\": 3}", "[prune] needs [type]");
    bad.put("{\"k\": 3}", "[prune] does not know [k]; known are [type, value]");
    bad.put("{\"type\": 3}", "[prune] has [type] of [3]; it must be one of [top_k, max_ratio");
    bad.put(
        "{\"type\": \"topk\", \"value\": 3}",
        "[prune] has [type] of [topk]; it must be one of [top_k, max");
    for (String value : List.of("\"3\"", "true", "null")) {
      bad.put(
          "{\"type\": \"top_k\", \"value\": " + value + "}",
          "[prune] has [value] of [" + value.replace("\"", "") + "]; it must be a number");
    }
    bad.put("{\"value\": [3]}", "[prune] has [value] of [START_ARRAY]; it must be a number");
    for (String value : List.of("0", "-1", "1.5", "1e300")) {
      bad.put(
          "{\"type\": \"top_k\", \"value\": " + value + "}",
          "for type [top_k] it is an integer, at least 1");
    }
    for (String type : List.of("alpha_mass", "max_ratio")) {
      bad.put(
          "{\"type\": \"" + type + "\", \"value\": 1.01}",
          "prune value [1.01] is out of range; for type ["
              + type
              + "] it is above 0 and at most 1");
    }
    bad.forEach(
        (prune, message) ->
            assertRefused(
                "\"field\": \"weights\", \"query_vector\": {\"a\": 1}, \"prune\": " + prune,
                message));
  }

  public void testBadApproximationsAreNamed() {
    Map<String, String> bad = new LinkedHashMap<>();
    bad.put("true", "[approximate] must be an object, got [true]");
    bad.put("{\"factor\": 1}", "does not know [factor]; known are [force, max_blocks, query_mass");
    for (String share : List.of("threshold_factor", "query_mass")) {
      for (String value : List.of("0", "-1", "1.01", "\"x\"", "true", "1e300")) {
        bad.put(
            "{\"" + share + "\": " + value + "}",
            "[approximate] has ["
                + share
                + "] of ["
                + value.replace("\"", "")
                + "]; it must be a number above 0 and at most 1");
      }
    }
    bad.put("{\"query_mass\": [1]}", "has [query_mass] of [START_ARRAY]");
    for (String value : List.of("0", "-1", "1.5", "3000000000", "true")) {
      bad.put(
          "{\"max_blocks\": " + value + "}",
          "has [max_blocks] of [" + value + "]; it must be an integer, 1 or above");
    }
    bad.put("{\"force\": 1}", "has [force] of [1]; it must be true or false");
    bad.forEach(
        (approximate, message) ->
            assertRefused(
                "\"field\": \"weights\", \"query_vector\": {\"a\": 1}, \"approximate\": "
                    + approximate,
                message));
  }

  public void testWithoutKAnApproximationFindsAsManyAsTheRequestsSize() throws IOException {
    Approximation half = new Approximation(.5, 1, 0);
    LearnedSparseQueryBuilder query =
        query(
            FIELD,
            null,
            Map.of("a", 1f),
            new RequestedEncoding(null, null, null),
            null,
            new RequestedApproximation(half, false),
            List.of());
    LearnedSparseQuery all =
        new LearnedSparseQuery(FIELD, SparseVector.of(Map.of("a", 1f)), new Quantiser(MAX_WEIGHT));
    assertThat(
        query.toQuery(createSearchExecutionContext()),
        equalTo(new TopDocumentsQuery(all, null, SearchService.DEFAULT_SIZE, half, found -> {})));
  }

  public void testBadQueryVectorsAreNamed() {
    Map<String, String> bad = new LinkedHashMap<>();
    bad.put("{\"a\": -1}", "term [a] has weight [-1.0]");
    bad.put("{\"a\": 1e300}", "term [a] has weight [1e300]");
    bad.put("{\"a\": \"1\"}", "term [a] has weight [1]");
    bad.put("{\"a\": null}", "term [a] has weight [null]");
    bad.put("{\"a\": {}}", "term [a] has weight an object");
    bad.put("{\"\": 1}", "a term is the empty string");
    bad.put("\"sun\"", "expected an object of weights by term");
    bad.put("3", "expected an object of weights by term");
    bad.put("null", "expected an object of weights by term");
    bad.put("[{\"a\": 1}]", "found an array");
    bad.forEach(
        (vector, message) ->
            assertRefused(
                "\"field\": \"weights\", \"query_vector\": " + vector,
                "has a bad [query_vector]",
                message));
  }

  public void testZeroWeightsAreAbsentTerms() throws IOException {
    assertThat(
        parseQuery(
            "{\"learned_sparse\": {\"field\": \"weights\", \"query_vector\": {\"a\": 0, \"b\": 2}}}"),
        equalTo(query(FIELD, null, Map.of("b", 2f), null, null, List.of())));
  }

  public void testOneFilterNeedsNoArray() throws IOException {
    assertThat(
        parseQuery(
            "{\"learned_sparse\": {\"field\": \"weights\", \"query_vector\": {\"b\": 2},"
                + " \"filter\": {\"match_all\": {}}}}"),
        equalTo(
            query(
                FIELD, null, Map.of("b", 2f), null, null, List.of(QueryBuilders.matchAllQuery()))));
  }

  public void testAFieldOfAnotherTypeIsRefused() {
    IllegalArgumentException e =
        expectThrows(
            IllegalArgumentException.class,
            () ->
                query(TEXT_FIELD_NAME, null, Map.of("a", 1f), null, null, List.of())
                    .toQuery(createSearchExecutionContext()));
    assertThat(
        e.getMessage(),
        equalTo(
            "[learned_sparse] query: field [mapped_string] is of type [text]; it must be of type"
                + " [learned_sparse]"));
  }

  public void testTheFieldTypesOwnQueries() {
    SearchExecutionContext context = createSearchExecutionContext();
    LearnedSparseFieldType type = (LearnedSparseFieldType) context.getFieldType(FIELD);
    assertThat(
        type.termQuery("plant", context),
        equalTo(
            new LearnedSparseQuery(
                FIELD, SparseVector.of(Map.of("plant", 1f)), new Quantiser(MAX_WEIGHT))));
    assertThat(
        new ArrayList<>(List.of(type.isAggregatable(), type.hasDocValues())),
        equalTo(List.of(false, false)));
  }
}
