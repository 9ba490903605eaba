package org.learnedsparse.encode;

import java.util.Locale;

/** How a graph's output becomes one weight per vocabulary entry. */
public enum Pooling {
  /** Output [batch, sequence, vocabulary]: the maximum over the tokens (SPLADE v2 and later). */
  MAX,
  /** Output [batch, sequence, vocabulary]: the sum over the tokens' activations (SPLADE v1). */
  SUM,
  /**
   * Output [batch, sequence] or [batch, sequence, 1]: one weight per input token, the weights of a
   * repeated token summed (uniCOIL).
   */
  TOKEN,
  /** Output [batch, vocabulary]: the graph has pooled already. */
  NONE;

  static Pooling of(String name) {
    return Names.of(Pooling.class, "pooling", name);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
