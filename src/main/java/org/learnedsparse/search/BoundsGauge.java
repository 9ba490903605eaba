package org.learnedsparse.search;

/**
 * Whether bounds pay in this search: computing them costs a part of what scoring does, and on
 * documents in random order, or with a large k, they rule out next to nothing.
 */
final class BoundsGauge {
  /** So many superblocks are bounded before a judgment. */
  private static final long PROBED = 16;

  /** Bounding a superblock costs at most a fifth of scoring it; so must it save. */
  private static final int WORTH = 5;

  private long bounded;
  private long ruledOut;

  /** Notes the outcome for some superblocks. */
  synchronized void count(int superblocks, int out) {
    bounded += superblocks;
    ruledOut += out;
  }

  synchronized boolean isWorthwhile() {
    return bounded < PROBED || ruledOut * WORTH >= bounded;
  }
}
