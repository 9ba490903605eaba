package org.learnedsparse.query;

import java.io.IOException;
import java.util.Arrays;
import org.elasticsearch.common.ParsingException;
import org.elasticsearch.xcontent.XContentParser;
import org.learnedsparse.vector.Pruning;

/** Reads {@code prune} of a {@code learned_sparse} query. */
final class PruningParser {
  static final String PRUNE = "prune";
  static final String TYPE = "type";
  static final String VALUE = "value";

  private String type;
  private Double value;

  private PruningParser() {}

  /** Reads the object that the parser is at the start of. */
  static RequestedPruning parse(XContentParser parser) throws IOException {
    if (parser.currentToken() != XContentParser.Token.START_OBJECT) {
      throw error(
          parser,
          "must be an object of ["
              + TYPE
              + "] and ["
              + VALUE
              + "], got ["
              + parser.currentToken()
              + "]");
    }
    PruningParser read = new PruningParser();
    while (parser.nextToken() != XContentParser.Token.END_OBJECT) {
      String setting = parser.currentName();
      parser.nextToken();
      read.read(setting, parser);
    }
    return new RequestedPruning(read.build(parser));
  }

  private void read(String setting, XContentParser parser) throws IOException {
    switch (setting) {
      case TYPE -> {
        if (parser.currentToken() != XContentParser.Token.VALUE_STRING) {
          throw bad(setting, parser, "one of " + Arrays.toString(Pruning.Type.values()));
        }
        type = parser.text();
      }
      case VALUE -> {
        if (parser.currentToken() != XContentParser.Token.VALUE_NUMBER) {
          throw bad(setting, parser, "a number");
        }
        value = parser.doubleValue();
      }
      default ->
          throw error(
              parser, "does not know [" + setting + "]; known are [" + TYPE + ", " + VALUE + "]");
    }
  }

  private Pruning build(XContentParser parser) {
    if (type == null) {
      throw error(parser, "needs [" + TYPE + "], one of " + Arrays.toString(Pruning.Type.values()));
    }
    if (value == null) {
      throw error(parser, "needs [" + VALUE + "], a number");
    }
    try {
      return new Pruning(Pruning.Type.of(type), value);
    } catch (IllegalArgumentException e) {
      throw error(parser, "is refused: " + e.getMessage());
    }
  }

  private static ParsingException bad(String setting, XContentParser parser, String wanted)
      throws IOException {
    return error(
        parser, "has [" + setting + "] of [" + QueryParser.got(parser) + "]; it must be " + wanted);
  }

  private static ParsingException error(XContentParser parser, String problem) {
    return new ParsingException(
        parser.getTokenLocation(),
        "[" + LearnedSparseQueryBuilder.NAME + "] query: [" + PRUNE + "] " + problem);
  }
}
