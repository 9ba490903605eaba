package org.learnedsparse.bench.encode;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.learnedsparse.tools.node.Http;

/**
 * A node's ingest pipeline, which encodes what concurrent clients send in bulk requests.
 *
 * <p>Its documents go into an index that lives for one round.
 */
final class Pipeline {
  private static final int SAMPLE = 100;

  private final EncodingNode node;
  private final int clients;
  private final int bulkSize;

  /**
   * Puts the pipeline into place.
   *
   * @param bulkSize documents in a request
   */
  Pipeline(EncodingNode node, int clients, int bulkSize) {
    this.node = node;
    this.clients = clients;
    this.bulkSize = bulkSize;
    node.request(
        "PUT",
        "_ingest/pipeline/bench",
        Map.of(
            "processors",
            List.of(
                Map.of(
                    "learned_sparse",
                    Map.of(
                        "field",
                        "body",
                        "target_field",
                        "weights",
                        "model",
                        EncodingNode.MODEL)))));
  }

  /**
   * All texts indexed once.
   *
   * @param speed from the first request to the last answer
   * @param termsPerText mean of a sample
   */
  record Round(Speed speed, EncodingNode.Counts counts, double termsPerText) {
    double textsPerBatch() {
      return (double) counts.windows() / counts.batches();
    }
  }

  /** Indexes all texts into a new index, which is checked and deleted again. */
  Round run(List<String> texts) throws InterruptedException {
    node.request(
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
                    Map.of("type", "learned_sparse", "model", EncodingNode.MODEL)))));
    List<String> requests = requests(texts);
    EncodingNode.Counts before = node.counts();
    Speed speed = send(requests, texts.size());
    EncodingNode.Counts counts = node.counts().minus(before);
    node.request("POST", "bench/_refresh", null);
    long found = node.request("GET", "bench/_count", null).path("count").asLong();
    if (found != texts.size() || counts.texts() != texts.size()) {
      throw new IllegalStateException(
          texts.size() + " texts sent, " + counts.texts() + " encoded, " + found + " indexed");
    }
    double terms = termsPerText();
    node.request("DELETE", "bench", null);
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
      Speed.Stopwatch stopwatch = new Speed.Stopwatch(node::cpuSeconds);
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        running.add(
            threads.submit(
                () -> {
                  for (int r = next.getAndIncrement();
                      r < requests.size();
                      r = next.getAndIncrement()) {
                    if (node.request("POST", "bench/_bulk", requests.get(r))
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

  private double termsPerText() {
    JsonNode hits =
        node.request("POST", "bench/_search", Map.of("size", SAMPLE, "_source", "weights"))
            .at("/hits/hits");
    long terms = 0;
    for (JsonNode hit : hits) {
      terms += hit.at("/_source/weights").size();
    }
    return (double) terms / hits.size();
  }
}
