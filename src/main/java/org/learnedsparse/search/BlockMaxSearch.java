package org.learnedsparse.search;

import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.index.LeafReaderContext;
import org.learnedsparse.postings.ImpactCursor;
import org.learnedsparse.postings.Superblock;

/**
 * The best documents of one segment.
 *
 * <p>Bounds are fine, scoring is coarse: the bound of each block is the sum of weight × the block's
 * largest impact. The superblocks with the best blocks are visited first, and then all others that
 * still compete. Of a visited superblock the sections that compete are scored, term by term: by the
 * leading terms first, and by the others where a document may still reach the threshold. (Blocks
 * and bounds: Mallia, Suel, Tonellotto, "Faster Learned Sparse Retrieval with Block-Max Pruning",
 * SIGIR 2024. Leading terms: {@link RankedTerms}.) Where bounds do not pay, superblocks are scored
 * one after the other.
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

  private final RankedTerms terms;
  private final TermWeights weights;
  private final Accepted accepted;
  private final int base;
  private final int superblocks;
  private final double wanted;
  private final TopScores top;
  private final BoundsGauge gauge;
  private final Checkpoint checkpoint;

  private final int[] scores = new int[Superblock.DOCUMENTS];
  private boolean bounded;
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
   * @param wanted the share of the index' accepted documents that are wanted
   */
  BlockMaxSearch(
      RankedTerms terms,
      TermWeights weights,
      Accepted accepted,
      LeafReaderContext leaf,
      double wanted,
      TopScores top,
      BoundsGauge gauge,
      Checkpoint checkpoint) {
    this.terms = terms;
    this.weights = weights;
    this.accepted = accepted;
    this.base = leaf.docBase;
    this.superblocks = Superblock.count(leaf.reader().maxDoc());
    this.wanted = wanted;
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
    boolean mayBound =
        terms.haveBounds() && (limited || BoundsGauge.mayPay(wanted, terms.clustering()));
    int partition = Math.max(1, Math.min(PARTITION, PLACES / terms.size()));
    SuperblockBounds bounds = null;
    int from = 0;
    while (from < superblocks) {
      checkpoint.check();
      int to = Math.min(superblocks, from + partition);
      if (limited) {
        limit = (long) Math.ceil(maxBlocks * to / superblocks);
      }
      if (mayBound && (limited || gauge.isWorthwhile())) {
        bounds = bounds == null ? new SuperblockBounds(terms, accepted, to - from) : bounds;
        bounded = true;
        visitByBounds(from, to, bounds);
      } else {
        visitAll(from, to);
      }
      from = to;
    }
  }

  /** Adds what this went through. */
  void report(SearchStatistics statistics) {
    statistics.count(superblocks, visited, examined, offered, leftOut);
    if (bounded && terms.bounded() < terms.size()) {
      statistics.leaveOutTerms();
    }
  }

  private void visitAll(int from, int to) throws IOException {
    ImpactCursor[] cursors = terms.cursors();
    int[] termWeights = terms.weights();
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
        examined += Superblock.BLOCKS;
        for (int block = 0; block < Superblock.BLOCKS; block++) {
          offer(superblock, block);
        }
        top.settle();
        Arrays.fill(scores, 0);
      }
    }
  }

  private void visitByBounds(int from, int to, SuperblockBounds bounds) throws IOException {
    bounds.read(from, to);
    int count = to - from;
    boolean[] done = new boolean[count];
    // Under a limit that may be reached, the best must come first to the end.
    boolean tight = limit - examined < (long) count * Superblock.BLOCKS;
    int highest = tight ? count : Math.max(MIN_HIGHEST_FIRST, count / HIGHEST_FIRST);
    for (int superblock : bounds.highest(highest)) {
      done[superblock - from] = true;
      visit(superblock, bounds);
    }
    for (int superblock = from; superblock < to; superblock++) {
      if (done[superblock - from] == false) {
        visit(superblock, bounds);
      }
    }
    leftOut += bounds.leftOut(minimum());
    gauge.count(count, count - bounds.takeScored());
  }

  /** Scores what competes in a superblock. */
  private void visit(int superblock, SuperblockBounds bounds) throws IOException {
    if (bounds.best(superblock) < minimum()) {
      return;
    }
    long competing = bounds.atLeast(superblock, minimum);
    long wanted = minimumBound > minimum ? bounds.atLeast(superblock, minimumBound) : competing;
    while (Long.bitCount(wanted) > limit - examined) {
      wanted &= ~bounds.lowest(superblock, wanted);
    }
    bounds.leaveOut(superblock, competing & ~wanted);
    if (wanted == 0) {
      return;
    }
    check();
    examined += Long.bitCount(wanted);
    long left = bounds.addScores(superblock, wanted, minimum, scores);
    for (; left != 0; left &= left - 1) {
      offer(superblock, Long.numberOfTrailingZeros(left));
    }
    top.settle();
    Arrays.fill(scores, 0);
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
    int first = block << Superblock.BLOCK_BITS;
    int number = superblock * Superblock.BLOCKS + block;
    long found = accepted.atLeast(number, scores, first, minimum());
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
