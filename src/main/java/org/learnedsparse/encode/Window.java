package org.learnedsparse.encode;

import org.learnedsparse.encode.text.TokenWindow;

/**
 * A part of a text on its way through the graph.
 *
 * @param task the text's
 * @param index of the part in the text
 */
record Window(EncodeTask task, int index, TokenWindow tokens) {
  int length() {
    return tokens.tokens().length;
  }
}
