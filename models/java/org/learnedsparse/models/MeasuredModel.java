package org.learnedsparse.models;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.learnedsparse.encode.EncodeLimits;
import org.learnedsparse.encode.EncodedText;
import org.learnedsparse.encode.Encoder;
import org.learnedsparse.encode.Mode;
import org.learnedsparse.encode.folder.Route;
import org.learnedsparse.encode.graph.OutputBuffers;
import org.learnedsparse.search.IndexIdf;

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

  /**
   * Each text as a search or the ingest pipeline needs it, in the order given; as many texts at
   * once as the queue holds. Queries come without what their weights do not need.
   */
  List<EncodedText> encode(Mode mode, List<String> texts) {
    return encode(texts, batch -> encoder.encode(mode, batch));
  }

  /** Queries likewise, with their dense vectors; null where the model has none. */
  List<float[]> dense(List<String> queries) {
    return encode(queries, batch -> encoder.encodeAll(Mode.QUERY, batch)).stream()
        .map(EncodedText::dense)
        .toList();
  }

  private static List<EncodedText> encode(
      List<String> texts, Function<List<String>, CompletableFuture<List<EncodedText>>> encode) {
    List<EncodedText> encoded = new ArrayList<>(texts.size());
    for (int from = 0; from < texts.size(); from += LIMITS.queueSize()) {
      int to = Math.min(texts.size(), from + LIMITS.queueSize());
      encoded.addAll(encode.apply(texts.subList(from, to)).join());
    }
    return encoded;
  }

  /** Whether documents and queries both have dense vectors. */
  boolean isDense() {
    return encoder.isDense(Mode.DOCUMENT) && encoder.isDense(Mode.QUERY);
  }

  /** How the model's query weights are adapted to an index. */
  IndexIdf indexIdf() {
    Route.Table table = encoder.table(Mode.QUERY);
    return table == null ? IndexIdf.NONE : new IndexIdf(table.indexIdf(), (searcher, term) -> 0);
  }

  @Override
  public void close() {
    encoder.close();
    thread.shutdown();
  }
}
