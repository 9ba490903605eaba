package org.learnedsparse.integ.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learnedsparse.tools.node.Http;

class YamlSuiteTest {

  @TempDir private Path folder;

  private YamlSuite suite(String text) throws IOException {
    Files.createDirectories(folder.resolve("area"));
    Files.writeString(folder.resolve("area/10_basic.yml"), text);
    return YamlSuite.readAll(folder).get(0);
  }

  @Test
  void knowsSectionsAndLines() throws IOException {
    YamlSuite suite =
        suite(
            """
            setup:
              - do:
                  indices.create: { index: docs }
            ---
            # a comment
            "first":
              - match: { took: 1 }

              - is_true: hits
            ---
            teardown:
              - do: { indices.delete: { index: docs } }
            """);
    assertEquals("area/10_basic.yml", suite.name());
    assertEquals(Set.of("first"), suite.tests().keySet());
    assertEquals(
        List.of(
            new YamlSuite.Step("match", Http.JSON.readTree("{\"took\":1}"), "area/10_basic.yml:7"),
            new YamlSuite.Step("is_true", Http.JSON.readTree("\"hits\""), "area/10_basic.yml:9")),
        suite.tests().get("first"));
    assertEquals("area/10_basic.yml:2", suite.setup().get(0).where());
    assertEquals("area/10_basic.yml:12", suite.teardown().get(0).where());
  }

  @Test
  void refusesWhatWouldNotRun() {
    assertRefused("area/10_basic.yml:2 has an unknown kind of step, [mtach]", "a:\n - mtach: {}\n");
    assertRefused("has [took] twice", "a:\n - match: { took: 1, took: 2 }\n");
    assertRefused("two tests named [a]", "a:\n - is_true: x\n---\na:\n - is_true: x\n");
    assertRefused("a section is a list of steps", "a: {}\n");
    assertRefused("a step is one kind", "a:\n - is_true: x\n   is_false: y\n");
    assertRefused("a document is one name", "a:\n - is_true: x\nb:\n - is_true: x\n");
    assertRefused("has no test", "setup:\n - is_true: x\n");
  }

  private void assertRefused(String message, String text) {
    IOException refusal = assertThrows(IOException.class, () -> suite(text));
    assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
  }
}
