package org.learnedsparse.search;

import org.learnedsparse.vector.SparseVector;

/**
 * What one unit of impact is worth for each term of a query: query weight × step × boost.
 *
 * <p>The values are rounded to 23-bit fixed point, relative to the largest: each is an integer
 * multiple of one power of two. So is then every product with an impact, rounded to a float, and
 * sums of these are exact in double precision. That makes a score the same whatever order, and
 * whatever algorithm, its parts are added in. The rounding is 2<sup>-23</sup> of the largest value,
 * the precision of a float.
 */
final class TermWeights {
  private static final int FRACTION_BITS = 22;

  private TermWeights() {}

  /**
   * What one unit of impact scores, for each term.
   *
   * @param factor step × boost, 0 or above
   * @return one value a term of the query, in its order
   */
  static float[] of(SparseVector query, double factor) {
    float[] values = new float[query.size()];
    float largest = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (query.weight(i) * factor);
      largest = Math.max(largest, values[i]);
    }
    double unit = Math.scalb(1.0, Math.getExponent(largest) - FRACTION_BITS);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (Math.rint(values[i] / unit) * unit);
    }
    return values;
  }

  /** A term's part of the score. */
  static float part(float termWeight, int impact) {
    return termWeight * impact;
  }
}
