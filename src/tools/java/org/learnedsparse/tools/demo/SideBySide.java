package org.learnedsparse.tools.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Two rankings in two columns, {@value #WIDTH} wide in all. */
final class SideBySide {
  static final int WIDTH = 100;
  private static final int SHOWN = 3;
  private static final String BAR = " │ ";
  private static final int LEFT = 48;
  private static final int RIGHT = WIDTH - LEFT - 3;
  private static final String INDENT = "      ";
  private static final String SEPARATOR = " · ";

  private SideBySide() {}

  /** A query, and the first results of both for it. */
  static String of(Outcome outcome) {
    StringBuilder text = new StringBuilder(title(outcome));
    if (outcome.sharesNoWord()) {
      text.append("   shares no word with its best document, " + outcome.titleOfBest() + "\n");
    }
    text.append(line("    BM25 match", "    learned_sparse"));
    List<String> left = lines(outcome.bm25(), outcome.relevance(), LEFT);
    List<String> right = lines(outcome.learned(), outcome.relevance(), RIGHT);
    for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
      text.append(line(at(left, i), at(right, i)));
    }
    return text.toString();
  }

  private static String title(Outcome outcome) {
    String query = outcome.query().id() + ": " + Columns.oneLine(outcome.query().text());
    String title = "── " + Columns.cut(query, WIDTH - 4) + " ";
    return title + "─".repeat(WIDTH - Columns.width(title)) + "\n";
  }

  private static String line(String left, String right) {
    return (Columns.fit(left, LEFT) + BAR + right).stripTrailing() + "\n";
  }

  private static String at(List<String> lines, int i) {
    return i < lines.size() ? lines.get(i) : "";
  }

  /** Two lines a result: what it is, and why. */
  private static List<String> lines(
      List<Result> results, Map<String, Integer> relevance, int width) {
    List<String> lines = new ArrayList<>();
    for (Result result : results.subList(0, Math.min(SHOWN, results.size()))) {
      boolean relevant = relevance.getOrDefault(result.id(), 0) > 0;
      String head =
          String.format(
              Locale.ROOT,
              "%2d. %s %7.2f  ",
              lines.size() / 2 + 1,
              relevant ? "✓" : " ",
              result.score());
      lines.add(head + Columns.cut(result.title(), width - Columns.width(head)));
      lines.add(INDENT + parts(result.parts(), width - INDENT.length()));
    }
    if (results.isEmpty()) {
      lines.add(" nothing found");
    }
    return lines;
  }

  /** As many terms as fit, and how many more there are. */
  private static String parts(List<Result.Part> parts, int width) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      String part = (i == 0 ? "" : SEPARATOR) + describe(parts.get(i));
      String rest = SEPARATOR + "+" + (parts.size() - i) + " more";
      int room = width - (i + 1 == parts.size() ? 0 : Columns.width(rest));
      if (Columns.width(text + part) > room) {
        return i == 0 ? Columns.cut(part, width) : text + rest;
      }
      text.append(part);
    }
    return text.toString();
  }

  /** A term and its number. */
  static String describe(Result.Part part) {
    return String.format(Locale.ROOT, "%s %.2f", part.term(), part.value());
  }
}
