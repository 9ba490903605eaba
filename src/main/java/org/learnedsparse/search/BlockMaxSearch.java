package org.learnedsparse.search;

import java.io.IOException;
import java.util.Arrays;
import org.learnedsparse.postings.ImpactCursor;
import org.learnedsparse.postings.ImpactLoops;
import org.learnedsparse.postings.Superblock;
import org.learnedsparse.postings.TermImpacts;

/**
 * The best documents of one segment.
 *
 * <p>Bounds are fine, scoring is coarse: the bound of each block is the sum of weight × the block's
 * largest impact, superblocks are visited by the bound of their best block, a visited superblock is
 * scored whole, term by term, and the visits end with the first that cannot compete. (Blocks and
 * bounds: Mallia, Suel, Tonellotto, "Faster Learned Sparse Retrieval with Block-Max Pruning", SIGIR
 * 2024.) Where bounds do not pay, superblocks are scored one after the other.
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

  /** A bit for each block of the first section. */
  private static final long SECTION_OF_BLOCKS = (1L << Superblock.SECTION_BLOCKS) - 1;

  /**
   * The least standard deviation of the blocks' bounds, of their mean, at which bounds pay; found
   * by timing both ways on queries of 5 and of 45 terms, documents in random order and ordered.
   */
  private static final double MIN_SPREAD = .12;

  /** The variance of the maxima of the blocks that have a term, of the highest squared, roughly. */
  private static final double MAXIMA_VARIANCE = .06;

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
  private final SearchStatistics statistics;
  private final Checkpoint checkpoint;

  private final int[] scores = new int[Superblock.DOCUMENTS];
  private long visited;
  private long examined;
  private long offered;
  private float threshold;
  private int minimum = 1;

  /**
   * @param base the id of the segment's first document
   * @param documents in the segment
   */
  BlockMaxSearch(
      SegmentTerms terms,
      Accepted accepted,
      int base,
      int documents,
      TopScores top,
      BoundsGauge gauge,
      SearchStatistics statistics,
      Checkpoint checkpoint)
      throws IOException {
    this.cursors = terms.cursors();
    this.termWeights = new int[cursors.length];
    for (int i = 0; i < termWeights.length; i++) {
      termWeights[i] = terms.weight(i);
    }
    this.weights = terms.weights();
    this.accepted = accepted;
    this.base = base;
    this.superblocks = Superblock.count(documents);
    this.top = top;
    this.gauge = gauge;
    this.statistics = statistics;
    this.checkpoint = checkpoint;
  }

  void run() throws IOException {
    boolean bounded = mayBound();
    int partition = Math.max(1, Math.min(PARTITION, PLACES / cursors.length));
    int from = 0;
    while (from < superblocks) {
      int to = Math.min(superblocks, from + partition);
      if (bounded && gauge.isWorthwhile()) {
        visitByBounds(from, to);
      } else {
        visitAll(from, to);
      }
      from = to;
    }
    statistics.count(superblocks, visited, examined, offered);
  }

  /**
   * Whether the segment has bounds, and they differ enough from block to block to rule some out.
   */
  private boolean mayBound() {
    double blocks = (double) superblocks * Superblock.BLOCKS;
    double mean = 0;
    double variance = 0;
    for (int i = 0; i < cursors.length; i++) {
      if (cursors[i] instanceof TermImpacts == false) {
        return false;
      }
      TermImpacts term = (TermImpacts) cursors[i];
      double highest = (double) termWeights[i] * term.maxImpact();
      // The share of blocks that have the term: chance would fill these, clustering leaves some.
      double filled = (1 - Math.exp(-term.documentFrequency() / blocks)) * (1 - term.clustering());
      mean += highest * filled;
      variance += highest * highest * filled * (1 - filled + MAXIMA_VARIANCE);
    }
    return variance >= MIN_SPREAD * MIN_SPREAD * mean * mean;
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
    for (int superblock : bounds.highest(Math.max(MIN_HIGHEST_FIRST, count / HIGHEST_FIRST))) {
      done[superblock - from] = true;
      sections += visit(superblock, bounds);
    }
    for (int superblock = from; superblock < to; superblock++) {
      if (done[superblock - from] == false) {
        sections += visit(superblock, bounds);
      }
    }
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
    check();
    int first = bounds.firstBlock(superblock);
    long wanted = ImpactLoops.BEST.atLeast(bounds.blocks, first, minimum());
    int sections = sections(wanted);
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

  /** The sections that some blocks are in. */
  private static int sections(long blocks) {
    int sections = 0;
    for (int i = 0; i < Superblock.SECTIONS; i++) {
      boolean any = (blocks >>> (i * Superblock.SECTION_BLOCKS) & SECTION_OF_BLOCKS) != 0;
      sections |= any ? 1 << i : 0;
    }
    return sections;
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
