package org.learnedsparse.bench.encode;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.learnedsparse.bench.Machine;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.RealNode;

/**
 * A real node with the plugin, whose ingest pipeline encodes what concurrent clients send in bulk
 * requests.
 */
final class Pipeline implements AutoCloseable {
  private static final String MODEL = "bench";
  private static final int SAMPLE = 100;

  private final RealNode node;
  private final int clients;
  private final int bulkSize;

  private Pipeline(RealNode node, int clients, int bulkSize) {
    this.node = node;
    this.clients = clients;
    this.bulkSize = bulkSize;
  }

  /** Starts a node with the model in its configuration folder. */
  static Pipeline start(Path model, int clients, int bulkSize, String heap) throws IOException {
    RealNode node =
        RealNode.builder("bench-encode")
            .heap(heap)
            .configDirectory(model, "learned-sparse/models/" + MODEL)
            .start();
    Pipeline pipeline = new Pipeline(node, clients, bulkSize);
    pipeline.request(
        "PUT",
        "_ingest/pipeline/bench",
        Map.of(
            "processors",
            List.of(
                Map.of(
                    "learned_sparse",
                    Map.of("field", "body", "target_field", "weights", "model", MODEL)))));
    return pipeline;
  }

  /** The threads of the node's encode pool. */
  int encodeThreads() {
    JsonNode nodes = request("GET", "_nodes/thread_pool", null).path("nodes").elements().next();
    return nodes.at("/thread_pool/learned_sparse_encode/size").asInt();
  }

  /** What the model's statistics have counted so far. */
  record Counts(long texts, long tokens, long windows, long batches) {
    Counts minus(Counts earlier) {
      return new Counts(
          texts - earlier.texts,
          tokens - earlier.tokens,
          windows - earlier.windows,
          batches - earlier.batches);
    }
  }

  Counts counts() {
    JsonNode model =
        request("GET", "_learned_sparse/stats", null)
            .path("nodes")
            .elements()
            .next()
            .path("models")
            .path(MODEL);
    return new Counts(
        model.path("texts").asLong(),
        model.path("tokens").asLong(),
        model.path("windows").asLong(),
        model.path("batches").asLong());
  }

  /**
   * All texts indexed once.
   *
   * @param speed from the first request to the last answer
   * @param termsPerText mean of a sample
   */
  record Round(Speed speed, Counts counts, double termsPerText) {
    double textsPerBatch() {
      return (double) counts.windows() / counts.batches();
    }
  }

  /** Indexes all texts into a new index, which is checked and deleted again. */
  Round run(List<String> texts) throws InterruptedException {
    request(
        "PUT",
        "bench",
        Map.of(
            "settings",
            Map.of(
                "number_of_shards",
                1,
                "number_of_replicas",
                0,
                "refresh_interval",
                "-1",
                "default_pipeline",
                "bench"),
            "mappings",
            Map.of(
                "properties",
                Map.of(
                    "body",
                    Map.of("type", "text"),
                    "weights",
                    Map.of("type", "learned_sparse", "model", MODEL)))));
    List<String> requests = requests(texts);
    Counts before = counts();
    Speed speed = send(requests, texts.size());
    Counts counts = counts().minus(before);
    request("POST", "bench/_refresh", null);
    long found = request("GET", "bench/_count", null).path("count").asLong();
    if (found != texts.size() || counts.texts != texts.size()) {
      throw new IllegalStateException(
          texts.size() + " texts sent, " + counts.texts + " encoded, " + found + " indexed");
    }
    double terms = termsPerText();
    request("DELETE", "bench", null);
    return new Round(speed, counts, terms);
  }

  private List<String> requests(List<String> texts) {
    List<String> requests = new ArrayList<>();
    for (int from = 0; from < texts.size(); from += bulkSize) {
      StringBuilder lines = new StringBuilder();
      for (String text : texts.subList(from, Math.min(texts.size(), from + bulkSize))) {
        lines.append("{\"index\":{}}\n");
        lines.append(Http.JSON.createObjectNode().put("body", text)).append('\n');
      }
      requests.add(lines.toString());
    }
    return requests;
  }

  private Speed send(List<String> requests, int texts) throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try {
      Speed.Stopwatch stopwatch = new Speed.Stopwatch(this::cpuSeconds);
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        running.add(
            threads.submit(
                () -> {
                  for (int r = next.getAndIncrement();
                      r < requests.size();
                      r = next.getAndIncrement()) {
                    if (request("POST", "bench/_bulk", requests.get(r))
                        .path("errors")
                        .asBoolean(true)) {
                      throw new IllegalStateException("a bulk request has errors");
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> client : running) {
        client.get();
      }
      return stopwatch.stop(texts);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a client failed", e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  /** Processor time of the node and of the clients, which are in this JVM. */
  private double cpuSeconds() {
    Duration server =
        ProcessHandle.of(node.pid())
            .flatMap(process -> process.info().totalCpuDuration())
            .orElseThrow();
    return server.toNanos() / 1e9 + Machine.ownCpuSeconds();
  }

  private double termsPerText() {
    JsonNode hits =
        request("POST", "bench/_search", Map.of("size", SAMPLE, "_source", "weights"))
            .at("/hits/hits");
    long terms = 0;
    for (JsonNode hit : hits) {
      terms += hit.at("/_source/weights").size();
    }
    return (double) terms / hits.size();
  }

  private JsonNode request(String method, String path, Object body) {
    return node.http().request(method, path, body).orThrow().body();
  }

  @Override
  public void close() {
    node.close();
  }
}
