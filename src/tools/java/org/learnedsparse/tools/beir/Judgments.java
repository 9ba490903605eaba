package org.learnedsparse.tools.beir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which documents are relevant to which queries. A relevance of 0 or less says that the document
 * was looked at and is not relevant, which counts as much as no judgment at all.
 */
public final class Judgments {
  private final Map<String, Map<String, Integer>> byQuery;

  private Judgments(Map<String, Map<String, Integer>> byQuery) {
    this.byQuery = byQuery;
  }

  /** The ids of the queries that have judgments, in the file's order. */
  public Set<String> queries() {
    return Collections.unmodifiableSet(byQuery.keySet());
  }

  /** Relevance by document id; empty for a query without judgments. */
  public Map<String, Integer> of(String query) {
    return Collections.unmodifiableMap(byQuery.getOrDefault(query, Map.of()));
  }

  /**
   * Reads lines of query id, document id and relevance, separated by tabs. The first line may be a
   * header.
   *
   * @throws IllegalArgumentException naming the file and the line when a line has other columns,
   *     the relevance is no integer, or two lines contradict each other; or when there is no line
   */
  static Judgments read(Path file) throws IOException {
    Map<String, Map<String, Integer>> byQuery = new LinkedHashMap<>();
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (line.isBlank()) {
          continue;
        }
        String[] columns = line.split("\t", -1);
        String where = file + ", line " + number + ": ";
        if (columns.length != 3) {
          throw new IllegalArgumentException(
              where + "expected 3 columns separated by tabs, found " + columns.length);
        }
        Integer relevance = integer(columns[2].strip());
        if (relevance == null && number == 1) {
          continue;
        }
        if (relevance == null) {
          throw new IllegalArgumentException(
              where + "relevance [" + columns[2] + "] is not an integer");
        }
        Integer before =
            byQuery
                .computeIfAbsent(columns[0], query -> new LinkedHashMap<>())
                .put(columns[1], relevance);
        if (before != null && !before.equals(relevance)) {
          throw new IllegalArgumentException(
              where + "contradicts an earlier line that gave relevance " + before);
        }
      }
    }
    if (byQuery.isEmpty()) {
      throw new IllegalArgumentException(file + ": no judgments");
    }
    return new Judgments(byQuery);
  }

  private static Integer integer(String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
