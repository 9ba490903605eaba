package org.learnedsparse.bench.loops;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.learnedsparse.postings.ImpactLoops;
import org.learnedsparse.postings.Superblock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The loops on one superblock after the other. What they read and write stays in the processor's
 * cache, as it mostly does in a search.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Loops {
  /** Pairs that {@link #addPairs} adds: a posting for every eighth document. */
  static final int PAIRS = Superblock.DOCUMENTS / 8;

  /** Superblocks that take turns: enough that branches cannot be learnt by heart. */
  private static final int SUPERBLOCKS = 64;

  private static final int WEIGHT = 137;

  /** Of 64 sums, about one reaches this. */
  private static final int MINIMUM = 1 << 20;

  /** {@code plain} takes the plain implementation, anything else the one that searches take. */
  static final String PLAIN = "plain";

  /** Which implementation. */
  @Param({PLAIN, "best"})
  String implementation;

  private ImpactLoops loops;
  private int superblock;
  private final byte[] pairs = new byte[SUPERBLOCKS * PAIRS * 2];
  private final byte[] maxima = new byte[SUPERBLOCKS * Superblock.BLOCKS];
  private final int[] sums = new int[SUPERBLOCKS * Superblock.BLOCKS];
  private final int[] bounds = new int[SUPERBLOCKS * Superblock.BLOCKS];
  private final int[] scores = new int[Superblock.DOCUMENTS];

  /** Fills what the loops read; the same in every run. */
  @Setup
  public void fill() {
    loops = implementation.equals(PLAIN) ? ImpactLoops.PLAIN : ImpactLoops.BEST;
    SplittableRandom random = new SplittableRandom(1);
    random.nextBytes(maxima);
    for (int i = 0; i < pairs.length; i += 2) {
      pairs[i] = (byte) (1 + random.nextInt(15));
      pairs[i + 1] = (byte) (1 + random.nextInt(255));
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] = random.nextInt(MINIMUM + MINIMUM / Superblock.BLOCKS);
    }
  }

  private int next() {
    superblock = (superblock + 1) % SUPERBLOCKS;
    return superblock;
  }

  /** Adds {@link #PAIRS} pairs to the scores of one superblock. */
  @Benchmark
  public int[] addPairs() {
    loops.addPairs(pairs, next() * PAIRS * 2, PAIRS, 0, WEIGHT, scores);
    return scores;
  }

  /** Adds a term's maxima to the bounds of one superblock. */
  @Benchmark
  public int[] addMaxima() {
    int first = next() * Superblock.BLOCKS;
    loops.addMaxima(maxima, first, WEIGHT, bounds, first);
    return bounds;
  }

  /** Looks which of 64 sums reach a minimum. */
  @Benchmark
  public long atLeast() {
    return loops.atLeast(sums, next() * Superblock.BLOCKS, MINIMUM);
  }

  /** Looks whether any of 64 sums reaches a minimum that none does: the longest way. */
  @Benchmark
  public boolean anyAtLeast() {
    return loops.anyAtLeast(sums, next() * Superblock.BLOCKS, Integer.MAX_VALUE);
  }
}
