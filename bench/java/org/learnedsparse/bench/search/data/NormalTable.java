package org.learnedsparse.bench.search.data;

import java.util.Random;

/**
 * A fixed sample of the standard normal distribution. Looking a value up is much cheaper than
 * computing one, and a document needs about a thousand.
 */
final class NormalTable {
  /** How many random bits choose a value. */
  static final int INDEX_BITS = 16;

  private static final int MASK = (1 << INDEX_BITS) - 1;

  private final float[] values = new float[1 << INDEX_BITS];

  NormalTable(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
  }

  /** The value that the lowest {@link #INDEX_BITS} bits choose. */
  float value(long bits) {
    return values[(int) (bits & MASK)];
  }
}
