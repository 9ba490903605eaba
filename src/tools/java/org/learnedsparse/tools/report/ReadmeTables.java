package org.learnedsparse.tools.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import org.learnedsparse.tools.node.Repository;

/**
 * Renders what was measured into the README, between comments that name the measurement, so that no
 * figure there is typed: {@code ./evaluate --json docs/results/evaluate.json}, and the searches of
 * {@link SearchTables}. Likewise what is tested into the documentation of models, {@link
 * FamiliesTable}, and what fusions bring into the reference, {@link FusionTable}.
 */
public final class ReadmeTables {
  static final String RESULTS = "docs/results/evaluate.json";
  static final String README = "README.md";
  static final String MODELS = "docs/models.md";
  static final String REFERENCE = "docs/reference.md";

  private ReadmeTables() {}

  /** Rewrites the README of this checkout, its documentation of models, and its reference. */
  public static void main(String[] arguments) throws IOException {
    Path readme = Repository.root().resolve(README);
    Files.writeString(readme, rendered(Files.readString(readme)));
    Path models = Repository.root().resolve(MODELS);
    Files.writeString(models, withFamilies(Files.readString(models), Repository.root()));
    Path reference = Repository.root().resolve(REFERENCE);
    Files.writeString(reference, withFusion(Files.readString(reference), Repository.root()));
  }

  /**
   * A document with the table of the families of models.
   *
   * @param root of the checkout whose families they are
   */
  static String withFamilies(String document, Path root) throws IOException {
    return replaced(document, "families", FamiliesTable.render(root));
  }

  /**
   * A document with the table of fusions and feedback.
   *
   * @param root of the checkout whose results they are
   */
  static String withFusion(String document, Path root) throws IOException {
    return replaced(document, "fusion", FusionTable.render(root));
  }

  /** A document with the tables of the results that lie in this checkout. */
  static String rendered(String document) throws IOException {
    Path root = Repository.root();
    String evaluated = withEvaluation(document, root.resolve(RESULTS));
    return replaced(evaluated, "search", SearchTables.render(root));
  }

  /** A document with the tables of one evaluation: a column for each system that it has. */
  static String withEvaluation(String document, Path results) throws IOException {
    JsonNode rows = new ObjectMapper().readTree(results.toFile());
    return replaced(document, "evaluate", quality(rows) + "\n" + cost(rows));
  }

  private static String replaced(String document, String name, String tables) {
    String first = "<!-- " + name + " -->\n";
    String last = "<!-- /" + name + " -->";
    int begin = document.indexOf(first);
    int end = document.indexOf(last);
    if (begin < 0 || end < begin) {
      throw new IllegalStateException("no " + first.strip() + " … " + last);
    }
    return document.substring(0, begin + first.length())
        + "\n"
        + tables
        + "\n"
        + document.substring(end);
  }

  private static String quality(JsonNode rows) {
    Set<String> systems = values(rows, "system");
    StringBuilder table = header("nDCG@10", systems);
    for (String collection : values(rows, "collection")) {
      table.append("| ").append(collection);
      for (String system : systems) {
        table.append(
            String.format(Locale.ROOT, " | %.3f", value(rows, collection, system, "ndcg@10")));
      }
      table.append(" |\n");
    }
    table.append("| **mean**");
    for (String system : systems) {
      table.append(
          String.format(Locale.ROOT, " | **%.3f**", mean(rows, system, "ndcg@10", x -> x)));
    }
    return table.append(" |\n").toString();
  }

  private static String cost(JsonNode rows) {
    Set<String> systems = values(rows, "system");
    StringBuilder table = header("mean over the collections", systems);
    row(table, rows, systems, "documents a second, indexed", "docs_per_second");
    row(table, rows, systems, "bytes a document, `_source` included", "bytes_per_doc");
    return table.toString();
  }

  private static void row(
      StringBuilder table, JsonNode rows, Set<String> systems, String title, String field) {
    table.append("| ").append(title);
    for (String system : systems) {
      // Figures of different sizes: the geometric mean.
      double mean = Math.exp(mean(rows, system, field, Math::log));
      table.append(String.format(Locale.ROOT, " | %,.0f", mean));
    }
    table.append(" |\n");
  }

  private static StringBuilder header(String first, Set<String> systems) {
    StringBuilder table = new StringBuilder("| ").append(first);
    systems.forEach(system -> table.append(" | `").append(system).append('`'));
    table.append(" |\n|---");
    systems.forEach(system -> table.append("|---:"));
    return table.append("|\n");
  }

  private static Set<String> values(JsonNode rows, String field) {
    Set<String> values = new LinkedHashSet<>();
    rows.forEach(row -> values.add(row.get(field).asText()));
    return values;
  }

  private static double value(JsonNode rows, String collection, String system, String field) {
    for (JsonNode row : rows) {
      if (row.get("collection").asText().equals(collection)
          && row.get("system").asText().equals(system)) {
        return row.get(field).asDouble();
      }
    }
    throw new IllegalStateException(RESULTS + " lacks " + system + " on " + collection);
  }

  private static double mean(
      JsonNode rows, String system, String field, DoubleUnaryOperator scale) {
    double sum = 0;
    Set<String> collections = values(rows, "collection");
    for (String collection : collections) {
      sum += scale.applyAsDouble(value(rows, collection, system, field));
    }
    return sum / collections.size();
  }
}
