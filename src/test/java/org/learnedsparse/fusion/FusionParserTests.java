package org.learnedsparse.fusion;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.elasticsearch.common.ParsingException;
import org.elasticsearch.common.Strings;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.query.QueryBuilder;
import org.elasticsearch.index.query.QueryBuilders;
import org.elasticsearch.search.SearchModule;
import org.elasticsearch.search.retriever.CompoundRetrieverBuilder.RetrieverSource;
import org.elasticsearch.search.retriever.RetrieverBuilder;
import org.elasticsearch.search.retriever.RetrieverParserContext;
import org.elasticsearch.search.retriever.StandardRetrieverBuilder;
import org.elasticsearch.test.ESTestCase;
import org.elasticsearch.usage.SearchUsage;
import org.elasticsearch.xcontent.NamedXContentRegistry;
import org.elasticsearch.xcontent.XContentParser;
import org.elasticsearch.xcontent.json.JsonXContent;
import org.learnedsparse.LearnedSparsePlugin;

public class FusionParserTests extends ESTestCase {
  private final SearchUsage usage = new SearchUsage();

  @Override
  protected NamedXContentRegistry xContentRegistry() {
    return new NamedXContentRegistry(
        new SearchModule(Settings.EMPTY, List.of(new LearnedSparsePlugin())).getNamedXContents());
  }

  private RetrieverBuilder parse(String json) throws IOException {
    try (XContentParser parser = createParser(JsonXContent.jsonXContent, json)) {
      RetrieverBuilder parsed =
          RetrieverBuilder.parseTopLevelRetrieverBuilder(
              parser, new RetrieverParserContext(usage, feature -> true));
      assertNull(parser.nextToken());
      return parsed;
    }
  }

  private String error(String body) {
    return expectThrows(
            ParsingException.class, () -> parse("{\"learned_sparse_fusion\": " + body + "}"))
        .getMessage();
  }

  private static RetrieverBuilder random(int depth) {
    List<RetrieverSource> retrievers = new ArrayList<>();
    List<Child> children = new ArrayList<>();
    FusionMethod method = randomFrom(FusionMethod.values());
    for (int i = between(1, 4); i > 0; i--) {
      retrievers.add(
          RetrieverSource.from(
              depth > 0 && randomBoolean()
                  ? random(depth - 1)
                  : new StandardRetrieverBuilder(randomQuery())));
      children.add(
          new Child(
              randomFrom(0.0, 1.0, randomDoubleBetween(0, 1e10, true)),
              method == FusionMethod.LINEAR
                  ? randomFrom(Normalizer.values())
                  : Normalizer.MIN_MAX));
    }
    int constant = method == FusionMethod.RRF ? between(1, Integer.MAX_VALUE) : 60;
    FusionRetrieverBuilder retriever =
        new FusionRetrieverBuilder(
            retrievers,
            between(1, FusionRetrieverBuilder.MAX_WINDOW),
            new Fusion(method, constant, children));
    retriever.filters(randomList(0, 2, FusionParserTests::randomQuery));
    if (randomBoolean()) {
      retriever.minScore(randomFloat());
    }
    return retriever.retrieverName(randomBoolean() ? null : randomAlphaOfLength(5));
  }

  private static QueryBuilder randomQuery() {
    return QueryBuilders.termQuery(randomAlphaOfLength(3), randomAlphaOfLength(3));
  }

  public void testWhatIsWrittenIsReadAgain() throws IOException {
    for (int i = 0; i < 200; i++) {
      RetrieverBuilder retriever = random(2);
      String json = Strings.toString(retriever);
      RetrieverBuilder read = parse(json);
      assertEquals(json, retriever, read);
      assertEquals(json, retriever.hashCode(), read.hashCode());
      assertEquals(json, retriever.retrieverName(), read.retrieverName());
      assertEquals(json, Strings.toString(read));
    }
  }

  public void testEachSettingCounts() throws IOException {
    String plain = "{\"learned_sparse_fusion\": {\"retrievers\": [{\"standard\": {}}]%s}}";
    RetrieverBuilder defaults = parse(plain.formatted(""));
    assertEquals(
        defaults,
        parse(
            plain.formatted(
                ", \"method\": \"rrf\", \"rank_constant\": 60, \"rank_window_size\": 100")));
    for (String other :
        List.of(
            ", \"method\": \"linear\"",
            ", \"rank_constant\": 61",
            ", \"rank_window_size\": 99",
            ", \"min_score\": 0",
            ", \"filter\": {\"match_all\": {}}")) {
      assertNotEquals(other, defaults, parse(plain.formatted(other)));
    }
    RetrieverBuilder linear = parse(plain.formatted(", \"method\": \"linear\""));
    assertEquals(
        linear, parse(plain.formatted(", \"method\": \"linear\", \"normalizer\": \"min_max\"")));
    assertNotEquals(
        linear, parse(plain.formatted(", \"method\": \"linear\", \"normalizer\": \"l2\"")));
  }

  public void testBothFormsOfAChild() throws IOException {
    assertEquals(
        parse("{\"learned_sparse_fusion\": {\"retrievers\": [{\"standard\": {}}]}}"),
        parse(
            "{\"learned_sparse_fusion\": {\"retrievers\":"
                + " [{\"weight\": 1, \"retriever\": {\"standard\": {}}}]}}"));
    assertThat(
        error("{\"retrievers\": [{\"retriever\": {\"standard\": {}}, \"standard\": {}}]}"),
        containsString("[retrievers[0]] has [standard] beside a retriever"));
    assertThat(
        error("{\"retrievers\": [{\"retriever\": []}]}"),
        containsString("[retrievers[0]] needs an object with one retriever as [retriever]"));
  }

  public void testNumbersThatAreNone() {
    String child = "{\"retrievers\": [{\"retriever\": {\"standard\": {}}, \"weight\": %s}]}";
    assertThat(
        error(child.formatted("1e39")), containsString("has [weight] of [1e39]; it must be"));
    assertThat(
        error(child.formatted("[]")), containsString("has [weight] of [START_ARRAY]; it must be"));
    assertThat(
        error("{\"rank_constant\": 1.5}"),
        containsString("has [rank_constant] of [1.5]; it must be an integer, 1 or above"));
    assertThat(
        error("{\"rank_window_size\": null}"),
        containsString("has [rank_window_size] of [null]; it must be an integer, 1 to 10000"));
  }

  public void testUseIsCounted() throws IOException {
    parse("{\"learned_sparse_fusion\": {\"retrievers\": [{\"standard\": {}}]}}");
    assertThat(
        usage.getRetrieverUsage().toString(),
        usage.getRetrieverUsage(),
        equalTo(Set.of("learned_sparse_fusion", "standard")));
  }
}
