package org.learnedsparse.query;

import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.elasticsearch.common.ParsingException;
import org.elasticsearch.xcontent.XContentParser;

/**
 * Reads an object of settings inside a {@code learned_sparse} query. Errors name the block, the
 * setting and the value.
 */
final class BlockReader {
  /** Takes one setting; the parser is at its value. */
  interface Setting {
    void read(String name) throws IOException;
  }

  private final String block;
  private final XContentParser parser;

  /**
   * @param block the object's own name
   * @param parser at the start of the object
   */
  BlockReader(String block, XContentParser parser) {
    this.block = block;
    this.parser = parser;
  }

  /** Reads every setting, and refuses those that are not known. */
  void read(Set<String> known, Setting setting) throws IOException {
    if (parser.currentToken() != XContentParser.Token.START_OBJECT) {
      throw error("must be an object, got [" + QueryParser.got(parser) + "]");
    }
    while (parser.nextToken() != XContentParser.Token.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      if (known.contains(name) == false) {
        throw error("does not know [" + name + "]; known are " + new TreeSet<>(known));
      }
      setting.read(name);
    }
  }

  String string(String setting) throws IOException {
    if (parser.currentToken() != XContentParser.Token.VALUE_STRING) {
      throw bad(setting, "a string");
    }
    return parser.text();
  }

  int integer(String setting, int least, int most) throws IOException {
    double value = number();
    if ((value >= least && value <= most && value == Math.rint(value)) == false) {
      throw bad(setting, "an integer, " + least + " to " + most);
    }
    return (int) value;
  }

  double share(String setting) throws IOException {
    double value = number();
    if ((value >= 0 && value <= 1) == false) {
      throw bad(setting, "a number, 0 to 1");
    }
    return value;
  }

  /** A finite number. */
  float finite(String setting) throws IOException {
    float value = (float) number();
    if (Float.isFinite(value) == false) {
      throw bad(setting, "a finite number");
    }
    return value;
  }

  /** A finite number above 0. */
  double positive(String setting) throws IOException {
    double value = number();
    if ((value > 0 && value <= Double.MAX_VALUE) == false) {
      throw bad(setting, "a finite number above 0");
    }
    return value;
  }

  <E extends Enum<E>> E oneOf(String setting, E[] values) throws IOException {
    if (parser.currentToken() == XContentParser.Token.VALUE_STRING) {
      for (E value : values) {
        if (value.toString().equals(parser.text())) {
          return value;
        }
      }
    }
    throw bad(setting, "one of " + Arrays.toString(values));
  }

  /** NaN for what is no number. */
  private double number() throws IOException {
    return parser.currentToken() == XContentParser.Token.VALUE_NUMBER
        ? parser.doubleValue()
        : Double.NaN;
  }

  ParsingException bad(String setting, String wanted) throws IOException {
    return error(
        "has [" + setting + "] of [" + QueryParser.got(parser) + "]; it must be " + wanted);
  }

  ParsingException error(String problem) {
    return new ParsingException(
        parser.getTokenLocation(),
        "[" + LearnedSparseQueryBuilder.NAME + "] query: [" + block + "] " + problem);
  }
}
