package org.learnedsparse.tools.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What {@code ./evaluate --fusion --json docs/results/fusion.json} measured, as Markdown: nDCG@10,
 * a row for each system, a column for each collection, and the mean.
 */
final class FusionTable {
  static final String RESULTS = "docs/results/fusion.json";

  private FusionTable() {}

  /**
   * The table of a checkout's results.
   *
   * @param root of the checkout
   * @throws IllegalStateException if a system was not measured on every collection
   */
  static String render(Path root) throws IOException {
    JsonNode rows = new ObjectMapper().readTree(root.resolve(RESULTS).toFile());
    Map<String, Map<String, Double>> systems = new LinkedHashMap<>();
    Map<String, Double> collections = new LinkedHashMap<>();
    for (JsonNode row : rows) {
      String collection = row.get("collection").asText();
      collections.put(collection, null);
      systems
          .computeIfAbsent(row.get("system").asText(), name -> new LinkedHashMap<>())
          .put(collection, row.get("ndcg@10").asDouble());
    }
    StringBuilder table = new StringBuilder("| nDCG@10");
    collections.keySet().forEach(name -> table.append(" | ").append(name));
    table.append(" | **mean** |\n|---");
    collections.keySet().forEach(name -> table.append("|---:"));
    table.append("|---:|\n");
    systems.forEach(
        (name, values) -> {
          if (values.size() < collections.size()) {
            throw new IllegalStateException(RESULTS + " lacks collections for " + name);
          }
          table.append("| `").append(name).append('`');
          collections
              .keySet()
              .forEach(
                  collection ->
                      table.append(String.format(Locale.ROOT, " | %.3f", values.get(collection))));
          double mean =
              values.values().stream().mapToDouble(value -> value).average().orElseThrow();
          table.append(String.format(Locale.ROOT, " | **%.4f** |\n", mean));
        });
    return table.toString();
  }
}
