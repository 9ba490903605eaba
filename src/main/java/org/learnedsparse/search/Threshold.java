package org.learnedsparse.search;

/**
 * A score that at least k documents reach: what is below it is not among the k best. It rises as
 * documents are counted, and lies within a thousandth below the k-th score of those counted.
 *
 * <p>For several threads.
 */
final class Threshold {
  /** Scores that have these upper bits of a float in common are counted together. */
  private static final int SHIFT = 13;

  /** Powers of two that are told apart, down from the highest score. */
  private static final int OCTAVES = 8;

  private static final int BUCKETS = OCTAVES << (23 - SHIFT);

  private final int k;

  /** The float bits that the first bucket begins at; it takes the scores below it in, too. */
  private final int lowest;

  private final int[] counts = new int[BUCKETS];

  /** At least k documents are in this bucket or above it, unless it is the first. */
  private int bucket;

  /** How many documents are above that bucket. */
  private long above;

  private volatile float threshold;

  /**
   * @param k 1 or more
   * @param highest no score is higher
   */
  Threshold(int k, float highest) {
    this.k = k;
    int last = Float.floatToRawIntBits(highest) >>> SHIFT;
    this.lowest = Math.max(0, last - BUCKETS + 1) << SHIFT;
  }

  /** The threshold now, 0 or above. */
  float get() {
    return threshold;
  }

  /** Counts documents of {@link TopScores}. */
  synchronized void count(long[] documents, int from, int to) {
    for (int i = from; i < to; i++) {
      int its = Math.max(0, (int) (documents[i] >>> 32) - lowest) >>> SHIFT;
      if (its > bucket) {
        counts[its]++;
        above++;
      }
    }
    if (above >= k) {
      while (above >= k) {
        bucket++;
        above -= counts[bucket];
      }
      threshold = Float.intBitsToFloat(lowest + (bucket << SHIFT));
    }
  }
}
