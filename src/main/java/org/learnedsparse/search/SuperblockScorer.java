package org.learnedsparse.search;

import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.learnedsparse.postings.ImpactCursor;
import org.learnedsparse.postings.ImpactLoops;
import org.learnedsparse.postings.Superblock;
import org.learnedsparse.postings.TermImpacts;

/**
 * Every document of a segment that has a term, in order: a superblock is scored whole, term by
 * term, and then its documents are handed out.
 *
 * <p>Once a collector names the least score that competes, superblocks whose bounds are below it
 * are left out.
 */
final class SuperblockScorer extends Scorer {
  private final TermWeights weights;
  private final ImpactCursor[] cursors;
  private final int[] termWeights;
  private final long cost;
  private final boolean bounded;
  private final int[] scores = new int[Superblock.DOCUMENTS];
  private final int[] bounds = new int[Superblock.BLOCKS];
  private final BoundsGauge gauge = new BoundsGauge();
  private final int highestSum;

  /** The superblock whose scores are in the array. */
  private int scored = -1;

  private int document = -1;
  private int minimum = 1;

  SuperblockScorer(Weight weight, SegmentTerms terms) throws IOException {
    super(weight);
    this.weights = terms.weights();
    this.cursors = terms.cursors();
    this.termWeights = new int[cursors.length];
    int highest = 0;
    boolean known = true;
    for (int i = 0; i < cursors.length; i++) {
      termWeights[i] = terms.weight(i);
      highest += termWeights[i] * cursors[i].maxImpact();
      known &= cursors[i] instanceof TermImpacts;
    }
    this.highestSum = highest;
    this.bounded = known;
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
        return advance(document + 1);
      }

      @Override
      public int advance(int target) throws IOException {
        document = find(target);
        return document;
      }

      @Override
      public long cost() {
        return cost;
      }
    };
  }

  private int find(int target) throws IOException {
    if (target == DocIdSetIterator.NO_MORE_DOCS) {
      return target;
    }
    int superblock = target >>> Superblock.BITS;
    int from = target & Superblock.MASK;
    if (scored != superblock) {
      superblock = scoreFirst(superblock);
      from = superblock > target >>> Superblock.BITS ? 0 : from;
    }
    while (superblock != ImpactCursor.NO_MORE) {
      int found = firstAtLeast(from);
      if (found < Superblock.DOCUMENTS) {
        return (superblock << Superblock.BITS) + found;
      }
      superblock = scoreFirst(superblock + 1);
      from = 0;
    }
    return DocIdSetIterator.NO_MORE_DOCS;
  }

  /** The first document of the scored superblock, at or after {@code from}, that competes. */
  private int firstAtLeast(int from) {
    int block = from & -Superblock.BLOCK_DOCUMENTS;
    long wanted = -1L << from; // a shift counts modulo 64, as documents do in a block
    for (; block < Superblock.DOCUMENTS; block += Superblock.BLOCK_DOCUMENTS) {
      long found = ImpactLoops.BEST.atLeast(scores, block, minimum) & wanted;
      if (found != 0) {
        return block + Long.numberOfTrailingZeros(found);
      }
      wanted = -1;
    }
    return Superblock.DOCUMENTS;
  }

  /** Scores the first superblock at or after {@code target} that may have a match. */
  private int scoreFirst(int target) throws IOException {
    int superblock = target;
    while (true) {
      int first = ImpactCursor.NO_MORE;
      for (ImpactCursor cursor : cursors) {
        first = Math.min(first, cursor.advance(superblock));
      }
      superblock = first;
      if (superblock == ImpactCursor.NO_MORE || isBelowMinimum(superblock) == false) {
        break;
      }
      superblock++;
    }
    scored = superblock;
    if (superblock != ImpactCursor.NO_MORE) {
      Arrays.fill(scores, 0);
      for (int i = 0; i < cursors.length; i++) {
        if (cursors[i].superblock() == superblock) {
          cursors[i].addScores(termWeights[i], scores);
        }
      }
    }
    return superblock;
  }

  /** Whether bounds show that nothing in this superblock competes. */
  private boolean isBelowMinimum(int superblock) {
    if (bounded == false || minimum == 1 || gauge.isWorthwhile() == false) {
      return false;
    }
    Arrays.fill(bounds, 0);
    for (int i = 0; i < cursors.length; i++) {
      if (cursors[i].superblock() == superblock) {
        ((TermImpacts) cursors[i]).addBounds(termWeights[i], bounds, 0);
      }
    }
    boolean below = true;
    for (int bound : bounds) {
      below &= bound < minimum;
    }
    gauge.count(Superblock.SECTIONS, below ? Superblock.SECTIONS : 0);
    return below;
  }
}
