package org.learnedsparse.search;

/**
 * Whether bounds pay in this search: computing them costs a part of what scoring does, and on
 * documents in random order, or with a large k, they rule out next to nothing.
 */
final class BoundsGauge {
  /** So many sections are bounded before a judgment. */
  private static final long PROBED = 128;

  /** Bounds cost about a fifth of what scoring does; so much must they save. */
  private static final int WORTH = 5;

  private long bounded;
  private long ruledOut;

  /** Notes the outcome for some sections. */
  synchronized void count(int sections, int out) {
    bounded += sections;
    ruledOut += out;
  }

  synchronized boolean isWorthwhile() {
    return bounded < PROBED || ruledOut * WORTH >= bounded;
  }
}
