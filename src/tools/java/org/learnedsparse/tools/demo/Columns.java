package org.learnedsparse.tools.demo;

import java.util.ArrayList;
import java.util.List;

/** Text in columns of a terminal, where a Chinese character takes two and an accent none. */
final class Columns {
  private static final String ELLIPSIS = "…";

  private Columns() {}

  /** How many columns a text takes. */
  static int width(String text) {
    return text.codePoints().map(Columns::width).sum();
  }

  /** The text with blanks after it, or its beginning with an ellipsis: exactly so wide. */
  static String fit(String text, int width) {
    String fitting = cut(text, width);
    return fitting + " ".repeat(width - width(fitting));
  }

  /** The text, or its beginning with an ellipsis: at most so wide. */
  static String cut(String text, int width) {
    return width(text) <= width ? text : beginning(text, width - width(ELLIPSIS)) + ELLIPSIS;
  }

  /** The text in one line, with single blanks and nothing that would move the cursor. */
  static String oneLine(String text) {
    return text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
  }

  /**
   * The text in lines of at most so many columns, broken between words where they are not longer
   * than a line.
   */
  static List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    String line = "";
    for (String word : oneLine(text).split(" ", -1)) {
      String longer = line.isEmpty() ? word : line + " " + word;
      if (width(longer) > width && !line.isEmpty()) {
        lines.add(line);
        longer = word;
      }
      while (width(longer) > width) {
        String full = beginning(longer, width);
        lines.add(full);
        longer = longer.substring(full.length());
      }
      line = longer;
    }
    lines.add(line);
    return lines;
  }

  /** As many characters as fit. */
  private static String beginning(String text, int width) {
    int end = 0;
    int used = 0;
    while (end < text.length()) {
      int character = text.codePointAt(end);
      used += width(character);
      if (used > width) {
        break;
      }
      end += Character.charCount(character);
    }
    return text.substring(0, end);
  }

  private static int width(int character) {
    int type = Character.getType(character);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    boolean wide =
        (character >= 0x1100 && character <= 0x115f)
            || (character >= 0x2e80 && character <= 0xa4cf)
            || (character >= 0xac00 && character <= 0xd7a3)
            || (character >= 0xf900 && character <= 0xfaff)
            || (character >= 0xfe30 && character <= 0xfe6f)
            || (character >= 0xff00 && character <= 0xff60)
            || (character >= 0x1f300 && character <= 0x1faff)
            || (character >= 0x20000 && character <= 0x3fffd);
    return wide ? 2 : 1;
  }
}
