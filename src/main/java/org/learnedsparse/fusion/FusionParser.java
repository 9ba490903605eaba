package org.learnedsparse.fusion;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.elasticsearch.index.query.AbstractQueryBuilder;
import org.elasticsearch.index.query.QueryBuilder;
import org.elasticsearch.search.retriever.CompoundRetrieverBuilder.RetrieverSource;
import org.elasticsearch.search.retriever.RetrieverParserContext;
import org.elasticsearch.xcontent.XContentParser;
import org.learnedsparse.query.SettingsReader;

/** Reads the JSON of the retriever {@code learned_sparse_fusion}. */
public final class FusionParser {
  static final String RETRIEVERS = "retrievers";
  static final String RETRIEVER = "retriever";
  static final String WEIGHT = "weight";
  static final String NORMALIZER = "normalizer";
  static final String METHOD = "method";
  static final String RANK_CONSTANT = "rank_constant";
  static final String RANK_WINDOW_SIZE = "rank_window_size";
  private static final String MIN_SCORE = "min_score";
  private static final String FILTER = "filter";
  private static final String NAME = "_name";
  private static final Set<String> KNOWN =
      Set.of(
          RETRIEVERS, METHOD, NORMALIZER, RANK_CONSTANT, RANK_WINDOW_SIZE, MIN_SCORE, FILTER, NAME);
  private static final String PLACE = "[" + FusionRetrieverBuilder.NAME + "] retriever";

  private static final int DEFAULT_RANK_CONSTANT = 60;
  private static final int DEFAULT_WINDOW = 100;
  private static final Normalizer DEFAULT_NORMALIZER = Normalizer.MIN_MAX;

  private final SettingsReader settings;
  private final RetrieverParserContext context;
  private final List<ChildParser.Parsed> children = new ArrayList<>();
  private FusionMethod method = FusionMethod.RRF;
  private Normalizer normalizer;
  private Integer rankConstant;
  private int window = DEFAULT_WINDOW;
  private Float minScore;
  private final List<QueryBuilder> filters = new ArrayList<>();
  private String name;

  private FusionParser(XContentParser parser, RetrieverParserContext context) {
    this.settings = new SettingsReader(PLACE, parser);
    this.context = context;
  }

  /** Reads one retriever, from the start of its body to the end. */
  public static FusionRetrieverBuilder parse(XContentParser parser, RetrieverParserContext context)
      throws IOException {
    FusionParser fusion = new FusionParser(parser, context);
    fusion.settings.read(KNOWN, fusion::read);
    return fusion.build();
  }

  private void read(String setting) throws IOException {
    switch (setting) {
      case RETRIEVERS -> readChildren();
      case METHOD -> method = settings.oneOf(setting, FusionMethod.values());
      case NORMALIZER -> normalizer = settings.oneOf(setting, Normalizer.values());
      case RANK_CONSTANT -> rankConstant = settings.integer(setting, 1, Integer.MAX_VALUE);
      case RANK_WINDOW_SIZE ->
          window = settings.integer(setting, 1, FusionRetrieverBuilder.MAX_WINDOW);
      case MIN_SCORE -> minScore = (float) settings.atLeastZero(setting);
      case FILTER -> readFilters();
      default -> name = settings.string(setting);
    }
  }

  private void readChildren() throws IOException {
    XContentParser parser = settings.parser();
    if (parser.currentToken() != XContentParser.Token.START_ARRAY) {
      throw settings.error(
          "needs an array of retrievers as [retrievers], got [" + parser.currentToken() + "]");
    }
    while (parser.nextToken() != XContentParser.Token.END_ARRAY) {
      String place = PLACE + ": [" + RETRIEVERS + "[" + children.size() + "]]";
      children.add(ChildParser.parse(new SettingsReader(place, parser), context));
    }
  }

  private void readFilters() throws IOException {
    XContentParser parser = settings.parser();
    if (parser.currentToken() != XContentParser.Token.START_ARRAY) {
      filters.add(AbstractQueryBuilder.parseTopLevelQuery(parser, context::trackQueryUsage));
      return;
    }
    while (parser.nextToken() != XContentParser.Token.END_ARRAY) {
      filters.add(AbstractQueryBuilder.parseTopLevelQuery(parser, context::trackQueryUsage));
    }
  }

  private FusionRetrieverBuilder build() {
    if (children.isEmpty()) {
      throw settings.error("needs [" + RETRIEVERS + "], an array of one retriever or more");
    }
    if (method == FusionMethod.RRF) {
      refuseNormalizers();
    } else if (rankConstant != null) {
      throw settings.error(
          "takes no [%s] with [%s] of [%s]: scores are fused, not ranks; leave it out or use [%s]"
              .formatted(RANK_CONSTANT, METHOD, method, FusionMethod.RRF));
    }
    List<RetrieverSource> retrievers = new ArrayList<>();
    List<Child> weights = new ArrayList<>();
    for (ChildParser.Parsed child : children) {
      retrievers.add(RetrieverSource.from(child.retriever()));
      weights.add(new Child(child.weight(), normalizer(child)));
    }
    Fusion fusion =
        new Fusion(method, rankConstant == null ? DEFAULT_RANK_CONSTANT : rankConstant, weights);
    FusionRetrieverBuilder retriever =
        new FusionRetrieverBuilder(retrievers, window, fusion).filters(filters);
    retriever.minScore(minScore);
    retriever.retrieverName(name);
    return retriever;
  }

  private Normalizer normalizer(ChildParser.Parsed child) {
    if (child.normalizer() != null) {
      return child.normalizer();
    }
    return normalizer == null ? DEFAULT_NORMALIZER : normalizer;
  }

  private void refuseNormalizers() {
    for (int i = -1; i < children.size(); i++) {
      Normalizer given = i < 0 ? normalizer : children.get(i).normalizer();
      if (given != null) {
        throw settings.error(
            "takes no [%s] with [%s] of [%s]: ranks are fused, not scores; leave [%s] out%s or use [%s]"
                .formatted(
                    NORMALIZER,
                    METHOD,
                    method,
                    given,
                    i < 0 ? "" : " of [" + RETRIEVERS + "[" + i + "]]",
                    FusionMethod.LINEAR));
      }
    }
  }
}
