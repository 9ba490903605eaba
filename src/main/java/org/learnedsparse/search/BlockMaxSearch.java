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

  /** A bit for each block of the first section. */
  private static final long SECTION_OF_BLOCKS = (1L << Superblock.SECTION_BLOCKS) - 1;

  /** In random order terms have a clustering of next to nothing. */
  private static final double MIN_CLUSTERING = .05;

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

  /** Whether the segment has bounds, and its documents an order that makes them rule things out. */
  private boolean mayBound() {
    double postings = 0;
    double clustered = 0;
    for (ImpactCursor cursor : cursors) {
      if (cursor instanceof TermImpacts == false) {
        return false;
      }
      postings += cursor.documentFrequency();
      clustered += (double) cursor.documentFrequency() * ((TermImpacts) cursor).clustering();
    }
    return clustered >= MIN_CLUSTERING * postings;
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
        Arrays.fill(scores, 0);
      }
    }
  }

  private void visitByBounds(int from, int to) throws IOException {
    int count = to - from;
    int[] bounds = new int[count * Superblock.BLOCKS];
    long[] places = new long[cursors.length * count];
    for (int i = 0; i < cursors.length; i++) {
      TermImpacts term = (TermImpacts) cursors[i];
      for (int s = term.advance(from); s < to; s = term.next()) {
        term.addBounds(termWeights[i], bounds, (s - from) * Superblock.BLOCKS);
        places[(s - from) * cursors.length + i] = term.place();
      }
    }
    long[] order = byBestBlock(bounds, from, count);
    int sections = 0;
    for (int i = count - 1; i >= 0; i--) {
      int bound = (int) (order[i] >>> 32);
      if (bound < minimum()) {
        break;
      }
      sections += visit(from, Integer.MAX_VALUE - (int) order[i], bounds, places);
    }
    gauge.count(count * Superblock.SECTIONS, count * Superblock.SECTIONS - sections);
  }

  /** Superblocks, the last the best: the bound of its best block, and its number, reversed. */
  private long[] byBestBlock(int[] bounds, int from, int count) {
    long[] order = new long[count];
    for (int s = 0; s < count; s++) {
      int best = 0;
      for (int block = 0; block < Superblock.BLOCKS; block++) {
        int at = s * Superblock.BLOCKS + block;
        if (accepted.inFilter(from * Superblock.BLOCKS + at) == 0) {
          bounds[at] = 0;
        }
        best = Math.max(best, bounds[at]);
      }
      order[s] = (long) best << 32 | (Integer.MAX_VALUE - s);
    }
    Arrays.sort(order);
    return order;
  }

  /** Scores a superblock, or sections of it, and gives how many sections. */
  private int visit(int from, int s, int[] bounds, long[] places) throws IOException {
    check();
    long wanted = ImpactLoops.BEST.atLeast(bounds, s * Superblock.BLOCKS, minimum());
    int sections = sections(wanted);
    TermImpacts reader = (TermImpacts) cursors[0]; // one buffer for all terms stays in the cache
    for (int i = 0; i < cursors.length; i++) {
      long place = places[s * cursors.length + i];
      if (place != 0) {
        reader.addScores(place, sections, termWeights[i], scores);
      }
    }
    for (; wanted != 0; wanted &= wanted - 1) {
      int block = Long.numberOfTrailingZeros(wanted);
      if (bounds[s * Superblock.BLOCKS + block] >= minimum()) {
        offer(from + s, block);
      }
    }
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
        top.offer(base + document, weights.score(scores[local]));
      }
    }
  }
}
