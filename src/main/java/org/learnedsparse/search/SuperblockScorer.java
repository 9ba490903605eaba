package org.learnedsparse.search;

import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.learnedsparse.postings.ImpactCursor;
import org.learnedsparse.postings.ImpactLoops;
import org.learnedsparse.postings.PlacedImpacts;
import org.learnedsparse.postings.Superblock;
import org.learnedsparse.postings.TermImpacts;

/**
 * Every document of a segment that has a term, in order: a superblock is scored whole, term by
 * term, and then its documents are handed out.
 *
 * <p>Once a collector names the least score that competes, blocks whose bounds are below it are
 * left out.
 */
final class SuperblockScorer extends Scorer {
  /** So many hits a collector is taken to want: it does not tell. */
  private static final int USUAL_HITS = 10;

  private static final long ALL_BLOCKS = -1;

  private final TermWeights weights;
  private final ImpactCursor[] cursors;
  private final int[] termWeights;
  private final long cost;
  private final int highestSum;

  /** Null if bounds do not pay. */
  private final PlacedImpacts placed;

  private final BoundsGauge gauge = new BoundsGauge();
  private final int[] bounds = new int[Superblock.BLOCKS];
  private final long[] places;
  private final int[] scores = new int[Superblock.DOCUMENTS];

  /** The superblock whose scores are in the array. */
  private int scored = -1;

  /** Blocks of it that may have something to hand out, a bit each. */
  private long blocks;

  /** The block that documents are handed out from, and those left of it, a bit each. */
  private int block = -1;

  private long left;

  private int document = -1;
  private int minimum = 1;

  /**
   * @param superblocks of the segment
   */
  SuperblockScorer(Weight weight, SegmentTerms terms, int superblocks) throws IOException {
    super(weight);
    this.weights = terms.weights();
    this.cursors = terms.cursors();
    this.termWeights = new int[cursors.length];
    this.places = new long[cursors.length];
    int highest = 0;
    for (int i = 0; i < cursors.length; i++) {
      termWeights[i] = terms.weight(i);
      highest += termWeights[i] * cursors[i].maxImpact();
    }
    this.highestSum = highest;
    this.placed =
        BoundsGauge.mayPay(cursors, termWeights, superblocks, USUAL_HITS)
            ? ((TermImpacts) cursors[0]).placed()
            : null;
    this.cost = terms.postings();
  }

  @Override
  public int docID() {
    return document;
  }

  @Override
  public float score() {
    return weights.score(scores[document & Superblock.MASK]);
  }

  @Override
  public float getMaxScore(int upTo) {
    return weights.score(highestSum);
  }

  @Override
  public void setMinCompetitiveScore(float score) {
    minimum = weights.leastSum(score);
  }

  @Override
  public DocIdSetIterator iterator() {
    return new DocIdSetIterator() {
      @Override
      public int docID() {
        return document;
      }

      @Override
      public int nextDoc() throws IOException {
        if (left == 0) {
          return advance(document + 1);
        }
        return handOut();
      }

      @Override
      public int advance(int target) throws IOException {
        document = target;
        if (target == NO_MORE_DOCS) {
          return target;
        }
        return find(target);
      }

      @Override
      public long cost() {
        return cost;
      }
    };
  }

  private int handOut() {
    int local = (block << Superblock.BLOCK_BITS) + Long.numberOfTrailingZeros(left);
    left &= left - 1;
    document = (scored << Superblock.BITS) + local;
    return document;
  }

  /** Goes to the first document at or after the target. */
  private int find(int target) throws IOException {
    int superblock = target >>> Superblock.BITS;
    long wanted = -1L << target; // a shift counts modulo 64, as documents do in a block
    int at = (target & Superblock.MASK) >>> Superblock.BLOCK_BITS;
    if (scored != superblock) {
      scoreFirst(superblock);
      if (scored != superblock) {
        wanted = -1;
        at = 0;
      }
    }
    while (scored != ImpactCursor.NO_MORE) {
      for (long candidates = blocks & -1L << at; candidates != 0; candidates &= candidates - 1) {
        int candidate = Long.numberOfTrailingZeros(candidates);
        left = ImpactLoops.BEST.atLeast(scores, candidate << Superblock.BLOCK_BITS, minimum);
        if (candidate == at) {
          left &= wanted;
        }
        if (left != 0) {
          block = candidate;
          return handOut();
        }
      }
      scoreFirst(scored + 1);
      wanted = -1;
      at = 0;
    }
    left = 0;
    document = DocIdSetIterator.NO_MORE_DOCS;
    return document;
  }

  /** Scores the first superblock at or after {@code target} that may have a match. */
  private void scoreFirst(int target) throws IOException {
    int superblock = target;
    while (true) {
      int first = ImpactCursor.NO_MORE;
      for (ImpactCursor cursor : cursors) {
        first = Math.min(first, cursor.advance(superblock));
      }
      if (first == ImpactCursor.NO_MORE) {
        scored = first;
        return;
      }
      if (placed == null || minimum == 1 || gauge.isWorthwhile() == false) {
        scoreWhole(first);
        return;
      }
      if (scoreByBounds(first)) {
        return;
      }
      superblock = first + 1;
    }
  }

  private void scoreWhole(int superblock) throws IOException {
    scored = superblock;
    blocks = ALL_BLOCKS;
    Arrays.fill(scores, 0);
    for (int i = 0; i < cursors.length; i++) {
      if (cursors[i].superblock() == superblock) {
        cursors[i].addScores(termWeights[i], scores);
      }
    }
  }

  /**
   * Scores the sections of a superblock that may have something that competes, if there are any.
   */
  private boolean scoreByBounds(int superblock) throws IOException {
    Arrays.fill(bounds, 0);
    for (int i = 0; i < cursors.length; i++) {
      places[i] = 0;
      if (cursors[i].superblock() == superblock) {
        TermImpacts term = (TermImpacts) cursors[i];
        term.addBounds(termWeights[i], bounds, 0);
        places[i] = term.place();
      }
    }
    long competing = ImpactLoops.BEST.atLeast(bounds, 0, minimum);
    int sections = Superblock.sections(competing);
    gauge.count(Superblock.SECTIONS, Superblock.SECTIONS - Integer.bitCount(sections));
    if (competing == 0) {
      return false;
    }
    scored = superblock;
    blocks = competing;
    Arrays.fill(scores, 0);
    placed.addScores(places, 0, termWeights, sections, scores);
    return true;
  }
}
