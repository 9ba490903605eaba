package org.learnedsparse.search;

import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.learnedsparse.postings.ImpactCursor;
import org.learnedsparse.postings.ImpactLoops;
import org.learnedsparse.postings.Superblock;

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
  private final RankedTerms terms;
  private final long cost;

  /** Null if bounds do not pay. */
  private final SuperblockBounds bounds;

  private final BoundsGauge gauge = new BoundsGauge();
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
   * @param documents of the segment
   */
  SuperblockScorer(Weight weight, SegmentTerms terms, int documents) throws IOException {
    super(weight);
    this.weights = terms.weights();
    this.terms = new RankedTerms(terms);
    double wanted = (double) USUAL_HITS / documents;
    boolean bounded =
        this.terms.haveBounds() && BoundsGauge.mayPay(wanted, this.terms.clustering());
    this.bounds = bounded ? new SuperblockBounds(this.terms, Accepted.ALL, /* most= */ 1) : null;
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
    return weights.score(terms.highestSum());
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
      for (ImpactCursor cursor : terms.cursors()) {
        first = Math.min(first, cursor.advance(superblock));
      }
      if (first == ImpactCursor.NO_MORE) {
        scored = first;
        return;
      }
      if (bounds == null || minimum == 1 || gauge.isWorthwhile() == false) {
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
    for (int i = 0; i < terms.size(); i++) {
      ImpactCursor cursor = terms.cursors()[i];
      if (cursor.superblock() == superblock) {
        cursor.addScores(terms.weights()[i], scores);
      }
    }
  }

  /** Scores the blocks of a superblock that may have something that competes, if there are any. */
  private boolean scoreByBounds(int superblock) throws IOException {
    bounds.read(superblock, superblock + 1);
    long competing = bounds.atLeast(superblock, minimum);
    if (competing != 0) {
      scored = superblock;
      Arrays.fill(scores, 0);
      blocks = bounds.addScores(superblock, competing, minimum, scores);
    }
    gauge.count(1, 1 - bounds.takeScored());
    return competing != 0;
  }
}
