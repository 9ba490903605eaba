package org.learnedsparse.query;

import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.elasticsearch.common.ParsingException;
import org.elasticsearch.xcontent.XContentParser;

/**
 * Reads an object of settings in the body of a search. What is wrong with one is told with the
 * object, the setting's name, its value and what it must be.
 */
public final class SettingsReader {
  /** Takes one setting; the parser is at its value. */
  @FunctionalInterface
  public interface Setting {
    void read(String name) throws IOException;
  }

  private final String place;
  private final XContentParser parser;

  /**
   * @param place what the object is, the begin of each message
   * @param parser at the start of the object
   */
  public SettingsReader(String place, XContentParser parser) {
    this.place = place;
    this.parser = parser;
  }

  /**
   * Of an object inside a {@code learned_sparse} query.
   *
   * @param block the object's own name
   */
  static SettingsReader ofBlock(String block, XContentParser parser) {
    return new SettingsReader(QueryParser.PLACE + ": [" + block + "]", parser);
  }

  /** What the object is. */
  public String place() {
    return place;
  }

  /** What it reads with, for settings that are objects or arrays. */
  public XContentParser parser() {
    return parser;
  }

  /** Reads every setting, and refuses those that are not known. */
  public void read(Set<String> known, Setting setting) throws IOException {
    if (parser.currentToken() != XContentParser.Token.START_OBJECT) {
      throw error("must be an object, got [" + got() + "]");
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

  public String string(String setting) throws IOException {
    if (parser.currentToken() != XContentParser.Token.VALUE_STRING) {
      throw bad(setting, "a string");
    }
    return parser.text();
  }

  boolean bool(String setting) throws IOException {
    if (parser.currentToken() != XContentParser.Token.VALUE_BOOLEAN) {
      throw bad(setting, "true or false");
    }
    return parser.booleanValue();
  }

  /**
   * An integer.
   *
   * @param most {@link Integer#MAX_VALUE} for no limit
   */
  public int integer(String setting, int least, int most) throws IOException {
    double value = number();
    if ((value >= least && value <= most && value == Math.rint(value)) == false) {
      throw bad(
          setting,
          "an integer, " + least + (most == Integer.MAX_VALUE ? " or above" : " to " + most));
    }
    return (int) value;
  }

  /** Any number. */
  double number(String setting) throws IOException {
    double value = number();
    if (Double.isNaN(value)) {
      throw bad(setting, "a number");
    }
    return value;
  }

  /** A number from 0 to 1. */
  double share(String setting) throws IOException {
    double value = number();
    if ((value >= 0 && value <= 1) == false) {
      throw bad(setting, "a number, 0 to 1");
    }
    return value;
  }

  /** A number above 0 and at most 1. */
  double positiveShare(String setting) throws IOException {
    double value = number();
    if ((value > 0 && value <= 1) == false) {
      throw bad(setting, "a number above 0 and at most 1");
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

  /** A number from 0 to the largest float. */
  public double atLeastZero(String setting) throws IOException {
    double value = number();
    if ((value >= 0 && value <= Float.MAX_VALUE) == false) {
      throw bad(setting, "a finite number, 0 or above");
    }
    return value;
  }

  /** The constant whose string it is. */
  public <E extends Enum<E>> E oneOf(String setting, E[] values) throws IOException {
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

  /** What stands where something else is wanted: a value, or the token that begins more. */
  private String got() throws IOException {
    return parser.currentToken().isValue()
            || parser.currentToken() == XContentParser.Token.VALUE_NULL
        ? parser.textOrNull()
        : parser.currentToken().toString();
  }

  /** What a setting must be and is not. */
  public ParsingException bad(String setting, String wanted) throws IOException {
    return error("has [" + setting + "] of [" + got() + "]; it must be " + wanted);
  }

  /** What is wrong, and where. */
  public ParsingException error(String problem) {
    return new ParsingException(parser.getTokenLocation(), place + " " + problem);
  }
}
