package org.learnedsparse.tools.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What {@code bench/search --json bench/results/search-*.json} and {@code bench/http --json
 * bench/results/http-*.json} measured, as Markdown: the plugin against what {@code sparse_vector}
 * does, in the same run.
 */
final class SearchTables {
  private static final String FOLDER = "bench/results";
  private static final String SEARCHES = "search-*.json";
  private static final String HTTP = "http-*.json";
  private static final String BASELINE = "feature_field";
  private static final String OURS = "learned_sparse";
  private static final String EXACT = "exact";

  private SearchTables() {}

  /**
   * The tables of a checkout's results, in the order of the files' names.
   *
   * @param root of the checkout
   */
  static String render(Path root) throws IOException {
    StringBuilder exact =
        new StringBuilder(
            """
            | documents | order | queries | k | `sparse_vector`’s way, ms | `learned_sparse`, ms | times as fast | bytes, of its |
            |---:|---|---|---:|---:|---:|---:|---:|
            """);
    StringBuilder approximate =
        new StringBuilder(
            """
            | documents | order | queries | k | `approximate` | ms | times as fast | recall |
            |---:|---|---|---:|---|---:|---:|---:|
            """);
    for (JsonNode run : runs(root.resolve(FOLDER), SEARCHES)) {
      for (JsonNode row : run.get("rows")) {
        if (row.get("engine").asText().equals(OURS)) {
          boolean isExact = row.get("mode").asText().equals(EXACT);
          (isExact ? exact : approximate).append(line(row, baseline(run, row), isExact));
        }
      }
    }
    return exact + "\n" + approximate + "\n" + http(runs(root.resolve(FOLDER), HTTP));
  }

  private static String http(List<JsonNode> runs) {
    StringBuilder table =
        new StringBuilder(
            """
            | over HTTP: documents | index | request | p50 ms | p99 ms | searches a second, 4 clients | documents a second, indexed and merged | force merge to one segment, s |
            |---:|---|---|---:|---:|---:|---:|---:|
            """);
    for (JsonNode run : runs) {
      for (JsonNode row : run.get("rows")) {
        table.append(
            String.format(
                Locale.ROOT,
                "| %,d | `%s` | `%s` | %.1f | %.1f | %.0f | %,.0f | %.0f |%n",
                row.get("docs").asInt(),
                row.get("index").asText(),
                row.get("request").asText(),
                row.get("p50_ms").asDouble(),
                row.get("p99_ms").asDouble(),
                row.get("queries_per_s").asDouble(),
                index(run, row.get("index")).get("settled_docs_per_s").asDouble(),
                index(run, row.get("index")).get("force_merge_s").asDouble()));
      }
    }
    return table.toString();
  }

  private static JsonNode index(JsonNode run, JsonNode name) {
    for (JsonNode index : run.get("indices")) {
      if (index.get("index").equals(name)) {
        return index;
      }
    }
    throw new IllegalStateException("no index " + name);
  }

  private static List<JsonNode> runs(Path folder, String pattern) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      ObjectMapper mapper = new ObjectMapper();
      List<Path> sorted =
          files
              .filter(
                  file ->
                      file.getFileSystem()
                          .getPathMatcher("glob:" + pattern)
                          .matches(file.getFileName()))
              .sorted()
              .toList();
      List<JsonNode> runs = new ArrayList<>();
      for (Path file : sorted) {
        runs.add(mapper.readTree(file.toFile()));
      }
      return runs;
    }
  }

  private static JsonNode baseline(JsonNode run, JsonNode row) {
    for (JsonNode other : run.get("rows")) {
      if (other.get("engine").asText().equals(BASELINE)
          && other.get("queries").equals(row.get("queries"))
          && other.get("k").equals(row.get("k"))) {
        return other;
      }
    }
    throw new IllegalStateException("no row of " + BASELINE + " beside " + row);
  }

  private static String line(JsonNode row, JsonNode baseline, boolean exact) {
    double ms = row.get("mean_cpu_ms").asDouble();
    double baselineMs = baseline.get("mean_cpu_ms").asDouble();
    String common =
        String.format(
            Locale.ROOT,
            "| %,d | %s | %s | %,d | ",
            row.get("docs").asInt(),
            row.get("order").asText(),
            row.get("queries").asText(),
            row.get("k").asInt());
    return exact
        ? String.format(
            Locale.ROOT,
            "%s%.2f | %.2f | **%.1f** | %.2f |%n",
            common,
            baselineMs,
            ms,
            baselineMs / ms,
            row.get("bytes").asDouble() / baseline.get("bytes").asDouble())
        : String.format(
            Locale.ROOT,
            "%s`%s` | %.2f | %.1f | %.4f |%n",
            common,
            row.get("mode").asText().replace(",", "`, `"),
            ms,
            baselineMs / ms,
            row.get("recall").asDouble());
  }
}
