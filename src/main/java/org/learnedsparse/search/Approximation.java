package org.learnedsparse.search;

/**
 * What a search for the best documents may leave out.
 *
 * @param thresholdFactor 0 to 1, above 0: blocks are left out unless their bound times this reaches
 *     the k-th score. A bound is rarely reached, so that a factor slightly below 1 loses little.
 *     (Mallia, Suel, Tonellotto, "Faster Learned Sparse Retrieval with Block-Max Pruning", SIGIR
 *     2024, call it α.)
 * @param queryMass 0 to 1, above 0: only the heaviest terms that have this share of the sum of the
 *     query's weights count in bounds; what is not ruled out is scored by all terms
 * @param maxBlocks how many blocks of 64 documents are looked at, at most, in a shard: the segments
 *     get shares of it by their sizes; 0 for no limit. Segments without block bounds are searched
 *     whole
 */
public record Approximation(double thresholdFactor, double queryMass, int maxBlocks) {
  /** Leaves out nothing that could be among the best. */
  public static final Approximation NONE = new Approximation(1, 1, 0);

  public Approximation {
    if (isShare(thresholdFactor) == false || isShare(queryMass) == false || maxBlocks < 0) {
      throw new IllegalArgumentException(
          "a factor and a mass above 0 and up to 1, and a limit of 0 or above, not ["
              + thresholdFactor
              + "], ["
              + queryMass
              + "], ["
              + maxBlocks
              + "]");
    }
  }

  private static boolean isShare(double value) {
    return value > 0 && value <= 1;
  }

  @Override
  public String toString() {
    return "threshold_factor "
        + thresholdFactor
        + ", query_mass "
        + queryMass
        + (maxBlocks == 0 ? "" : ", max_blocks " + maxBlocks);
  }
}
