package org.learnedsparse.integ.families;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.RealNode;

/**
 * Whatever lies in a model's folder: each request that needs it answers a 4xx that names the file
 * and what to do, no document is indexed, and the node goes on.
 */
class BadModelsIT {
  private static RealNode node;
  private static Path models;

  @BeforeAll
  static void start() throws IOException {
    node = RealNode.builder("bad-models").heap("512m").start();
    models = Files.createDirectories(node.home().resolve("config/learned-sparse/models"));
    node.http()
        .request(
            "PUT",
            "docs",
            "{\"mappings\":{\"properties\":{\"body_sparse\":{\"type\":\"learned_sparse\"}}}}")
        .orThrow();
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> badModelsAreRefused() throws IOException {
    // Beside the models, where a link can lead; it would load.
    Path outside = models.resolveSibling("outside");
    BadGraphs.GOOD.write(outside);
    List<BadModel> all = new ArrayList<>(BadGraphs.all());
    all.addAll(BadFiles.all(outside));
    all.addAll(BadFiles.links(outside, ""));
    // Where the plugin itself may not read.
    Path beyond = node.home().resolve("outside");
    BadGraphs.GOOD.write(beyond);
    all.addAll(BadFiles.links(beyond, "-beyond"));
    all.addAll(BadSettings.all());
    all.addAll(BadExternalData.all(outside));
    all.addAll(BadSizes.all());
    return all.stream().map(bad -> DynamicTest.dynamicTest(bad.id(), () -> check(bad)));
  }

  /** The models that the bad ones are made of: what is refused is what was done to them. */
  @TestFactory
  Stream<DynamicTest> whatTheyAreMadeOfIsAGoodModel() {
    return Stream.of("document", "query")
        .map(
            mode ->
                DynamicTest.dynamicTest(
                    mode,
                    () -> {
                      Path folder = models.resolve("good");
                      BadGraphs.GOOD.write(folder);
                      encode("good", mode, BadModel.ANY_TEXT).orThrow();
                    }));
  }

  private static void check(BadModel bad) throws IOException {
    Path folder = Files.createDirectory(models.resolve(bad.id()));
    try {
      bad.folder().write(folder);
      assertRefused(bad, encode(bad.id(), "document", bad.text()));
      if (bad.text().equals(BadModel.ANY_TEXT)) {
        // Not only a text shows what is wrong.
        assertRefused(bad, node.http().request("GET", "_learned_sparse/models/" + bad.id(), null));
        assertRefused(bad, encode(bad.id(), "query", bad.text()));
      }
      node.http()
          .request(
              "PUT",
              "_ingest/pipeline/bad",
              Map.of(
                  "processors",
                  List.of(Map.of("learned_sparse", Map.of("field", "body", "model", bad.id())))))
          .orThrow();
      assertRefused(
          bad,
          node.http()
              .request("PUT", "docs/_doc/1?pipeline=bad&refresh=true", Map.of("body", bad.text())));
      assertEquals(
          0, node.http().request("GET", "docs/_count", null).body().at("/count").asInt(-1));
      JsonNode encoded = encode("default", "document", "plants make energy").orThrow().body();
      assertTrue(encoded.at("/results/0/weights/energy").asDouble() > 0, encoded::toString);
    } finally {
      delete(folder);
      if (answers() == false) {
        // It has failed the test, and the next one needs it.
        node.kill();
        node.restart();
      }
    }
  }

  private static boolean answers() {
    try {
      return node.http().request("GET", "_cluster/health", null).status() == 200;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  private static Http.Response encode(String model, String mode, String text) {
    return node.http()
        .request(
            "POST",
            "_learned_sparse/encode",
            Map.of("model", model, "mode", mode, "texts", List.of(text)));
  }

  private static void assertRefused(BadModel bad, Http.Response response) {
    assertTrue(response.status() >= 400 && response.status() < 500, response.text());
    String reason = response.body().at("/error/reason").asText();
    assertTrue(reason.contains("model [" + bad.id() + "]"), reason);
    // The id must not stand for what it names.
    String said = reason.replace(bad.id(), "");
    for (String part : bad.message()) {
      assertTrue(said.contains(part), () -> "no [" + part + "] in: " + reason);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
