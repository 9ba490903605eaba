package org.learnedsparse.bench.soak;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.learnedsparse.bench.ProcessMemory;
import org.learnedsparse.tools.node.RealNode;

/** Looks at a node's memory every second, on a thread of its own, until it is told to stop. */
final class NodeWatch {
  private static final long INTERVAL_MILLIS = 1000;

  private final RealNode node;
  private final LongSupplier documents;
  private final List<Sample> samples = new ArrayList<>();
  private final Thread thread = new Thread(this::watch, "watch");
  private int unanswered;

  /**
   * Starts to watch.
   *
   * @param documents how many are indexed by now
   */
  NodeWatch(RealNode node, LongSupplier documents) {
    this.node = node;
    this.documents = documents;
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * One look.
   *
   * @param documents indexed so far
   * @param heapBytes of the heap in use, garbage included
   * @param residentBytes the process's memory, heap, model and natives included
   */
  record Sample(long documents, long heapBytes, long residentBytes) {}

  /**
   * Counters of the node since its start.
   *
   * @param breakerTrips of all circuit breakers
   * @param gcMillis of all collectors
   * @param encodeRejections requests that the encode queue refused
   * @param otherRejections of the write pool and of indexing pressure
   * @param texts encoded
   * @param tokens in them
   */
  record Counters(
      long breakerTrips,
      long gcMillis,
      long gcCount,
      long encodeRejections,
      long otherRejections,
      long failures,
      long texts,
      long tokens) {}

  static Counters counters(RealNode node) {
    JsonNode stats =
        only(get(node, "_nodes/stats/jvm,breaker,thread_pool,indexing_pressure").path("nodes"));
    long trips = 0;
    for (JsonNode breaker : stats.path("breakers")) {
      trips += breaker.path("tripped").asLong();
    }
    long gcMillis = 0;
    long gcCount = 0;
    for (JsonNode collector : stats.at("/jvm/gc/collectors")) {
      gcMillis += collector.path("collection_time_in_millis").asLong();
      gcCount += collector.path("collection_count").asLong();
    }
    JsonNode pressure = stats.at("/indexing_pressure/memory/total");
    long rejections =
        stats.at("/thread_pool/write/rejected").asLong()
            + pressure.path("coordinating_rejections").asLong()
            + pressure.path("primary_rejections").asLong();
    JsonNode model = only(get(node, "_learned_sparse/stats").path("nodes")).at("/models/default");
    return new Counters(
        trips,
        gcMillis,
        gcCount,
        model.path("rejections").asLong(),
        rejections,
        model.path("failures").asLong(),
        model.path("texts").asLong(),
        model.path("tokens").asLong());
  }

  /** What was seen so far, in order of time. */
  synchronized List<Sample> samples() {
    return List.copyOf(samples);
  }

  /** Looks that the node did not answer. */
  synchronized int unanswered() {
    return unanswered;
  }

  private void watch() {
    try {
      while (true) {
        look();
        Thread.sleep(INTERVAL_MILLIS);
      }
    } catch (InterruptedException e) {
      // stopped
    }
  }

  private void look() {
    try {
      long heap =
          only(get(node, "_nodes/stats/jvm").path("nodes"))
              .at("/jvm/mem/heap_used_in_bytes")
              .asLong();
      Sample sample = new Sample(documents.getAsLong(), heap, ProcessMemory.resident(node.pid()));
      synchronized (this) {
        samples.add(sample);
      }
    } catch (UncheckedIOException | IllegalStateException e) {
      synchronized (this) {
        unanswered++;
      }
    }
  }

  private static JsonNode get(RealNode node, String path) {
    return node.http().request("GET", path, null).orThrow().body();
  }

  private static JsonNode only(JsonNode nodes) {
    return nodes.elements().next();
  }

  /** Ends watching. */
  void stop() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }
}
