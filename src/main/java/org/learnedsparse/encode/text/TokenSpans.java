package org.learnedsparse.encode.text;

import ai.djl.huggingface.tokenizers.jni.CharSpan;

/** A text's tokens with their places in it, in chars; special tokens have none. */
final class TokenSpans {
  private final long[] ids;
  private final int[] starts;
  private final int[] ends;

  /**
   * @param spans in Unicode code points, as the library counts; null or empty for special tokens
   */
  TokenSpans(String text, long[] ids, CharSpan[] spans) {
    this.ids = ids;
    this.starts = new int[ids.length];
    this.ends = new int[ids.length];
    CodePoints points = new CodePoints(text);
    for (int i = 0; i < ids.length; i++) {
      if (spans[i] != null) {
        starts[i] = points.offset(spans[i].getStart());
        ends[i] = points.offset(spans[i].getEnd());
      }
    }
  }

  /** Offsets of code points in chars; cheap as long as they are asked for nearly in order. */
  private static final class CodePoints {
    private final String text;
    private int point;
    private int offset;

    CodePoints(String text) {
      this.text = text;
    }

    int offset(int asked) {
      offset = text.offsetByCodePoints(offset, asked - point);
      point = asked;
      return offset;
    }
  }

  long[] ids() {
    return ids;
  }

  int start(int token) {
    return starts[token];
  }

  int end(int token) {
    return ends[token];
  }

  /** The first token that reaches beyond a place. */
  int firstBehind(int place) {
    int token = 0;
    while (token < ids.length && ends[token] <= place) {
      token++;
    }
    return token;
  }

  /** Behind the last token that begins before a place. */
  int behindLastBefore(int place) {
    int token = ids.length;
    while (token > 0 && (ends[token - 1] == starts[token - 1] || starts[token - 1] >= place)) {
      token--;
    }
    return token;
  }
}
