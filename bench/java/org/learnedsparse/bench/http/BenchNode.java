package org.learnedsparse.bench.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.learnedsparse.tools.node.RealNode;

/** The node that is measured. */
final class BenchNode implements AutoCloseable {
  private final RealNode node;

  private BenchNode(RealNode node) {
    this.node = node;
  }

  /**
   * Starts a node with the plugin.
   *
   * @param kept where its data stays; empty to delete it at the end
   */
  static BenchNode start(String heap, Optional<Path> kept) throws IOException {
    RealNode.Builder builder = RealNode.builder("bench-http").heap(heap);
    if (kept.isPresent()) {
      Path data = Files.createDirectories(kept.get().toAbsolutePath().resolve("data"));
      builder.setting("path.data", data.toString());
    }
    return new BenchNode(builder.start());
  }

  URI url() {
    return node.url();
  }

  /** The body of an answer with a status below 300. */
  JsonNode request(String method, String path, Object body) {
    return node.http().request(method, path, body).orThrow().body();
  }

  /** Whether there is such an index. */
  boolean has(TestedIndex index) {
    return node.http().request("HEAD", index.name(), null).status() == 200;
  }

  /** The processor time that the node has used, in seconds. */
  double cpuSeconds() {
    Duration used =
        ProcessHandle.of(node.pid())
            .flatMap(process -> process.info().totalCpuDuration())
            .orElseThrow();
    return used.toNanos() / 1e9;
  }

  @Override
  public void close() {
    node.close();
  }
}
