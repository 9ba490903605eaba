package org.learnedsparse.search;

import java.io.IOException;
import java.util.Arrays;
import org.learnedsparse.postings.ImpactCursor;
import org.learnedsparse.postings.ImpactLoops;
import org.learnedsparse.postings.PlacedImpacts;
import org.learnedsparse.postings.Superblock;
import org.learnedsparse.postings.TermImpacts;

/** Bounds of the blocks of some superblocks, and where the terms' postings in them are. */
final class SuperblockBounds {
  private final int from;
  private final int count;
  private final int[] termWeights;
  private final PlacedImpacts postings;

  /** For each block: no document in it has a higher sum. */
  final int[] blocks;

  /** For each superblock: the bound of its best block. */
  private final int[] best;

  /** For each superblock the blocks that an approximation leaves out, a bit each. */
  private final long[] leftOut;

  /** For each superblock the terms' places. */
  private final long[] places;

  /**
   * Reads the bounds.
   *
   * @param cursors all {@link TermImpacts}; they end at or after {@code to}
   * @param from the first superblock
   * @param to the end
   */
  SuperblockBounds(ImpactCursor[] cursors, int[] termWeights, Accepted accepted, int from, int to)
      throws IOException {
    this.from = from;
    this.count = to - from;
    this.termWeights = termWeights;
    this.postings = ((TermImpacts) cursors[0]).placed();
    this.blocks = new int[count * Superblock.BLOCKS];
    this.best = new int[count];
    this.leftOut = new long[count];
    this.places = new long[cursors.length * count];
    for (int i = 0; i < cursors.length; i++) {
      TermImpacts term = (TermImpacts) cursors[i];
      for (int s = term.advance(from); s < to; s = term.next()) {
        term.addBounds(termWeights[i], blocks, (s - from) * Superblock.BLOCKS);
        places[(s - from) * cursors.length + i] = term.place();
      }
    }
    accepted.clearOutside(blocks, from * Superblock.BLOCKS);
    for (int s = 0; s < count; s++) {
      int highest = 0;
      for (int block = s * Superblock.BLOCKS; block < (s + 1) * Superblock.BLOCKS; block++) {
        highest = Math.max(highest, blocks[block]);
      }
      best[s] = highest;
    }
  }

  /** The bound of a superblock's best block. */
  int best(int superblock) {
    return best[superblock - from];
  }

  /** The index in {@link #blocks} of a superblock's first block. */
  int firstBlock(int superblock) {
    return (superblock - from) * Superblock.BLOCKS;
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
    Arrays.sort(order);
    int[] highest = new int[Math.min(most, count)];
    for (int i = 0; i < highest.length; i++) {
      highest[i] = from + Integer.MAX_VALUE - (int) order[count - 1 - i];
    }
    return highest;
  }

  /**
   * Adds up a superblock's postings.
   *
   * @param sections a bit for each section that is wanted
   */
  void addScores(int superblock, int sections, int[] scores) throws IOException {
    int first = (superblock - from) * termWeights.length;
    postings.addScores(places, first, termWeights, sections, scores);
  }
}
