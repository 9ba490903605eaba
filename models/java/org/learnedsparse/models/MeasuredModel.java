package org.learnedsparse.models;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.learnedsparse.encode.EncodeLimits;
import org.learnedsparse.encode.EncodedText;
import org.learnedsparse.encode.Encoder;
import org.learnedsparse.encode.Mode;
import org.learnedsparse.encode.folder.Route;
import org.learnedsparse.encode.graph.OutputBuffers;
import org.learnedsparse.search.IndexIdf;
import org.learnedsparse.vector.SparseVector;

/** A model folder behind the plugin's encoder, in one thread. */
final class MeasuredModel implements AutoCloseable {
  private static final EncodeLimits LIMITS = new EncodeLimits(1, 16, 512);
  private static final long OUTPUT_BYTES = 64 << 20;

  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final Encoder encoder;

  /**
   * @param folder of the model
   */
  MeasuredModel(Path folder) throws IOException {
    OutputBuffers buffers = new OutputBuffers(OUTPUT_BYTES, LIMITS.threads());
    encoder = Encoder.load(folder, LIMITS, buffers, thread);
  }

  /** Each text's term weights, in the order given; as many texts at once as the queue holds. */
  List<SparseVector> encode(Mode mode, List<String> texts) {
    List<SparseVector> vectors = new ArrayList<>(texts.size());
    for (int from = 0; from < texts.size(); from += LIMITS.queueSize()) {
      int to = Math.min(texts.size(), from + LIMITS.queueSize());
      encoder.encode(mode, texts.subList(from, to)).join().stream()
          .map(EncodedText::vector)
          .forEach(vectors::add);
    }
    return vectors;
  }

  /** How the model's query weights are adapted to an index. */
  IndexIdf indexIdf() {
    return encoder.settings().query() instanceof Route.Table table
        ? new IndexIdf(table.indexIdf(), (searcher, term) -> 0)
        : IndexIdf.NONE;
  }

  @Override
  public void close() {
    encoder.close();
    thread.shutdown();
  }
}
