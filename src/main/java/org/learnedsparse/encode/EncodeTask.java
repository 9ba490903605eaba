package org.learnedsparse.encode;

import java.util.concurrent.CompletableFuture;

/** One text on its way through the queue. */
final class EncodeTask {
  final Mode mode;
  final String text;
  final CompletableFuture<EncodedText> result = new CompletableFuture<>();
  final long start = System.nanoTime();

  /** Whether the text has left the queue; guarded by the encoder. */
  boolean left;

  private int tokens;
  private int windows;
  private int windowsLeft;
  private IdWeights merged = IdWeights.EMPTY;

  EncodeTask(Mode mode, String text) {
    this.mode = mode;
    this.text = text;
  }

  synchronized void expect(int tokens, int windows) {
    this.tokens = tokens;
    this.windows = windows;
    this.windowsLeft = windows;
  }

  /** Takes a window's weights in; true when it was the last one. */
  synchronized boolean merge(IdWeights weights) {
    merged = windows == 1 ? weights : IdWeights.max(merged, weights);
    return --windowsLeft == 0;
  }

  synchronized EncodedText encoded(Vocabulary vocabulary) {
    return new EncodedText(merged.toVector(vocabulary), tokens, windows);
  }
}
