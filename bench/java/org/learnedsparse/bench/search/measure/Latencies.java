package org.learnedsparse.bench.search.measure;

import java.util.Arrays;

/** How long queries took. */
public final class Latencies {
  private final double[] sorted;

  /**
   * @param milliseconds of each query, at least one
   */
  Latencies(double[] milliseconds) {
    sorted = milliseconds.clone();
    Arrays.sort(sorted);
  }

  /** The mean, in milliseconds. */
  public double mean() {
    return Arrays.stream(sorted).average().orElseThrow();
  }

  /**
   * What so many percent of the queries did not exceed, in milliseconds.
   *
   * @param percent above 0, up to 100
   */
  public double percentile(int percent) {
    int rank = (int) Math.ceil(percent / 100.0 * sorted.length);
    return sorted[rank - 1];
  }
}
