package org.learnedsparse.integ;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.node.RealNode;

/** A node has the models that mappings name before anybody asks for them. */
class PreloadIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void theModelsOfMappingsAreLoadedWithTheMappingAndAfterARestart() throws Exception {
    try (RealNode node = TestModels.install(RealNode.builder("preload")).start()) {
      assertEquals(Set.of(), loaded(node), "no mapping names a model");
      create(node, "plain", "{\"v\": {\"type\": \"keyword\"}}");
      create(
          node,
          "deep",
          """
          {"o": {"properties": {"n": {"type": "nested", "properties": {
             "a": {"type": "alias", "path": "o.n.v"},
             "v": {"type": "learned_sparse", "model": "tiny"}}}}}}
          """);
      awaitLoaded(node, Set.of("tiny"));
      create(node, "missing", "{\"v\": {\"type\": \"learned_sparse\", \"model\": \"absent\"}}");
      create(node, "bad", "{\"v\": {\"type\": \"learned_sparse\", \"model\": \"broken\"}}");
      node.http()
          .request(
              "PUT",
              "plain/_mapping",
              "{\"properties\": {\"w\": {\"type\": \"learned_sparse\", \"model\": \"graphs\"}}}")
          .orThrow();
      awaitLoaded(node, Set.of("tiny", "graphs"));
      awaitWarnings(node, 1);

      node.stop();
      node.restart();
      awaitLoaded(node, Set.of("tiny", "graphs"));
      create(
          node,
          "again",
          "{\"v\": {\"type\": \"learned_sparse\", \"model\": \"broken\"},"
              + " \"w\": {\"type\": \"learned_sparse\", \"model\": \"words\"}}");
      awaitLoaded(node, Set.of("tiny", "graphs", "words"));
      awaitWarnings(node, 2); // one a start
      assertEquals(0, logged(node, "[absent]"));

      create(node, "usual", "{\"v\": {\"type\": \"learned_sparse\"}}");
      awaitLoaded(node, Set.of("default", "tiny", "graphs", "words"));
      awaitWarnings(node, 2);
    }
  }

  @Test
  void aNodeThatIsToldNotToWaitsForTheFirstUse() throws Exception {
    try (RealNode node =
        TestModels.install(
                RealNode.builder("preload-off").setting("learned_sparse.preload", "false"))
            .start()) {
      create(node, "docs", "{\"v\": {\"type\": \"learned_sparse\", \"model\": \"tiny\"}}");
      node.stop();
      node.restart();
      node.http().request("GET", "_cluster/health/docs?wait_for_status=yellow", null).orThrow();
      // Longer than the other node takes by far.
      TimeUnit.SECONDS.sleep(5);
      assertEquals(Set.of(), loaded(node));
      node.http()
          .request(
              "POST",
              "docs/_search",
              "{\"query\": {\"learned_sparse\": {\"field\": \"v\", \"query\": \"plants\"}}}")
          .orThrow();
      assertEquals(Set.of("tiny"), loaded(node));
    }
  }

  private static void create(RealNode node, String index, String properties) {
    node.http()
        .request(
            "PUT",
            index,
            "{\"settings\": {\"number_of_replicas\": 0}, \"mappings\": {\"properties\": "
                + properties
                + "}}")
        .orThrow();
  }

  private static Set<String> loaded(RealNode node) {
    JsonNode models =
        node.http().request("GET", "_learned_sparse/models", null).orThrow().body().get("models");
    assertTrue(models.size() > 1, models.toString());
    Set<String> loaded = new TreeSet<>();
    models
        .properties()
        .forEach(
            model -> {
              if (model.getValue().get("loaded").asBoolean()) {
                loaded.add(model.getKey());
              }
            });
    return loaded;
  }

  private static void awaitLoaded(RealNode node, Set<String> expected) throws Exception {
    long start = System.nanoTime();
    await(expected, () -> loaded(node));
    System.out.printf(
        "%s are loaded, after %d ms%n",
        expected, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
  }

  private static void awaitWarnings(RealNode node, long expected) throws Exception {
    await(expected, () -> logged(node, "model [broken], which a mapping names, does not load"));
  }

  private static <T> void await(T expected, Callable<T> actual) throws Exception {
    Instant end = Instant.now().plus(PATIENCE);
    T now = actual.call();
    while (now.equals(expected) == false) {
      assertTrue(Instant.now().isBefore(end), "expected " + expected + ", it is " + now);
      TimeUnit.MILLISECONDS.sleep(50);
      now = actual.call();
    }
  }

  private static long logged(RealNode node, String text) throws IOException {
    return Files.readString(node.logFile()).lines().filter(line -> line.contains(text)).count();
  }
}
