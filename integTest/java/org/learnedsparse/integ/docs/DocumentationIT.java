package org.learnedsparse.integ.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.learnedsparse.tools.node.RealNode;
import org.learnedsparse.tools.node.Repository;

/**
 * Runs every {@code sh} block of the documents, in order, against a real node with the plugin. Each
 * answer must be without an error and hold what the {@code json} block below it shows. An array
 * begins with the elements shown.
 */
class DocumentationIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What other checks run: the demo and the tests by CI, the installer by every node here. */
  private static final List<String> RUN_ELSEWHERE =
      List.of(
          "./demo",
          "mvn verify",
          "bin/elasticsearch-plugin install --batch file:///path/to/learned-sparse-0.1.0.zip",
          "bin/elasticsearch-plugin remove learned-sparse");

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/reference.md", "docs/models.md"})
  void everyCommandWorks(String document) throws Exception {
    List<Example> examples = Example.read(Repository.root().resolve(document));
    assertFalse(examples.isEmpty(), document);
    try (RealNode node = RealNode.builder("documentation").start()) {
      for (Example example : examples) {
        if (RUN_ELSEWHERE.contains(example.command()) == false) {
          run(example, node);
        }
      }
    }
  }

  private static void run(Example example, RealNode node) throws IOException, InterruptedException {
    if (example.command().startsWith("ES=")) {
      assertEquals("ES=http://localhost:9200", example.command(), example.place());
      return;
    }
    assertTrue(
        example.command().startsWith("curl ") || example.command().startsWith("models/upload "),
        example.place() + ": nothing runs this command");
    List<JsonNode> answers = answers(example, node);
    for (JsonNode answer : answers) {
      if (answer.has("error")) {
        fail(example.place() + ": " + answer);
      }
    }
    if (example.answer() != null) {
      JsonNode last = answers.get(answers.size() - 1);
      assertShown(JSON.readTree(example.answer()), last, example.place() + " ");
    }
  }

  private static List<JsonNode> answers(Example example, RealNode node)
      throws IOException, InterruptedException {
    ProcessBuilder shell = new ProcessBuilder("bash", "-e", "-c", example.command());
    shell.environment().put("ES", node.url().toString());
    Path output = Files.createTempFile("answer", ".json");
    try {
      Process process =
          shell
              .directory(Repository.root().toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      int status = process.waitFor();
      String text = Files.readString(output, StandardCharsets.UTF_8);
      assertEquals(0, status, example.place() + ": " + text);
      try (JsonParser values = JSON.createParser(text)) {
        List<JsonNode> answers = new ArrayList<>();
        while (values.nextToken() != null) {
          answers.add(JSON.readTree(values));
        }
        assertFalse(answers.isEmpty(), example.place() + ": no answer");
        return answers;
      }
    } finally {
      Files.delete(output);
    }
  }

  private static void assertShown(JsonNode shown, JsonNode actual, String path) {
    if (shown.isObject()) {
      Iterator<Map.Entry<String, JsonNode>> fields = shown.fields();
      while (fields.hasNext()) {
        Map.Entry<String, JsonNode> field = fields.next();
        assertTrue(actual.has(field.getKey()), path + "lacks " + field.getKey() + ": " + actual);
        assertShown(field.getValue(), actual.get(field.getKey()), path + "." + field.getKey());
      }
    } else if (shown.isArray()) {
      assertTrue(actual.size() >= shown.size(), path + " is too short: " + actual);
      for (int i = 0; i < shown.size(); i++) {
        assertShown(shown.get(i), actual.get(i), path + "[" + i + "]");
      }
    } else if (shown.isNumber()) {
      double value = shown.doubleValue();
      assertEquals(value, actual.doubleValue(), Math.abs(value) * 1e-5, path);
    } else {
      assertEquals(shown, actual, path);
    }
  }
}
