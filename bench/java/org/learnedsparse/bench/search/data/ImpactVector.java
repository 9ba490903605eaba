package org.learnedsparse.bench.search.data;

/** A document as an index stores it: distinct terms in ascending order, each with its impact. */
public final class ImpactVector {
  private final int[] terms;
  private final int[] impacts;

  /**
   * @param terms ascending, 0 up to the vocabulary's size
   * @param impacts as many, 1 to 255
   */
  ImpactVector(int[] terms, int[] impacts) {
    this.terms = terms;
    this.impacts = impacts;
  }

  /** The number of terms. */
  public int size() {
    return terms.length;
  }

  /** The {@code i}-th term. */
  public int term(int i) {
    return terms[i];
  }

  /** The impact of the {@code i}-th term, 1 to 255. */
  public int impact(int i) {
    return impacts[i];
  }
}
