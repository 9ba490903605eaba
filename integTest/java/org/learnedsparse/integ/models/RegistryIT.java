package org.learnedsparse.integ.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.learnedsparse.integ.TestModels;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.RealNode;

/** What happens to the index with the uploaded models: a full disk, a snapshot, a restart. */
class RegistryIT {
  private static final int PART = 400;
  private static final String GRAPH = "onnx/model.onnx";

  /** Longer than the minute after which nodes look whether their copies are outdated. */
  private static final Duration PATIENCE = Duration.ofSeconds(100);

  private static Path models;
  private static RealNode node;

  @BeforeAll
  static void start() throws IOException {
    models = TestModels.write();
    node = RealNode.builder("registry").heap("512m").start();
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.close();
    }
  }

  private static Http http() {
    return node.http();
  }

  private static Http.Response encode(String id) {
    return http()
        .request(
            "POST",
            "_learned_sparse/encode",
            Map.of("model", id, "mode", "document", "texts", List.of("cats")));
  }

  private static double weight(String id) {
    return encode(id).orThrow().body().at("/results/0/weights/cats").asDouble();
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    while (condition.getAsBoolean() == false) {
      assertTrue(Instant.now().isBefore(end), what);
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private static void disk(Object enabled, Object watermark) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("cluster.info.update.interval", enabled == null ? null : "10s");
    String disk = "cluster.routing.allocation.disk.";
    settings.put(disk + "threshold_enabled", enabled);
    for (String stage : List.of("low", "high", "flood_stage")) {
      settings.put(disk + "watermark." + stage, watermark);
    }
    http().request("PUT", "_cluster/settings", Map.of("persistent", settings)).orThrow();
  }

  private static boolean isBlocked() {
    return http()
        .request("GET", "_cluster/state/blocks", null)
        .orThrow()
        .body()
        .at("/blocks/indices")
        .has(".learned-sparse-models");
  }

  private static void assertNoRoom(Http.Response response) {
    assertEquals(429, response.status(), response.text());
    String reason = response.body().at("/error/reason").asText();
    assertTrue(reason.contains("disk usage exceeded flood-stage watermark"), response.text());
    assertTrue(reason.contains(".learned-sparse-models"), response.text());
  }

  @Test
  void anUploadGoesOnWhenTheDiskHasRoomAgain() throws Exception {
    Upload used = new Upload(models.resolve("tiny"), "used", PART);
    used.all(http());
    Upload whole = new Upload(models.resolve("tiny"), "whole", PART);
    whole.begin(http()).orThrow();
    putAll(whole);
    Upload half = new Upload(models.resolve("tiny"), "half", PART);
    half.begin(http()).orThrow();
    half.put(http(), GRAPH, 1).orThrow();
    // As much free room as no disk has.
    disk(true, "1pb");
    await("the index is not blocked", RegistryIT::isBlocked);
    try {
      assertNoRoom(half.put(http(), GRAPH, 2));
      assertNoRoom(half.put(http(), GRAPH, 3));
      assertNoRoom(whole.verify(http()));
      assertNoRoom(new Upload(models.resolve("tiny"), "new", PART).begin(http()));
      assertEquals(2.0, weight("used"), 1e-4, "what is there is still used");
    } finally {
      disk(null, null);
    }
    await("the index stays blocked", () -> isBlocked() == false);
    assertEquals(404, http().request("GET", "_learned_sparse/models/new", null).status());
    JsonNode unfinished =
        http().request("GET", half.path(), null).orThrow().body().at("/models/half");
    assertEquals("[1]", unfinished.at("/files").path(GRAPH).path("uploaded").toString());
    assertEquals(404, encode("whole").status());
    putAll(half);
    for (Upload upload : List.of(half, whole)) {
      upload.verify(http()).orThrow();
    }
    assertEquals(2.0, weight("half"), 1e-4);
    assertEquals(2.0, weight("whole"), 1e-4);
  }

  private static void putAll(Upload upload) throws IOException {
    for (String file : upload.files()) {
      for (int part = 1; part <= upload.parts(file); part++) {
        upload.put(http(), file, part).orThrow();
      }
    }
  }

  @Test
  void aSnapshotBringsModelsBack() throws Exception {
    Upload first = new Upload(models.resolve("tiny"), "saved", PART);
    String digest = first.all(http());
    assertEquals(2.0, weight("saved"), 1e-4);
    Map<String, Object> settings = Map.of("location", node.home().resolve("snapshots").toString());
    http().request("PUT", "_snapshot/backup", Map.of("type", "fs", "settings", settings)).orThrow();
    Map<String, Object> state =
        Map.of("indices", "-*", "feature_states", List.of("learned_sparse"));
    http().request("PUT", "_snapshot/backup/one?wait_for_completion=true", state).orThrow();

    http().request("DELETE", first.path(), null).orThrow();
    assertEquals(404, encode("saved").status());
    restore(state);
    assertEquals(2.0, weight("saved"), 1e-4);
    assertEquals(digest, digest("saved"));

    // Another model of the name: no node is told that the restored one takes its place.
    http().request("DELETE", first.path(), null).orThrow();
    new Upload(models.resolve("words"), "saved", PART).all(http());
    assertEquals(1.0, weight("saved"), 1e-4);
    restore(state);
    assertEquals(digest, digest("saved"));
    await("the node goes on with the other model", () -> Math.abs(weight("saved") - 2) < 1e-4);
  }

  private static void restore(Map<String, Object> state) {
    JsonNode restored =
        http()
            .request("POST", "_snapshot/backup/one/_restore?wait_for_completion=true", state)
            .orThrow()
            .body();
    assertEquals(1, restored.at("/snapshot/shards/successful").asInt(), restored.toString());
  }

  private static String digest(String id) {
    return http()
        .request("GET", "_learned_sparse/models/" + id, null)
        .orThrow()
        .body()
        .at("/models/" + id + "/digest")
        .asText();
  }

  @Test
  void aMappingsModelIsLoadedAfterARestart() throws Exception {
    new Upload(models.resolve("tiny"), "mapped", PART).all(http());
    Map<String, Object> field = Map.of("type", "learned_sparse", "model", "mapped");
    http()
        .request("PUT", "docs", Map.of("mappings", Map.of("properties", Map.of("v", field))))
        .orThrow();
    node.stop();
    node.restart();
    // Listing them loads none.
    await(
        "the model is not preloaded",
        () ->
            http()
                .request("GET", "_learned_sparse/models", null)
                .body()
                .at("/models/mapped/loaded")
                .asBoolean());
  }
}
