package org.learnedsparse.integ.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.learnedsparse.integ.TestModels;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.RealNode;
import org.learnedsparse.tools.node.Repository;

/**
 * One model for three nodes: uploaded through one, it encodes on all; a node that is killed during
 * an upload or a load leaves it whole or absent, and costs no acknowledged document.
 */
class ClusterModelsIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int PART = 4 << 20;
  private static final int PADDING = 60 << 20;

  private static final List<RealNode> NODES = new ArrayList<>();
  private static Path folder;

  @BeforeAll
  static void start() throws IOException {
    Path tiny = TestModels.write().resolve("tiny");
    folder = Repository.root().resolve("target/cluster-model");
    try (Stream<Path> files = Files.walk(tiny)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve(tiny.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    // So that uploads and loads take long enough to be interrupted.
    byte[] padding = new byte[PADDING];
    new Random(1).nextBytes(padding);
    Files.write(folder.resolve("padding.bin"), padding);
    for (int i = 1; i <= 3; i++) {
      RealNode.Builder builder =
          RealNode.builder("models-" + i).heap("512m").setting("cluster.name", "models");
      NODES.add(
          (i == 1
                  ? builder
                      .setting("cluster.initial_master_nodes", "models-1")
                      .setting("discovery.seed_providers", "file")
                  : builder.setting("discovery.seed_hosts", seeds()))
              .start());
    }
    // The first node knew no other when it started, and must find them when it starts again.
    Files.write(
        NODES.get(0).home().resolve("config/unicast_hosts.txt"),
        NODES.stream().map(RealNode::transportAddress).toList());
    retry(http -> http.request("GET", "_cluster/health?wait_for_nodes=3&timeout=30s", null));
  }

  private static String seeds() {
    return String.join(",", NODES.stream().map(RealNode::transportAddress).toList());
  }

  @AfterAll
  static void stop() {
    NODES.forEach(RealNode::close);
  }

  /** Sends a request to one node after the other, until one answers it below 400. */
  private static Http.Response retry(Function<Http, Http.Response> request) {
    Instant end = Instant.now().plus(PATIENCE);
    for (int i = 0; ; i++) {
      String failure;
      try {
        Http.Response response = request.apply(NODES.get(i % NODES.size()).http());
        if (response.status() < 400) {
          return response;
        }
        failure = response.text();
      } catch (UncheckedIOException e) {
        failure = e.toString();
      }
      if (Instant.now().isAfter(end)) {
        throw new IllegalStateException(failure);
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Http.Response put(Upload upload, String file, int part) {
    return retry(
        http -> {
          try {
            return upload.put(http, file, part);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** The node that holds the registry's primary. */
  private static RealNode primary() {
    JsonNode shards =
        retry(http -> http.request("GET", "_cluster/state/routing_table", null))
            .body()
            .at("/routing_table/indices/.learned-sparse-models/shards/0");
    for (JsonNode shard : shards) {
      if (shard.path("primary").asBoolean()) {
        return NODES.stream()
            .filter(node -> shard.path("node").asText().equals(id(node)))
            .findFirst()
            .orElseThrow();
      }
    }
    throw new IllegalStateException("no primary: " + shards);
  }

  private static String id(RealNode node) {
    return node.http()
        .request("GET", "_nodes/_local", null)
        .orThrow()
        .body()
        .path("nodes")
        .fieldNames()
        .next();
  }

  private static void assertEncodes(RealNode node, String id) {
    Http.Response response =
        node.http()
            .request(
                "POST",
                "_learned_sparse/encode",
                Map.of("model", id, "mode", "document", "texts", List.of("cats")));
    assertEquals(
        2.0,
        response.body().at("/results/0/weights/cats").asDouble(),
        1e-4,
        node.home() + ": " + response.text());
  }

  private static void awaitAll(String index) {
    retry(
        http ->
            http.request(
                "GET",
                "_cluster/health/" + index + "?wait_for_nodes=3&wait_for_status=green&timeout=60s",
                null));
  }

  @Test
  void oneModelForAllNodesWhateverIsKilled() throws Exception {
    Upload upload = new Upload(folder, "shared", PART);
    upload.begin(NODES.get(0).http()).orThrow();
    RealNode killed = null;
    for (String file : upload.files()) {
      for (int part = 1; part <= upload.parts(file); part++) {
        if (file.equals("padding.bin") && part == upload.parts(file) / 2) {
          awaitReplica();
          killed = primary();
          killed.kill();
        }
        put(upload, file, part);
      }
    }
    assertTrue(killed != null, "no node was killed");
    RealNode verifier = NODES.get(killed == NODES.get(0) ? 1 : 0);
    String digest = upload.verify(verifier.http()).orThrow().body().path("digest").asText();
    assertEncodes(verifier, "shared");
    killed.restart();
    awaitAll("");
    for (RealNode node : NODES) {
      assertEncodes(node, "shared");
      assertEquals(
          digest,
          node.http()
              .request("GET", upload.path(), null)
              .orThrow()
              .body()
              .at("/models/shared/digest")
              .asText());
    }
    ingestThroughOneQueryAnotherWhileTheThirdIsKilledInALoad();
  }

  private static void awaitReplica() {
    retry(
        http ->
            http.request(
                "GET",
                "_cluster/health/.learned-sparse-models?wait_for_status=green&timeout=60s",
                null));
  }

  private static void ingestThroughOneQueryAnotherWhileTheThirdIsKilledInALoad() throws Exception {
    Http second = NODES.get(1).http();
    second
        .request(
            "PUT",
            "_ingest/pipeline/encode",
            "{\"processors\":[{\"learned_sparse\":"
                + "{\"field\":\"body\",\"target_field\":\"w\",\"model\":\"shared\"}}]}")
        .orThrow();
    second
        .request(
            "PUT",
            "docs",
            "{\"settings\":{\"number_of_shards\":1,\"number_of_replicas\":2,\"default_pipeline\":\"encode\"},"
                + "\"mappings\":{\"properties\":{\"w\":{\"type\":\"learned_sparse\",\"model\":\"shared\"}}}}")
        .orThrow();
    awaitAll("docs");
    RealNode third = NODES.get(2);
    // After a restart it has no copy, and fetches all of it.
    third.stop();
    third.restart();
    awaitAll("docs");
    CompletableFuture<Void> load = CompletableFuture.runAsync(() -> assertEncodes(third, "shared"));
    pause();
    List<String> acknowledged = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      if (i == 10) {
        third.kill();
      }
      String id = "d" + i;
      retry(
          http ->
              http == third.http()
                  ? skip()
                  : http.request("PUT", "docs/_doc/" + id, Map.of("body", "cats")));
      acknowledged.add(id);
    }
    load.exceptionally(killed -> null).get();
    third.restart();
    awaitAll("docs");
    assertEncodes(third, "shared");
    third.http().request("POST", "docs/_refresh", null).orThrow();
    JsonNode hits =
        third
            .http()
            .request(
                "POST",
                "docs/_search",
                "{\"query\":{\"learned_sparse\":{\"field\":\"w\",\"query\":\"cats\"}}}")
            .orThrow()
            .body();
    assertEquals(acknowledged.size(), hits.at("/hits/total/value").asInt(), hits.toString());
  }

  private static Http.Response skip() {
    throw new UncheckedIOException(new IOException("not this node"));
  }
}
