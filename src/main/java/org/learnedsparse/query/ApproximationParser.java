package org.learnedsparse.query;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.elasticsearch.common.ParsingException;
import org.elasticsearch.xcontent.XContentParser;
import org.learnedsparse.search.Approximation;

/** Reads {@code approximate} of a {@code learned_sparse} query. */
final class ApproximationParser {
  static final String APPROXIMATE = "approximate";
  static final String THRESHOLD_FACTOR = "threshold_factor";
  static final String QUERY_MASS = "query_mass";
  static final String MAX_BLOCKS = "max_blocks";
  static final String FORCE = "force";
  private static final Set<String> KNOWN = Set.of(THRESHOLD_FACTOR, QUERY_MASS, MAX_BLOCKS, FORCE);

  private double thresholdFactor = 1;
  private double queryMass = 1;
  private int maxBlocks;
  private boolean force;

  private ApproximationParser() {}

  /** Reads the object that the parser is at the start of. */
  static RequestedApproximation parse(XContentParser parser) throws IOException {
    if (parser.currentToken() != XContentParser.Token.START_OBJECT) {
      throw error(parser, "must be an object, got [" + parser.currentToken() + "]");
    }
    ApproximationParser read = new ApproximationParser();
    while (parser.nextToken() != XContentParser.Token.END_OBJECT) {
      String setting = parser.currentName();
      parser.nextToken();
      read.read(setting, parser);
    }
    return new RequestedApproximation(
        new Approximation(read.thresholdFactor, read.queryMass, read.maxBlocks), read.force);
  }

  private void read(String setting, XContentParser parser) throws IOException {
    switch (setting) {
      case THRESHOLD_FACTOR -> thresholdFactor = share(setting, parser);
      case QUERY_MASS -> queryMass = share(setting, parser);
      case MAX_BLOCKS -> {
        double value = number(parser);
        if ((value >= 1 && value <= Integer.MAX_VALUE && value == Math.rint(value)) == false) {
          throw error(parser, bad(setting, parser, "an integer, 1 or above"));
        }
        maxBlocks = (int) value;
      }
      case FORCE -> {
        if (parser.currentToken() != XContentParser.Token.VALUE_BOOLEAN) {
          throw error(parser, bad(setting, parser, "true or false"));
        }
        force = parser.booleanValue();
      }
      default ->
          throw error(parser, "does not know [" + setting + "]; known are " + new TreeSet<>(KNOWN));
    }
  }

  private static double share(String setting, XContentParser parser) throws IOException {
    double value = number(parser);
    if ((value > 0 && value <= 1) == false) {
      throw error(parser, bad(setting, parser, "a number above 0 and at most 1"));
    }
    return value;
  }

  private static double number(XContentParser parser) throws IOException {
    return parser.currentToken() == XContentParser.Token.VALUE_NUMBER
        ? parser.doubleValue()
        : Double.NaN;
  }

  private static String bad(String setting, XContentParser parser, String wanted)
      throws IOException {
    String got =
        parser.currentToken().isValue() ? parser.textOrNull() : parser.currentToken().toString();
    return "has [" + setting + "] of [" + got + "]; it must be " + wanted;
  }

  private static ParsingException error(XContentParser parser, String problem) {
    return new ParsingException(
        parser.getTokenLocation(),
        "[" + LearnedSparseQueryBuilder.NAME + "] query: [" + APPROXIMATE + "] " + problem);
  }
}
