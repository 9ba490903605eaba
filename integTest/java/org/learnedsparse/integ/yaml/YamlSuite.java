package org.learnedsparse.integ.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One file of tests.
 *
 * @param name the area and the file's name, for example {@code query/10_basic.yml}
 * @param setup the steps before each test
 * @param teardown the steps after each test, also after one that failed
 * @param tests the steps of each test by its name
 */
record YamlSuite(
    String name, List<Step> setup, List<Step> teardown, Map<String, List<Step>> tests) {

  /**
   * One line of a test: a request or an assertion.
   *
   * @param kind {@code do}, {@code match}, {@code is_true} and so on
   * @param argument what stands behind the kind
   * @param where file and line
   */
  record Step(String kind, JsonNode argument, String where) {}

  /** All suites below a folder, in the order of their names. */
  static List<YamlSuite> readAll(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.walk(folder)) {
      files = found.filter(file -> file.toString().endsWith(".yml")).sorted().toList();
    }
    List<YamlSuite> suites = new ArrayList<>();
    for (Path file : files) {
      suites.add(read(file, folder.relativize(file).toString().replace('\\', '/')));
    }
    return suites;
  }

  static YamlSuite read(Path file, String name) throws IOException {
    YamlDocuments documents = YamlDocuments.read(file);
    List<Step> setup = List.of();
    List<Step> teardown = List.of();
    Map<String, List<Step>> tests = new LinkedHashMap<>();
    for (JsonNode document : documents.roots()) {
      if (document instanceof ObjectNode == false || document.size() != 1) {
        throw new IOException(name + ": a document is one name and its steps, not " + document);
      }
      String section = document.fieldNames().next();
      List<Step> steps = steps(documents, document.get(section), name);
      switch (section) {
        case "setup" -> setup = steps;
        case "teardown" -> teardown = steps;
        default -> {
          if (tests.put(section, steps) != null) {
            throw new IOException(name + " has two tests named [" + section + "]");
          }
        }
      }
    }
    if (tests.isEmpty()) {
      throw new IOException(name + " has no test");
    }
    return new YamlSuite(name, setup, teardown, tests);
  }

  private static List<Step> steps(YamlDocuments documents, JsonNode section, String name)
      throws IOException {
    if (section.isArray() == false || section.isEmpty()) {
      throw new IOException(name + ": a section is a list of steps, not " + section);
    }
    List<Step> steps = new ArrayList<>();
    for (JsonNode step : section) {
      if (step.isObject() == false || step.size() != 1) {
        throw new IOException(name + ": a step is one kind and its argument, not " + step);
      }
      String kind = step.fieldNames().next();
      String where = name + ":" + documents.line(step);
      if (YamlRunner.KINDS.contains(kind) == false) {
        throw new IOException(where + " has an unknown kind of step, [" + kind + "]");
      }
      steps.add(new Step(kind, step.get(kind), where));
    }
    return steps;
  }
}
