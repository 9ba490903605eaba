package org.learnedsparse.encode;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.learnedsparse.encode.graph.EncodedWindow;

/** One text on its way through the queue. */
final class EncodeTask {
  final Mode mode;
  final String text;
  final CompletableFuture<EncodedText> result = new CompletableFuture<>();
  final long start = System.nanoTime();

  /** Whether the text has left the queue; guarded by the encoder. */
  boolean left;

  private int tokens;
  private EncodedWindow[] windows;
  private int windowsLeft;

  EncodeTask(Mode mode, String text) {
    this.mode = mode;
    this.text = text;
  }

  synchronized void expect(int tokens, int windows) {
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
    return EncodedText.of(List.copyOf(Arrays.asList(windows)), tokens);
  }
}
