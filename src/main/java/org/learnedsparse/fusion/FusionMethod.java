package org.learnedsparse.fusion;

import java.util.Arrays;
import java.util.Locale;

/** What the lists are fused by. */
enum FusionMethod {
  /**
   * Reciprocal ranks: a child adds weight / (rank constant + rank). Cormack, Clarke, Büttcher,
   * "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods", 2009.
   */
  RRF,
  /** Scores: a child adds weight × normalised score. */
  LINEAR;

  /**
   * The method of this name, in lower case.
   *
   * @throws IllegalArgumentException for other names; the message lists those there are
   */
  static FusionMethod of(String name) {
    for (FusionMethod method : values()) {
      if (method.toString().equals(name)) {
        return method;
      }
    }
    throw new IllegalArgumentException("one of " + Arrays.toString(values()));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
