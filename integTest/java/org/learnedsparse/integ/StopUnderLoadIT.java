package org.learnedsparse.integ;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.RealNode;

/** A node that is told to end while its models run: it ends in order, and loses nothing. */
class StopUnderLoadIT {
  private static final int STOPS = 2;
  private static final int CLIENTS = 4;
  private static final int DOCUMENTS = 200;

  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

  @Test
  void noRunMeetsTheEnd() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try (RealNode node =
        TestModels.install(RealNode.builder("stop-under-load").heap("512m")).start()) {
      create(node.http());
      for (int stop = 0; stop < STOPS; stop++) {
        List<Future<?>> clients = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
          String prefix = stop + "-" + client + "-";
          Http http = node.http();
          clients.add(threads.submit(() -> index(http, prefix)));
        }
        int before = acknowledged.size();
        while (acknowledged.size() < before + 2 * DOCUMENTS) {
          TimeUnit.MILLISECONDS.sleep(20);
        }
        node.stop();
        for (Future<?> client : clients) {
          client.get(1, TimeUnit.MINUTES);
        }
        assertEnded(node);
        node.restart();
      }
      node.http().request("POST", "docs/_refresh", null).orThrow();
      Http.Response count = node.http().request("GET", "docs/_count", null).orThrow();
      assertTrue(
          count.body().path("count").asInt() >= acknowledged.size(),
          count.text() + ", and " + acknowledged.size() + " were acknowledged");
    } finally {
      threads.shutdownNow();
    }
  }

  private static void create(Http http) {
    Map<String, String> processor = Map.of("field", "body", "target_field", "w", "model", "graphs");
    http.request(
            "PUT",
            "_ingest/pipeline/encode",
            Map.of("processors", List.of(Map.of("learned_sparse", processor))))
        .orThrow();
    Map<String, Object> field = Map.of("type", "learned_sparse", "model", "graphs");
    http.request(
            "PUT",
            "docs",
            Map.of(
                "settings", Map.of("number_of_replicas", 0, "default_pipeline", "encode"),
                "mappings", Map.of("properties", Map.of("w", field))))
        .orThrow();
  }

  /** Until the node is gone. */
  private Void index(Http http, String prefix) {
    for (int batch = 0; ; batch++) {
      StringBuilder bulk = new StringBuilder();
      for (int i = 0; i < DOCUMENTS; i++) {
        bulk.append("{\"index\":{\"_id\":\"").append(prefix).append(batch).append('-').append(i);
        // Several windows of 16 tokens.
        bulk.append("\"}}\n{\"body\":\"").append("cats run plants leaves ".repeat(20));
        bulk.append("\"}\n");
      }
      Http.Response response;
      try {
        response = http.request("POST", "docs/_bulk", bulk.toString());
      } catch (UncheckedIOException e) {
        return null;
      }
      if (response.status() >= 300) {
        assertEndsInOrder(response.status(), response.text());
        continue;
      }
      for (JsonNode item : response.body().path("items")) {
        JsonNode index = item.path("index");
        if (index.path("status").asInt() < 300) {
          acknowledged.add(index.path("_id").asText());
        } else {
          assertEndsInOrder(index.path("status").asInt(), index.toString());
        }
      }
    }
  }

  /** What a client sends again, and does not take for a fault of its document. */
  private static void assertEndsInOrder(int status, String text) {
    assertTrue(Set.of(429, 503).contains(status), text);
  }

  private static void assertEnded(RealNode node) throws IOException {
    String log = Files.readString(node.logFile());
    for (String fault :
        List.of("SIGSEGV", "SIGABRT", "DefaultLogger", "still runs", "NotEntitled")) {
      assertEquals(List.of(), log.lines().filter(line -> line.contains(fault)).toList(), fault);
    }
    for (String folder : List.of("", "logs", "tmp")) {
      try (Stream<Path> files = Files.list(node.home().resolve(folder))) {
        assertEquals(
            List.of(),
            files.filter(file -> file.getFileName().toString().startsWith("hs_err")).toList());
      }
    }
  }
}
