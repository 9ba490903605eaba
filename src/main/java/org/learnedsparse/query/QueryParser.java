package org.learnedsparse.query;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.elasticsearch.common.ParsingException;
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
          "boost",
          "_name");

  /** Each is encoded: more would rather be a mistake. */
  private static final int MAX_TEXTS = 100;

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

  private QueryParser() {}

  /** Reads one query, from the start of its body to the end. */
  public static LearnedSparseQueryBuilder parse(XContentParser parser, QueryServices services)
      throws IOException {
    QueryParser query = new QueryParser();
    for (XContentParser.Token token = parser.nextToken();
        token != XContentParser.Token.END_OBJECT;
        token = parser.nextToken()) {
      String setting = parser.currentName();
      parser.nextToken();
      query.read(setting, parser);
    }
    return query.build(parser, services);
  }

  private void read(String setting, XContentParser parser) throws IOException {
    switch (setting) {
      case FIELD -> field = string(setting, parser);
      case QUERY -> texts = texts(parser);
      case QUERY_VECTOR -> vector = vector(parser);
      case MODEL -> model = string(setting, parser);
      case INDEX_IDF -> indexIdf = indexIdf(parser);
      case PruningParser.PRUNE -> prune = PruningParser.parse(parser);
      case K -> k = k(parser);
      case ApproximationParser.APPROXIMATE -> approximation = ApproximationParser.parse(parser);
      case NearestParser.KNN -> nearest = NearestParser.parse(parser);
      case FeedbackParser.FEEDBACK -> feedback = FeedbackParser.read(parser);
      case FILTER -> filters(parser);
      case "boost" -> boost = boost(parser);
      case "_name" -> name = string(setting, parser);
      default ->
          throw error(parser, "does not know [" + setting + "]; known are " + new TreeSet<>(KNOWN));
    }
  }

  private LearnedSparseQueryBuilder build(XContentParser parser, QueryServices services) {
    if (field == null) {
      throw error(parser, "needs [" + FIELD + "], the learned_sparse field to search");
    }
    if ((texts == null) == (vector == null)) {
      throw error(
          parser,
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
      throw error(
          parser, "takes no [" + MODEL + "] with a [" + QUERY_VECTOR + "]: nothing is encoded");
    }
    if (vector != null && indexIdf != null) {
      throw error(
          parser,
          "takes no ["
              + INDEX_IDF
              + "] with a ["
              + QUERY_VECTOR
              + "]: it adapts the weights of a model's table");
    }
    if (vector != null && nearest != null && nearest.vector() == null) {
      throw error(
          parser,
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

  private static String string(String setting, XContentParser parser) throws IOException {
    if (parser.currentToken() != XContentParser.Token.VALUE_STRING) {
      throw error(
          parser, "needs a string as [" + setting + "], got [" + parser.currentToken() + "]");
    }
    return parser.text();
  }

  private static List<WeightedText> texts(XContentParser parser) throws IOException {
    if (parser.currentToken() == XContentParser.Token.VALUE_STRING) {
      return List.of(new WeightedText(parser.text(), 1));
    }
    if (parser.currentToken() != XContentParser.Token.START_ARRAY) {
      throw bad(QUERY, parser, "a text, or an array of texts");
    }
    List<WeightedText> texts = new ArrayList<>();
    while (parser.nextToken() != XContentParser.Token.END_ARRAY) {
      texts.add(weightedText(parser));
    }
    if (texts.isEmpty() || texts.size() > MAX_TEXTS) {
      throw error(
          parser, "has [" + texts.size() + "] texts in [" + QUERY + "]; give 1 to " + MAX_TEXTS);
    }
    return texts;
  }

  private static WeightedText weightedText(XContentParser parser) throws IOException {
    if (parser.currentToken() == XContentParser.Token.VALUE_STRING) {
      return new WeightedText(parser.text(), 1);
    }
    BlockReader block = new BlockReader(QUERY, parser);
    String[] text = new String[1];
    double[] weight = {1};
    block.read(
        Set.of(TEXT, WEIGHT),
        setting -> {
          if (setting.equals(TEXT)) {
            text[0] = block.string(setting);
          } else {
            weight[0] = block.positive(setting);
          }
        });
    if (text[0] == null) {
      throw block.error("has an object without [" + TEXT + "]");
    }
    return new WeightedText(text[0], weight[0]);
  }

  private static SparseVector vector(XContentParser parser) throws IOException {
    Map<String, Float> weights = new TreeMap<>();
    try {
      WeightsParser.parse(parser, (term, weight) -> weights.merge(term, weight, Math::max));
    } catch (InvalidWeightException e) {
      throw error(parser, "has a bad [" + QUERY_VECTOR + "]: " + e.getMessage());
    }
    return SparseVector.of(weights);
  }

  private static float boost(XContentParser parser) throws IOException {
    if (parser.currentToken() != XContentParser.Token.VALUE_NUMBER) {
      throw error(parser, "needs a number as [boost], got [" + parser.textOrNull() + "]");
    }
    return parser.floatValue();
  }

  private static int k(XContentParser parser) throws IOException {
    if (parser.currentToken() == XContentParser.Token.VALUE_NUMBER) {
      double k = parser.doubleValue();
      if (k == Math.rint(k) && k >= 1 && k <= LearnedSparseQueryBuilder.MAX_K) {
        return (int) k;
      }
    }
    throw bad(K, parser, "an integer, 1 to " + LearnedSparseQueryBuilder.MAX_K);
  }

  private static double indexIdf(XContentParser parser) throws IOException {
    if (parser.currentToken() == XContentParser.Token.VALUE_NUMBER) {
      double share = parser.doubleValue();
      if (share >= 0 && share <= 1) {
        return share;
      }
    }
    throw bad(INDEX_IDF, parser, "a number, 0 to 1");
  }

  private static ParsingException bad(String setting, XContentParser parser, String wanted)
      throws IOException {
    return error(parser, "has [" + setting + "] of [" + got(parser) + "]; it must be " + wanted);
  }

  /** What stands where something else is wanted: a value, or the token that begins more. */
  static String got(XContentParser parser) throws IOException {
    return parser.currentToken() == XContentParser.Token.START_ARRAY
            || parser.currentToken() == XContentParser.Token.START_OBJECT
        ? parser.currentToken().toString()
        : parser.textOrNull();
  }

  private void filters(XContentParser parser) throws IOException {
    if (parser.currentToken() == XContentParser.Token.START_ARRAY) {
      while (parser.nextToken() != XContentParser.Token.END_ARRAY) {
        filters.add(LearnedSparseQueryBuilder.parseFilter(parser));
      }
    } else {
      filters.add(LearnedSparseQueryBuilder.parseFilter(parser));
    }
  }

  private static ParsingException error(XContentParser parser, String problem) {
    return new ParsingException(
        parser.getTokenLocation(), "[" + LearnedSparseQueryBuilder.NAME + "] query " + problem);
  }
}
