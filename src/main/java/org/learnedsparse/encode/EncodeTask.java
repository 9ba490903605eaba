package org.learnedsparse.encode;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.learnedsparse.encode.graph.EncodedWindow;
import org.learnedsparse.vector.SparseVector;

/** One text, or the vectors of one query and its documents, on the way through the queue. */
final class EncodeTask {
  /** What goes in. */
  sealed interface Input {}

  /**
   * A text.
   *
   * @param all whether a dense vector is wanted even where the weights need no inference
   */
  record Text(String text, boolean all) implements Input {}

  /**
   * Vectors that become a new one.
   *
   * @param documents the best first
   */
  @SuppressWarnings("ArrayRecordComponent") // A list of numbers, never compared.
  record Vectors(float[] query, List<float[]> documents) implements Input {}

  final Mode mode;
  final Input input;

  final CompletableFuture<EncodedText> result = new CompletableFuture<>();
  final long start = System.nanoTime();

  /** Whether the text has left the queue; guarded by the encoder. */
  boolean left;

  private SparseVector tableWeights;
  private int tokens;
  private EncodedWindow[] windows;
  private int windowsLeft;

  EncodeTask(Mode mode, Input input) {
    this.mode = mode;
    this.input = input;
  }

  /**
   * Begins to gather windows.
   *
   * @param tableWeights the text's weights, where windows do not give them; else null
   */
  synchronized void expect(int tokens, int windows, SparseVector tableWeights) {
    this.tableWeights = tableWeights;
    this.tokens = tokens;
    this.windows = new EncodedWindow[windows];
    this.windowsLeft = windows;
  }

  /** Takes what a window gave; true when it was the last one. */
  synchronized boolean add(int index, EncodedWindow window) {
    windows[index] = window;
    return --windowsLeft == 0;
  }

  synchronized EncodedText encoded() {
    EncodedText encoded = EncodedText.of(List.copyOf(Arrays.asList(windows)), tokens);
    return tableWeights == null ? encoded : encoded.withWeights(tableWeights);
  }
}
