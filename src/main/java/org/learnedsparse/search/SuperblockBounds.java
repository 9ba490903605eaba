package org.learnedsparse.search;

import java.io.IOException;
import java.util.Arrays;
import org.learnedsparse.postings.ImpactLoops;
import org.learnedsparse.postings.PlacedImpacts;
import org.learnedsparse.postings.Superblock;
import org.learnedsparse.postings.TermImpacts;

/**
 * Bounds of the blocks of some superblocks, and where the terms' postings in them are.
 *
 * <p>Not for several threads.
 */
final class SuperblockBounds {
  private final RankedTerms terms;
  private final Accepted accepted;
  private final PlacedImpacts postings;

  /** The superblocks that are bounded: the first, and how many. */
  private int from;

  private int count;

  /** For each block: no document in it has a higher sum of the terms that count in bounds. */
  private final int[] blocks;

  /** For each block: no document in it gets more from those of them that do not lead. */
  private final int[] trailing;

  /** For each superblock: the bound of its best block. */
  private final int[] best;

  /** For each superblock the blocks that an approximation leaves out, a bit each. */
  private final long[] leftOut;

  /** For each superblock the terms' places. */
  private final long[] places;

  /** How much of the superblocks' postings was added up, in superblocks. */
  private double scored;

  /**
   * Bounds nothing yet.
   *
   * @param terms such that {@link RankedTerms#haveBounds}
   * @param most superblocks at once
   */
  SuperblockBounds(RankedTerms terms, Accepted accepted, int most) {
    this.terms = terms;
    this.accepted = accepted;
    this.postings = ((TermImpacts) terms.cursors()[0]).placed();
    this.blocks = new int[most * Superblock.BLOCKS];
    this.trailing = new int[most * Superblock.BLOCKS];
    this.best = new int[most];
    this.leftOut = new long[most];
    this.places = new long[most * terms.size()];
  }

  /**
   * Reads the bounds of some superblocks. The terms' cursors, at or before the first, end at or
   * after the end.
   */
  void read(int first, int end) throws IOException {
    from = first;
    count = end - first;
    int its = count * Superblock.BLOCKS;
    Arrays.fill(blocks, 0, its, 0);
    Arrays.fill(leftOut, 0, count, 0);
    Arrays.fill(places, 0, count * terms.size(), 0);
    bound(terms.leading(), terms.size());
    System.arraycopy(blocks, 0, trailing, 0, its);
    bound(0, terms.leading());
    accepted.clearOutside(blocks, its, from * Superblock.BLOCKS);
    for (int s = 0; s < count; s++) {
      int highest = 0;
      for (int block = s * Superblock.BLOCKS; block < (s + 1) * Superblock.BLOCKS; block++) {
        highest = Math.max(highest, blocks[block]);
      }
      best[s] = highest;
    }
  }

  private void bound(int firstTerm, int endTerm) throws IOException {
    for (int i = firstTerm; i < endTerm; i++) {
      TermImpacts term = (TermImpacts) terms.cursors()[i];
      int weight = terms.weights()[i];
      boolean counts = i < terms.bounded();
      for (int s = term.advance(from); s < from + count; s = term.next()) {
        if (counts) {
          term.addBounds(weight, blocks, (s - from) * Superblock.BLOCKS);
        }
        places[(s - from) * terms.size() + i] = term.place();
      }
    }
  }

  /** The bound of a superblock's best block. */
  int best(int superblock) {
    return best[superblock - from];
  }

  private int firstBlock(int superblock) {
    return (superblock - from) * Superblock.BLOCKS;
  }

  /** The blocks of a superblock with a bound of at least this, a bit each. */
  long atLeast(int superblock, int minimum) {
    return ImpactLoops.BEST.atLeast(blocks, firstBlock(superblock), minimum);
  }

  /**
   * The bit of the block with the lowest bound.
   *
   * @param among bits of blocks, at least one
   */
  long lowest(int superblock, long among) {
    long lowest = 0;
    int bound = Integer.MAX_VALUE;
    for (long left = among; left != 0; left &= left - 1) {
      int its = blocks[firstBlock(superblock) + Long.numberOfTrailingZeros(left)];
      if (its <= bound) {
        bound = its;
        lowest = Long.lowestOneBit(left);
      }
    }
    return lowest;
  }

  /** Notes the blocks of a superblock, a bit each, that an approximation leaves out. */
  void leaveOut(int superblock, long blocksLeftOut) {
    leftOut[superblock - from] = blocksLeftOut;
  }

  /** How many of the blocks left out have a bound of at least this. */
  long leftOut(int minimum) {
    long found = 0;
    for (int s = 0; s < count; s++) {
      if (leftOut[s] != 0) {
        long competing = ImpactLoops.BEST.atLeast(blocks, s * Superblock.BLOCKS, minimum);
        found += Long.bitCount(leftOut[s] & competing);
      }
    }
    return found;
  }

  /** The superblocks with the highest bounds, the highest first, at most so many. */
  int[] highest(int most) {
    long[] order = new long[count];
    for (int s = 0; s < count; s++) {
      order[s] = (long) best[s] << 32 | (Integer.MAX_VALUE - s);
    }
    int first = Largest.toEnd(order, count, Math.min(most, count));
    Arrays.sort(order, first, count);
    int[] highest = new int[count - first];
    for (int i = 0; i < highest.length; i++) {
      highest[i] = from + Integer.MAX_VALUE - (int) order[count - 1 - i];
    }
    return highest;
  }

  /**
   * Adds up a superblock's postings, as many as it takes to know which blocks have a document with
   * a sum of at least {@code minimum}, and these documents' sums.
   *
   * @param wanted the blocks to look at, a bit each
   * @param scores one a document of the superblock
   * @return those of the wanted that may have such a document; the sums of others are not complete
   */
  long addScores(int superblock, long wanted, int minimum, int[] scores) throws IOException {
    addScores(superblock, 0, terms.leading(), 1 - terms.trailingShare(), wanted, scores);
    long remaining = 0;
    for (long left = wanted; left != 0; left &= left - 1) {
      int block = Long.numberOfTrailingZeros(left);
      int least = minimum - trailing[firstBlock(superblock) + block];
      int first = block << Superblock.BLOCK_BITS;
      if (accepted.anyAtLeast(superblock * Superblock.BLOCKS + block, scores, first, least)) {
        remaining |= 1L << block;
      }
    }
    if (remaining != 0) {
      int all = terms.size();
      addScores(superblock, terms.leading(), all, terms.trailingShare(), remaining, scores);
    }
    return remaining;
  }

  private void addScores(
      int superblock, int firstTerm, int endTerm, double share, long wanted, int[] scores)
      throws IOException {
    int sections = Superblock.sections(wanted);
    int first = (superblock - from) * terms.size();
    postings.addScores(places, first, terms.weights(), firstTerm, endTerm, sections, scores);
    scored += share * Integer.bitCount(sections) / Superblock.SECTIONS;
  }

  /** How much of the superblocks' postings was added up since the last call, in superblocks. */
  double takeScored() {
    double now = scored;
    scored = 0;
    return now;
  }
}
