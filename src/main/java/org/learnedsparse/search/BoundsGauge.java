package org.learnedsparse.search;

/**
 * Whether bounds pay in this search: computing them costs a part of what scoring does, and on
 * documents in random order, with a large k, they rule out next to nothing.
 */
final class BoundsGauge {
  /**
   * The share of documents that may be wanted where documents are in random order, and the power of
   * ten by which it grows as they keep together; found by timing both ways on queries of 5 and of
   * 45 terms, 100,000 and 1,000,000 documents, in random order and ordered (clustering .2 to .4),
   * for 10, 100 and 1,000 of them.
   */
  private static final double MOST_WANTED = 1.5e-4;

  private static final double MORE_WANTED = 5;

  /** So many superblocks are bounded before a judgment. */
  private static final int PROBED = 16;

  /** The share of scoring that bounds must save, or else cost more. */
  private static final double WORTH = .3;

  private double bounded;
  private double saved;

  /**
   * Whether bounds differ enough from block to block to rule some out.
   *
   * @param wanted the share of documents that are wanted
   * @param clustering how much the terms' documents keep together
   */
  static boolean mayPay(double wanted, double clustering) {
    return wanted <= MOST_WANTED * Math.pow(10, MORE_WANTED * clustering);
  }

  /**
   * Notes the outcome for some superblocks.
   *
   * @param without how much of their postings needed no scoring, in superblocks
   */
  synchronized void count(int superblocks, double without) {
    bounded += superblocks;
    saved += without;
  }

  synchronized boolean isWorthwhile() {
    return bounded < PROBED || saved >= WORTH * bounded;
  }
}
