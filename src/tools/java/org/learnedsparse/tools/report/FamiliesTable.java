package org.learnedsparse.tools.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The families of models that are held to their authors' programs, as Markdown: a row for each
 * {@code integTest/families/<family>/parity.json}.
 */
final class FamiliesTable {
  private static final String FOLDER = "integTest/families";
  private static final String PARITY = "parity.json";
  private static final String SETTINGS = "model.json";
  private static final List<String> SIDES = List.of("document", "query");

  /** What ends the part of a description that names the family. */
  private static final Pattern FIRST_CLAUSE_ENDS = Pattern.compile("[:;] |\\.( |$)");

  /** Small files that come along with others, and would make the rows long. */
  private static final Pattern CONFIGURATION = Pattern.compile("(.*_)?config(_.*)?\\.json");

  private static final ObjectMapper JSON = new ObjectMapper();

  private FamiliesTable() {}

  /**
   * The table of a checkout's families, by name.
   *
   * @param root of the checkout
   * @throws IllegalStateException if there are none
   */
  static String render(Path root) throws IOException {
    StringBuilder table =
        new StringBuilder(
            """
            | test | family | files, without configuration | settings | texts | a weight is off by at most | status |
            |---|---|---|---|---:|---:|---|
            """);
    List<Path> families = families(root.resolve(FOLDER));
    if (families.isEmpty()) {
      throw new IllegalStateException("no " + PARITY + " in any folder of " + FOLDER);
    }
    for (Path family : families) {
      table.append(row(family));
    }
    return table.toString();
  }

  private static List<Path> families(Path folder) throws IOException {
    try (Stream<Path> families = Files.list(folder)) {
      return families.filter(family -> Files.exists(family.resolve(PARITY))).sorted().toList();
    }
  }

  private static String row(Path family) throws IOException {
    JsonNode parity = JSON.readTree(family.resolve(PARITY).toFile());
    Path model = family.resolve("model");
    return String.format(
        Locale.ROOT,
        "| `%s` | %s | %s | %s | %d | %s | parity test |\n",
        family.getFileName(),
        firstClause(parity.get("description").asText()),
        files(model),
        settings(model),
        SIDES.stream().mapToInt(side -> parity.get(side).size()).sum(),
        // As it is said, not in powers of ten.
        BigDecimal.valueOf(parity.get("tolerance").asDouble())
            .stripTrailingZeros()
            .toPlainString());
  }

  /** The part that names the family; a bar would end the table's cell. */
  static String firstClause(String description) {
    return FIRST_CLAUSE_ENDS.split(description, 2)[0].replace("|", "\\|");
  }

  private static String files(Path model) throws IOException {
    try (Stream<Path> files = Files.walk(model)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> CONFIGURATION.matcher(name(file)).matches() == false)
          .map(file -> "`" + model.relativize(file).toString().replace('\\', '/') + "`")
          .sorted()
          .collect(Collectors.joining(", "));
    }
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  /** Whether the folder's files tell how a text is encoded, or which sides model.json states. */
  private static String settings(Path model) throws IOException {
    Path file = model.resolve(SETTINGS);
    if (Files.exists(file) == false) {
      return "detected";
    }
    JsonNode settings = JSON.readTree(file.toFile());
    List<String> stated = new ArrayList<>(SIDES);
    stated.removeIf(side -> settings.has(side) == false);
    return "stated: " + String.join(", ", stated);
  }
}
