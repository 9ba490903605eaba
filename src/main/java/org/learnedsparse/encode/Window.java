package org.learnedsparse.encode;

import java.util.ArrayList;
import java.util.List;

/** A run of a text's tokens that goes through the graph at once, special tokens included. */
final class Window {
  private final EncodeTask task;
  private final long[] tokens;

  Window(EncodeTask task, long[] tokens) {
    this.task = task;
    this.tokens = tokens;
  }

  EncodeTask task() {
    return task;
  }

  long[] tokens() {
    return tokens;
  }

  /**
   * Cuts a text into windows of at most {@code maxLength} tokens, special tokens included, each
   * sharing {@code overlap} tokens with the one before.
   */
  static List<Window> of(
      EncodeTask task, long[] tokens, TextTokenizer tokenizer, int maxLength, int overlap) {
    int room = maxLength - tokenizer.specialTokens();
    List<Window> windows = new ArrayList<>();
    for (int from = 0; from < tokens.length; from += room - overlap) {
      int to = Math.min(tokens.length, from + room);
      windows.add(new Window(task, tokenizer.withSpecialTokens(tokens, from, to)));
      if (to == tokens.length) {
        break;
      }
    }
    return windows;
  }
}
