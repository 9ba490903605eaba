package org.learnedsparse.bench.encode;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.learnedsparse.bench.Machine;
import org.learnedsparse.tools.node.RealNode;

/** A real node with the plugin and one model. */
final class EncodingNode implements AutoCloseable {
  /** The model's name on the node. */
  static final String MODEL = "bench";

  private final RealNode node;

  private EncodingNode(RealNode node) {
    this.node = node;
  }

  /** Starts a node with the model in its configuration folder. */
  static EncodingNode start(Path model, String heap) throws IOException {
    return new EncodingNode(
        RealNode.builder("bench-encode")
            .heap(heap)
            .configDirectory(model, "learned-sparse/models/" + MODEL)
            .start());
  }

  /** The threads of the node's encode pool. */
  int encodeThreads() {
    JsonNode nodes = request("GET", "_nodes/thread_pool", null).path("nodes").elements().next();
    return nodes.at("/thread_pool/learned_sparse_encode/size").asInt();
  }

  /** What the model's statistics have counted so far. */
  record Counts(long texts, long tokens, long windows, long batches, long graphMicros) {
    Counts minus(Counts earlier) {
      return new Counts(
          texts - earlier.texts,
          tokens - earlier.tokens,
          windows - earlier.windows,
          batches - earlier.batches,
          graphMicros - earlier.graphMicros);
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
        model.path("batches").asLong(),
        model.path("graph_time_in_micros").asLong());
  }

  /** Processor time of the node and of the clients, which are in this JVM. */
  double cpuSeconds() {
    Duration server =
        ProcessHandle.of(node.pid())
            .flatMap(process -> process.info().totalCpuDuration())
            .orElseThrow();
    return server.toNanos() / 1e9 + Machine.ownCpuSeconds();
  }

  /** Where the node answers HTTP. */
  URI url() {
    return node.url();
  }

  /**
   * The answer to a request.
   *
   * @throws IllegalStateException if its status is 300 or above
   */
  JsonNode request(String method, String path, Object body) {
    return node.http().request(method, path, body).orThrow().body();
  }

  @Override
  public void close() {
    node.close();
  }
}
