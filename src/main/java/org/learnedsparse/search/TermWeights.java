package org.learnedsparse.search;

import org.learnedsparse.vector.Quantiser;
import org.learnedsparse.vector.SparseVector;

/**
 * What one unit of impact is worth for each term of a query, query weight × step × boost, as whole
 * numbers of one small unit, a power of two.
 *
 * <p>A score is a sum of whole numbers and so the same whatever order, and whatever algorithm, its
 * parts are added in. No sum exceeds 31 bits: the unit is chosen so that the weights' own sum has
 * 23 bits and a term's weight is rounded by at most 2<sup>-23</sup> of that sum, the precision of a
 * float; by twice that in a query of more than 16,384 terms. A weight of less than half a unit
 * becomes one unit.
 */
final class TermWeights {
  private static final int SUM_BITS = 22;

  /** So many more terms than this cost a bit, because each may be rounded up by half a unit. */
  private static final int MANY_TERMS = 1 << 14;

  private final int[] values;
  private final double unit;

  private TermWeights(int[] values, double unit) {
    this.values = values;
    this.unit = unit;
  }

  /**
   * Weighs the terms of a query.
   *
   * @param factor step × boost, 0 or above
   */
  static TermWeights of(SparseVector query, double factor) {
    double sum = 0;
    for (int i = 0; i < query.size(); i++) {
      sum += query.weight(i);
    }
    int bits = query.size() > MANY_TERMS ? SUM_BITS - 1 : SUM_BITS;
    double scale = factor > 0 ? factor : 1;
    double unit = Math.scalb(1.0, Math.getExponent(sum * scale) - bits);
    int[] values = new int[query.size()];
    for (int i = 0; i < values.length; i++) {
      // No term vanishes: a document that has it matches, if only with the least score.
      values[i] = (int) Math.max(1, Math.rint(query.weight(i) * scale / unit));
    }
    return new TermWeights(values, factor > 0 ? unit : 0);
  }

  /** The weight of a term of the query, 1 or above. */
  int get(int term) {
    return values[term];
  }

  /** The score of a sum of weight × impact. */
  float score(int sum) {
    return (float) (sum * unit);
  }

  /** The score of a document that has every term with the largest impact. */
  float highestScore() {
    int sum = 0;
    for (int weight : values) {
      sum += weight;
    }
    return score(sum * Quantiser.MAX_IMPACT);
  }

  /**
   * The least sum that may have at least this score: all sums below it have a lower one.
   *
   * @return 1 or above
   */
  int leastSum(float score) {
    if (score <= 0 || unit == 0) {
      return 1;
    }
    // A sum whose score is rounded up to this one lies above the middle between it and the next
    // lower float.
    double middle = ((double) score + Math.nextDown(score)) / 2;
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.ceil(middle / unit)));
  }
}
