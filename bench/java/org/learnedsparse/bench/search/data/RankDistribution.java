package org.learnedsparse.bench.search.data;

import java.util.Arrays;

/** Draws ranks 0 to n - 1, rank i with a probability in proportion to (i + shift)^-exponent. */
final class RankDistribution {
  private final double[] cumulated;

  RankDistribution(int ranks, double shift, double exponent) {
    cumulated = new double[ranks];
    double sum = 0;
    for (int rank = 0; rank < ranks; rank++) {
      sum += StrictMath.pow(rank + shift, -exponent);
      cumulated[rank] = sum;
    }
  }

  /** Draws a rank; takes one uniform number. */
  int draw(RandomSource random) {
    double target = random.uniform() * cumulated[cumulated.length - 1];
    int found = Arrays.binarySearch(cumulated, target);
    return found < 0 ? Math.min(-found - 1, cumulated.length - 1) : found;
  }
}
