package org.learnedsparse.search;

import java.io.IOException;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.learnedsparse.postings.ImpactLoops;
import org.learnedsparse.postings.Superblock;

/** The documents of a segment that may be found: alive, visible to the reader, in the filter. */
final class Accepted {
  static final Accepted ALL = new Accepted(/* live= */ null, /* filter= */ null);

  /** So many documents of a block are looked at one by one quicker than all of the block. */
  private static final int FEW = 8;

  private final Bits live;
  private final FixedBitSet filter;

  /**
   * @param live null for all
   * @param filter null for all
   */
  private Accepted(Bits live, FixedBitSet filter) {
    this.live = live;
    this.filter = filter;
  }

  /**
   * Runs the filter on a segment.
   *
   * @param filter null for none
   * @return null if nothing is in the filter
   */
  static Accepted in(LeafReaderContext context, Weight filter) throws IOException {
    Bits live = context.reader().getLiveDocs();
    if (filter == null) {
      return new Accepted(live, null);
    }
    Scorer scorer = filter.scorer(context);
    if (scorer == null) {
      return null;
    }
    DocIdSetIterator matches = scorer.iterator();
    FixedBitSet cached = BitSetIterator.getFixedBitSetOrNull(matches);
    if (cached != null) {
      return new Accepted(live, cached);
    }
    FixedBitSet set = new FixedBitSet(context.reader().maxDoc());
    set.or(matches);
    return new Accepted(live, set);
  }

  /** The bits, one a document, of the block's documents that are in the filter. */
  private long inFilter(int block) {
    if (filter == null) {
      return -1;
    }
    long[] words = filter.getBits();
    return block < words.length ? words[block] : 0;
  }

  /**
   * Which documents of a block are in the filter and have a sum of at least {@code minimum}.
   *
   * @param block the block's number
   * @param sums one a document
   * @param from the index of the block's first
   * @return a bit for each, the first the lowest
   */
  long atLeast(int block, int[] sums, int from, int minimum) {
    long left = inFilter(block);
    if (Long.bitCount(left) > FEW) {
      return left & ImpactLoops.BEST.atLeast(sums, from, minimum);
    }
    long found = 0;
    for (; left != 0; left &= left - 1) {
      boolean its = sums[from + Long.numberOfTrailingZeros(left)] >= minimum;
      found |= its ? Long.lowestOneBit(left) : 0;
    }
    return found;
  }

  /**
   * Whether {@link #atLeast} finds any.
   *
   * @param sums one a document, 0 or above
   */
  boolean anyAtLeast(int block, int[] sums, int from, int minimum) {
    return filter == null
        ? ImpactLoops.BEST.anyAtLeast(sums, from, minimum)
        : atLeast(block, sums, from, minimum) != 0;
  }

  /** Whether anything of a superblock is in the filter. */
  boolean anyInFilter(int superblock) {
    if (filter == null) {
      return true;
    }
    long any = 0;
    for (int i = 0; i < Superblock.BLOCKS; i++) {
      any |= inFilter(superblock * Superblock.BLOCKS + i);
    }
    return any != 0;
  }

  /**
   * Sets the bounds of blocks without a document in the filter to 0.
   *
   * @param bounds of consecutive blocks
   * @param count how many
   * @param first the first block's number
   */
  void clearOutside(int[] bounds, int count, int first) {
    if (filter != null) {
      for (int i = 0; i < count; i++) {
        bounds[i] = inFilter(first + i) == 0 ? 0 : bounds[i];
      }
    }
  }

  /** The share of the documents that are in the filter, 0 to 1. */
  double share() {
    return filter == null ? 1 : (double) filter.cardinality() / filter.length();
  }

  boolean isLive(int document) {
    return live == null || live.get(document);
  }
}
