package org.learnedsparse.fusion;

import java.io.IOException;
import java.util.function.Function;
import org.elasticsearch.common.ParsingException;
import org.elasticsearch.xcontent.XContentParser;

/**
 * Reads the values of an object's settings. What is wrong with one is told with its name, its value
 * and what it must be.
 *
 * @param place what the object is, the begin of each message
 */
record ValueReader(String place, XContentParser parser) {

  /** A number from 0 to the most. */
  double number(String setting, double most) throws IOException {
    double value = numberOrNaN();
    if ((value >= 0 && value <= most) == false) {
      throw bad(setting, "a finite number, 0 or above");
    }
    return value;
  }

  /** An integer from 1 to the most. */
  int integer(String setting, int most) throws IOException {
    double value = numberOrNaN();
    if ((value >= 1 && value <= most && value == Math.rint(value)) == false) {
      throw bad(setting, "an integer, 1 to " + most);
    }
    return (int) value;
  }

  private double numberOrNaN() throws IOException {
    return parser.currentToken() == XContentParser.Token.VALUE_NUMBER
        ? parser.doubleValue()
        : Double.NaN;
  }

  /** A string. */
  String string(String setting) throws IOException {
    if (parser.currentToken() != XContentParser.Token.VALUE_STRING) {
      throw bad(setting, "a string");
    }
    return parser.text();
  }

  /**
   * The constant of a name.
   *
   * @param constants throws for a name that is none, with what it must be as message
   */
  <T> T constant(String setting, Function<String, T> constants) throws IOException {
    String name = parser.currentToken() == XContentParser.Token.VALUE_STRING ? parser.text() : "";
    try {
      return constants.apply(name);
    } catch (IllegalArgumentException e) {
      throw bad(setting, e.getMessage());
    }
  }

  private ParsingException bad(String setting, String wanted) throws IOException {
    String got =
        parser.currentToken().isValue() ? parser.textOrNull() : parser.currentToken().toString();
    return error("has [" + setting + "] of [" + got + "]; it must be " + wanted);
  }

  /** What is wrong, and where. */
  ParsingException error(String problem) {
    return new ParsingException(parser.getTokenLocation(), place + " " + problem);
  }
}
