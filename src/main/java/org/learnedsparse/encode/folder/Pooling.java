package org.learnedsparse.encode.folder;

import java.util.Locale;

/** How a graph's output, [batch, sequence, width] as a rule, becomes one vector a text. */
public enum Pooling {
  /** The maximum over the tokens (SPLADE v2 and later). */
  MAX,
  /** The sum over the tokens' activations (SPLADE v1). */
  SUM,
  /** The mean over the tokens. */
  MEAN,
  /** The first token's row, which is [CLS]'s. */
  CLS,
  /** The last token's row. */
  LAST,
  /** Output [batch, sequence] or [batch, sequence, 1]: one weight per input token (uniCOIL). */
  TOKEN,
  /** Output [batch, width]: the graph has pooled already. */
  NONE;

  static Pooling of(String name) {
    return Names.of(Pooling.class, "pooling", name);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
