package org.learnedsparse.fusion;

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

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
