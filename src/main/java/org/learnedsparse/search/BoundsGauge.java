package org.learnedsparse.search;

import org.learnedsparse.postings.ImpactCursor;
import org.learnedsparse.postings.Superblock;
import org.learnedsparse.postings.TermImpacts;

/**
 * Whether bounds pay in this search: computing them costs a part of what scoring does, and on
 * documents in random order, or with a large k, they rule out next to nothing.
 */
final class BoundsGauge {
  /** So many sections are bounded before a judgment. */
  private static final long PROBED = 128;

  /** Bounds cost about a fifth of what scoring does; so much must they save. */
  private static final int WORTH = 5;

  /**
   * The least standard deviation of the blocks' bounds, of their mean, at which bounds pay for the
   * one best document, and how much more they must spread for ten times as many documents, since
   * the threshold is lower then; found by timing both ways on queries of 5 and of 45 terms,
   * documents in random order and ordered.
   */
  private static final double MIN_SPREAD = .09;

  private static final double MORE_SPREAD = .03;

  /** The variance of the maxima of the blocks that have a term, of the highest squared, roughly. */
  private static final double MAXIMA_VARIANCE = .06;

  private long bounded;
  private long ruledOut;

  /** Whether a segment has bounds. */
  static boolean areKnown(ImpactCursor[] terms) {
    for (ImpactCursor term : terms) {
      if (term instanceof TermImpacts == false) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a segment has bounds that differ enough from block to block to rule some out.
   *
   * @param weights the terms'
   * @param superblocks of the segment
   * @param k how many documents are wanted
   */
  static boolean mayPay(ImpactCursor[] terms, int[] weights, int superblocks, int k) {
    if (areKnown(terms) == false) {
      return false;
    }
    double blocks = (double) superblocks * Superblock.BLOCKS;
    double mean = 0;
    double variance = 0;
    for (int i = 0; i < terms.length; i++) {
      TermImpacts term = (TermImpacts) terms[i];
      double highest = (double) weights[i] * term.maxImpact();
      // The share of blocks that have the term: chance would fill these, clustering leaves some.
      double filled = (1 - Math.exp(-term.documentFrequency() / blocks)) * (1 - term.clustering());
      mean += highest * filled;
      variance += highest * highest * filled * (1 - filled + MAXIMA_VARIANCE);
    }
    double least = mean * (MIN_SPREAD + MORE_SPREAD * Math.log10(k));
    return variance >= least * least;
  }

  /** Notes the outcome for some sections. */
  synchronized void count(int sections, int out) {
    bounded += sections;
    ruledOut += out;
  }

  synchronized boolean isWorthwhile() {
    return bounded < PROBED || ruledOut * WORTH >= bounded;
  }
}
