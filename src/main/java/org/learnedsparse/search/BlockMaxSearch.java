package org.learnedsparse.search;

import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.index.LeafReaderContext;
import org.learnedsparse.postings.ImpactCursor;
import org.learnedsparse.postings.ImpactLoops;
import org.learnedsparse.postings.Superblock;

/**
 * The best documents of one segment.
 *
 * <p>Bounds are fine, scoring is coarse: the bound of each block is the sum of weight × the block's
 * largest impact. The superblocks with the best blocks are visited first, and then all others that
 * still compete. Of a visited superblock the sections that compete are scored, term by term.
 * (Blocks and bounds: Mallia, Suel, Tonellotto, "Faster Learned Sparse Retrieval with Block-Max
 * Pruning", SIGIR 2024.) Where bounds do not pay, superblocks are scored one after the other.
 */
final class BlockMaxSearch {
  /** Something to be called now and then, which throws if the search is to stop. */
  interface Checkpoint {
    void check() throws IOException;
  }

  /** Superblocks bounded together: limits the memory that a large segment takes. */
  private static final int PARTITION = 1024;

  /**
   * Bounds and places kept at once, terms × superblocks: with many terms, partitions are smaller.
   */
  private static final int PLACES = 1 << 17;

  /**
   * This share of superblocks, and at least so many, are visited in the order of their bounds.
   * After them the threshold is nearly where it ends, and the others are visited in the order of
   * the file, in which memory is quicker.
   */
  private static final int HIGHEST_FIRST = 8;

  private static final int MIN_HIGHEST_FIRST = 32;

  /** Superblocks scored between two checks. */
  private static final int CHECK_EVERY = 64;

  private final ImpactCursor[] cursors;
  private final int[] termWeights;
  private final TermWeights weights;
  private final Accepted accepted;
  private final int base;
  private final int superblocks;
  private final TopScores top;
  private final BoundsGauge gauge;
  private final Checkpoint checkpoint;

  private final int[] scores = new int[Superblock.DOCUMENTS];
  private long visited;
  private long examined;
  private long offered;
  private long leftOut;
  private double thresholdFactor = 1;

  /** Blocks to examine in the segment at most; 0 for no limit. */
  private double maxBlocks;

  /** Of these, how many when the superblocks at hand are done. */
  private long limit = Long.MAX_VALUE;

  private float threshold;
  private int minimum = 1;

  /** The least bound of a block that is examined. */
  private int minimumBound = 1;

  /**
   * @param leaf the segment
   */
  BlockMaxSearch(
      SegmentTerms terms,
      Accepted accepted,
      LeafReaderContext leaf,
      TopScores top,
      BoundsGauge gauge,
      Checkpoint checkpoint)
      throws IOException {
    this.cursors = terms.cursors();
    this.termWeights = new int[cursors.length];
    for (int i = 0; i < termWeights.length; i++) {
      termWeights[i] = terms.weight(i);
    }
    this.weights = terms.weights();
    this.accepted = accepted;
    this.base = leaf.docBase;
    this.superblocks = Superblock.count(leaf.reader().maxDoc());
    this.top = top;
    this.gauge = gauge;
    this.checkpoint = checkpoint;
  }

  /**
   * Allows an approximation.
   *
   * @param factor a block's bound times this must reach the threshold
   * @param most blocks to examine, rounded up; 0 for no limit
   */
  void leaveOut(double factor, double most) {
    thresholdFactor = factor;
    maxBlocks = most;
  }

  void run() throws IOException {
    boolean limited = maxBlocks > 0;
    boolean bounded =
        limited
            ? BoundsGauge.areKnown(cursors)
            : BoundsGauge.mayPay(cursors, termWeights, superblocks, top.k());
    int partition = Math.max(1, Math.min(PARTITION, PLACES / cursors.length));
    int from = 0;
    while (from < superblocks) {
      checkpoint.check();
      int to = Math.min(superblocks, from + partition);
      if (limited) {
        limit = (long) Math.ceil(maxBlocks * to / superblocks);
      }
      if (bounded && (limited || gauge.isWorthwhile())) {
        visitByBounds(from, to);
      } else {
        visitAll(from, to);
      }
      from = to;
    }
  }

  /** Adds what this went through. */
  void report(SearchStatistics statistics) {
    statistics.count(superblocks, visited, examined, offered, leftOut);
  }

  private void visitAll(int from, int to) throws IOException {
    for (int superblock = from; superblock < to; superblock++) {
      if (accepted.anyInFilter(superblock) == false) {
        continue;
      }
      check();
      boolean any = false;
      for (int i = 0; i < cursors.length; i++) {
        if (cursors[i].advance(superblock) == superblock) {
          cursors[i].addScores(termWeights[i], scores);
          any = true;
        }
      }
      if (any) {
        for (int block = 0; block < Superblock.BLOCKS; block++) {
          offer(superblock, block);
        }
        top.settle();
        Arrays.fill(scores, 0);
      }
    }
  }

  private void visitByBounds(int from, int to) throws IOException {
    SuperblockBounds bounds = new SuperblockBounds(cursors, termWeights, accepted, from, to);
    int count = to - from;
    int sections = 0;
    boolean[] done = new boolean[count];
    // With a limit, the best must come first to the end.
    int highest =
        limit < Long.MAX_VALUE ? count : Math.max(MIN_HIGHEST_FIRST, count / HIGHEST_FIRST);
    for (int superblock : bounds.highest(highest)) {
      done[superblock - from] = true;
      sections += visit(superblock, bounds);
    }
    for (int superblock = from; superblock < to; superblock++) {
      if (done[superblock - from] == false) {
        sections += visit(superblock, bounds);
      }
    }
    leftOut += bounds.leftOut(minimum());
    gauge.count(count * Superblock.SECTIONS, count * Superblock.SECTIONS - sections);
  }

  /**
   * Scores those sections of a superblock that compete.
   *
   * @return how many
   */
  private int visit(int superblock, SuperblockBounds bounds) throws IOException {
    if (bounds.best(superblock) < minimum()) {
      return 0;
    }
    int first = bounds.firstBlock(superblock);
    long competing = ImpactLoops.BEST.atLeast(bounds.blocks, first, minimum);
    long wanted = competing;
    if (minimumBound > minimum) {
      wanted = ImpactLoops.BEST.atLeast(bounds.blocks, first, minimumBound);
    }
    while (Long.bitCount(wanted) > limit - examined) {
      wanted &= ~bounds.lowest(superblock, wanted);
    }
    bounds.leaveOut(superblock, competing & ~wanted);
    if (wanted == 0) {
      return 0;
    }
    check();
    int sections = Superblock.sections(wanted);
    bounds.addScores(superblock, sections, scores);
    for (; wanted != 0; wanted &= wanted - 1) {
      int block = Long.numberOfTrailingZeros(wanted);
      if (bounds.blocks[first + block] >= minimum()) {
        offer(superblock, block);
      }
    }
    top.settle();
    Arrays.fill(scores, 0);
    return Integer.bitCount(sections);
  }

  /** To be called for each superblock that is scored. */
  private void check() throws IOException {
    visited++;
    if (visited % CHECK_EVERY == 0) {
      checkpoint.check();
    }
  }

  /** The least sum that may be among the best. */
  private int minimum() {
    float now = top.threshold();
    if (now > threshold) {
      threshold = now;
      minimum = weights.leastSum(now);
      minimumBound = (int) Math.min(Integer.MAX_VALUE, Math.ceil(minimum / thresholdFactor));
    }
    return minimum;
  }

  private void offer(int superblock, int block) {
    examined++;
    int first = block << Superblock.BLOCK_BITS;
    long found = ImpactLoops.BEST.atLeast(scores, first, minimum());
    if (found == 0) {
      return;
    }
    found &= accepted.inFilter(superblock * Superblock.BLOCKS + block);
    for (; found != 0; found &= found - 1) {
      int local = first + Long.numberOfTrailingZeros(found);
      int document = (superblock << Superblock.BITS) + local;
      if (accepted.isLive(document)) {
        offered++;
        top.add(base + document, weights.score(scores[local]));
      }
    }
  }
}
