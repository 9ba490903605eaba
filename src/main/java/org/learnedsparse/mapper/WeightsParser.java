package org.learnedsparse.mapper;

import java.io.IOException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.util.UnicodeUtil;
import org.elasticsearch.xcontent.XContentParser;
import org.learnedsparse.vector.InvalidWeightException;
import org.learnedsparse.vector.SparseVector;

/** Reads {@code {term: weight, …}}, in documents and in queries, with the same checks. */
public final class WeightsParser {
  private WeightsParser() {}

  /** Takes a term with its weight, which is finite and zero or above. */
  @FunctionalInterface
  public interface Consumer {
    void accept(String term, float weight);
  }

  /**
   * Reads one object, from its start to its end.
   *
   * @throws InvalidWeightException if a term or a weight cannot be indexed; the message names both
   */
  public static void parse(XContentParser parser, Consumer weights) throws IOException {
    if (parser.currentToken() != XContentParser.Token.START_OBJECT) {
      throw new InvalidWeightException(
          "expected an object of weights by term such as {\"plant\": 1.9}, found " + found(parser));
    }
    String term = null;
    for (XContentParser.Token token = parser.nextToken();
        token != XContentParser.Token.END_OBJECT;
        token = parser.nextToken()) {
      if (token == XContentParser.Token.FIELD_NAME) {
        term = parser.currentName();
        checkLength(term);
      } else if (token == XContentParser.Token.VALUE_NUMBER) {
        weights.accept(term, weight(term, parser));
      } else {
        throw new InvalidWeightException(
            "term ["
                + term
                + "] has weight "
                + found(parser)
                + "; a weight is a number, 0 or above");
      }
    }
  }

  private static float weight(String term, XContentParser parser) throws IOException {
    double exact = parser.doubleValue();
    float weight = (float) exact;
    if (Float.isInfinite(weight)) {
      throw new InvalidWeightException(
          "term [" + term + "] has weight [" + parser.text() + "], too large for a 32-bit float");
    }
    // Too small for a float, but there: quantising never removes a term, and neither does parsing.
    return SparseVector.checked(term, weight == 0 && exact > 0 ? Float.MIN_VALUE : weight);
  }

  private static String found(XContentParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_ARRAY -> "an array";
      case START_OBJECT -> "an object";
      default -> "[" + parser.textOrNull() + "]";
    };
  }

  private static void checkLength(String term) {
    int bytes = UnicodeUtil.calcUTF16toUTF8Length(term, 0, term.length());
    if (bytes > IndexWriter.MAX_TERM_LENGTH) {
      throw new InvalidWeightException(
          "term ["
              + term.substring(0, 30)
              + "…] is ["
              + bytes
              + "] bytes long in UTF-8; a term has at most ["
              + IndexWriter.MAX_TERM_LENGTH
              + "]");
    }
  }
}
