package org.learnedsparse.query;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.elasticsearch.index.query.AbstractQueryBuilder;
import org.elasticsearch.index.query.QueryBuilder;
import org.elasticsearch.xcontent.XContentParser;
import org.learnedsparse.mapper.WeightsParser;
import org.learnedsparse.query.RequestedQuery.Best;
import org.learnedsparse.query.RequestedQuery.Input;
import org.learnedsparse.vector.InvalidWeightException;
import org.learnedsparse.vector.SparseVector;

/** Reads the JSON of a {@code learned_sparse} query. */
public final class QueryParser {
  static final String FIELD = "field";
  static final String QUERY = "query";
  static final String QUERY_VECTOR = "query_vector";
  static final String TEXT = "text";
  static final String WEIGHT = "weight";
  static final String MODEL = "model";
  static final String INDEX_IDF = "index_idf";
  static final String K = "k";
  static final String FILTER = "filter";
  static final String PLACE = "[" + LearnedSparseQueryBuilder.NAME + "] query";
  private static final String BOOST = "boost";
  private static final Set<String> KNOWN =
      Set.of(
          FIELD,
          QUERY,
          QUERY_VECTOR,
          MODEL,
          INDEX_IDF,
          PruningParser.PRUNE,
          K,
          ApproximationParser.APPROXIMATE,
          NearestParser.KNN,
          FeedbackParser.FEEDBACK,
          FILTER,
          BOOST,
          "_name");

  /** Each is encoded: more would rather be a mistake. */
  private static final int MAX_TEXTS = 100;

  private final SettingsReader settings;
  private String field;
  private List<WeightedText> texts;
  private SparseVector vector;
  private String model;
  private Double indexIdf;
  private RequestedPruning prune;
  private Integer k;
  private RequestedApproximation approximation;
  private RequestedNearest nearest;
  private FeedbackParser feedback;
  private final List<QueryBuilder> filters = new ArrayList<>();
  private float boost = AbstractQueryBuilder.DEFAULT_BOOST;
  private String name;

  private QueryParser(XContentParser parser) {
    this.settings = new SettingsReader(PLACE, parser);
  }

  /** Reads one query, from the start of its body to the end. */
  public static LearnedSparseQueryBuilder parse(XContentParser parser, QueryServices services)
      throws IOException {
    QueryParser query = new QueryParser(parser);
    query.settings.read(KNOWN, query::read);
    return query.build(services);
  }

  private void read(String setting) throws IOException {
    XContentParser parser = settings.parser();
    switch (setting) {
      case FIELD -> field = settings.string(setting);
      case QUERY -> texts = texts();
      case QUERY_VECTOR -> vector = vector();
      case MODEL -> model = settings.string(setting);
      case INDEX_IDF -> indexIdf = settings.share(setting);
      case PruningParser.PRUNE -> prune = PruningParser.parse(parser);
      case K -> k = settings.integer(setting, 1, LearnedSparseQueryBuilder.MAX_K);
      case ApproximationParser.APPROXIMATE -> approximation = ApproximationParser.parse(parser);
      case NearestParser.KNN -> nearest = NearestParser.parse(parser);
      case FeedbackParser.FEEDBACK -> feedback = FeedbackParser.read(parser);
      case FILTER -> filters();
      case BOOST -> boost = settings.finite(setting);
      default -> name = settings.string(setting);
    }
  }

  private LearnedSparseQueryBuilder build(QueryServices services) {
    if (field == null) {
      throw settings.error("needs [" + FIELD + "], the learned_sparse field to search");
    }
    if ((texts == null) == (vector == null)) {
      throw settings.error(
          "on field ["
              + field
              + "] needs either ["
              + QUERY
              + "], a text or an array of texts, or ["
              + QUERY_VECTOR
              + "], an object of weights by term"
              + (texts == null ? "" : "; it has both"));
    }
    if (vector != null && model != null) {
      throw settings.error(
          "takes no [" + MODEL + "] with a [" + QUERY_VECTOR + "]: nothing is encoded");
    }
    if (vector != null && indexIdf != null) {
      throw settings.error(
          "takes no ["
              + INDEX_IDF
              + "] with a ["
              + QUERY_VECTOR
              + "]: it adapts the weights of a model's table");
    }
    if (vector != null && nearest != null && nearest.vector() == null) {
      throw settings.error(
          "has a ["
              + QUERY_VECTOR
              + "] and no text for ["
              + NearestParser.KNN
              + "] to encode: give ["
              + NearestParser.KNN
              + "] a ["
              + NearestParser.QUERY_VECTOR
              + "] too");
    }
    return new LearnedSparseQueryBuilder(
            services,
            new RequestedQuery(
                field,
                vector == null ? Input.of(texts) : Input.of(vector),
                new RequestedEncoding(model, indexIdf, prune),
                new Best(k, approximation),
                nearest,
                feedback == null ? null : feedback.build(nearest != null)),
            filters)
        .boost(boost)
        .queryName(name);
  }

  private List<WeightedText> texts() throws IOException {
    XContentParser parser = settings.parser();
    if (parser.currentToken() == XContentParser.Token.VALUE_STRING) {
      return List.of(new WeightedText(parser.text(), 1));
    }
    if (parser.currentToken() != XContentParser.Token.START_ARRAY) {
      throw settings.bad(QUERY, "a text, or an array of texts");
    }
    List<WeightedText> texts = new ArrayList<>();
    while (parser.nextToken() != XContentParser.Token.END_ARRAY) {
      texts.add(weightedText());
    }
    if (texts.isEmpty() || texts.size() > MAX_TEXTS) {
      throw settings.error(
          "has [" + texts.size() + "] texts in [" + QUERY + "]; give 1 to " + MAX_TEXTS);
    }
    return texts;
  }

  private WeightedText weightedText() throws IOException {
    XContentParser parser = settings.parser();
    if (parser.currentToken() == XContentParser.Token.VALUE_STRING) {
      return new WeightedText(parser.text(), 1);
    }
    SettingsReader element = SettingsReader.ofBlock(QUERY, parser);
    String[] text = new String[1];
    double[] weight = {1};
    element.read(
        Set.of(TEXT, WEIGHT),
        setting -> {
          if (setting.equals(TEXT)) {
            text[0] = element.string(setting);
          } else {
            weight[0] = element.positive(setting);
          }
        });
    if (text[0] == null) {
      throw element.error("has an object without [" + TEXT + "]");
    }
    return new WeightedText(text[0], weight[0]);
  }

  private SparseVector vector() throws IOException {
    XContentParser parser = settings.parser();
    Map<String, Float> weights = new TreeMap<>();
    try {
      WeightsParser.parse(parser, (term, weight) -> weights.merge(term, weight, Math::max));
    } catch (InvalidWeightException e) {
      throw settings.error("has a bad [" + QUERY_VECTOR + "]: " + e.getMessage());
    }
    return SparseVector.of(weights);
  }

  private void filters() throws IOException {
    XContentParser parser = settings.parser();
    if (parser.currentToken() == XContentParser.Token.START_ARRAY) {
      while (parser.nextToken() != XContentParser.Token.END_ARRAY) {
        filters.add(LearnedSparseQueryBuilder.parseFilter(parser));
      }
    } else {
      filters.add(LearnedSparseQueryBuilder.parseFilter(parser));
    }
  }
}
