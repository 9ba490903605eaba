package org.learnedsparse.bench.search.measure;

import java.util.Arrays;

/** How long queries took. */
public final class Latencies {
  private static final double NANOS_PER_MILLISECOND = 1e6;

  private final double[] sorted;

  /**
   * @param nanos of each query, at least one
   */
  public Latencies(long[] nanos) {
    sorted = Arrays.stream(nanos).sorted().mapToDouble(n -> n / NANOS_PER_MILLISECOND).toArray();
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
