package org.learnedsparse.postings;

/**
 * The loops that search spends its time in. All numbers are whole; a sum stays below 2<sup>31</sup>
 * if the weights' sum times 255 does, which the caller sees to.
 */
public interface ImpactLoops {
  /** Plain Java, for every JVM. */
  ImpactLoops PLAIN = new PlainLoops();

  /** The fastest for this JVM. */
  ImpactLoops BEST = FastestLoops.find(PLAIN);

  /**
   * Adds weight × impact to the score of each document of one superblock.
   *
   * @param pairs gap and impact, alternating, each a byte; gap 255 with impact 0 only moves on
   * @param from the index of the first pair's gap
   * @param count pairs
   * @param document what the first gap counts from, a number in the superblock
   * @param scores one for each of {@link Superblock#DOCUMENTS}
   */
  void addPairs(byte[] pairs, int from, int count, int document, int weight, int[] scores);

  /**
   * Adds weight × maximum to the bound of each block of one superblock.
   *
   * @param maxima {@link Superblock#BLOCKS} unsigned bytes
   * @param from the index of the first
   * @param to the index of the first block's bound
   */
  void addMaxima(byte[] maxima, int from, int weight, int[] bounds, int to);

  /**
   * Which of 64 sums reach a minimum.
   *
   * @param from the index of the first
   * @return a bit for each that is {@code minimum} or above, the first the lowest
   */
  long atLeast(int[] sums, int from, int minimum);

  /**
   * Whether {@link #atLeast} has a bit.
   *
   * @param sums 0 or above
   */
  boolean anyAtLeast(int[] sums, int from, int minimum);
}
