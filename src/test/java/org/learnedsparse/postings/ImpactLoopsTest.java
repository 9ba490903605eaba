package org.learnedsparse.postings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Both implementations against what the loops are said to do, computed in longs. */
class ImpactLoopsTest {
  private final long seed = new Random().nextLong();
  private final SplittableRandom random = new SplittableRandom(seed);

  private final ImpactLoops[] all = {
    ImpactLoops.PLAIN, new VectorLoops(ImpactLoops.PLAIN), ImpactLoops.BEST
  };

  private String message(ImpactLoops loops) {
    return loops + ", seed " + seed;
  }

  private byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** As large as its product with any byte can be while a sum stays below 2^31, or smaller. */
  private int randomWeight() {
    int largest = Integer.MAX_VALUE / 255;
    return random.nextBoolean() ? largest - random.nextInt(2) : 1 + random.nextInt(largest);
  }

  /** Up to what is left below 2^31 when {@code added} comes on top, and often just that. */
  private int randomSum(int added) {
    int largest = Integer.MAX_VALUE - added;
    return random.nextBoolean() ? largest : random.nextInt(largest) + random.nextInt(2);
  }

  @RepeatedTest(200)
  void maximaAreAddedToBounds() {
    int from = random.nextInt(70);
    int to = random.nextInt(70);
    byte[] maxima = randomBytes(from + Superblock.BLOCKS + random.nextInt(2));
    int weight = randomWeight();
    int[] bounds = random.ints(to + Superblock.BLOCKS + random.nextInt(2)).toArray();
    int[] expected = bounds.clone();
    for (int i = 0; i < Superblock.BLOCKS; i++) {
      int added = weight * Byte.toUnsignedInt(maxima[from + i]);
      bounds[to + i] = randomSum(added);
      expected[to + i] = Math.toIntExact((long) bounds[to + i] + added);
    }
    for (ImpactLoops loops : all) {
      int[] actual = bounds.clone();
      loops.addMaxima(maxima, from, weight, actual, to);
      assertArrayEquals(expected, actual, () -> message(loops));
    }
  }

  @RepeatedTest(200)
  void sumsReachAMinimum() {
    int from = random.nextInt(70);
    int[] limits = {1, 2, Integer.MAX_VALUE - 1, Integer.MAX_VALUE, random.nextInt(1, 1 << 20)};
    int minimum = limits[random.nextInt(limits.length)];
    int[] sums = new int[from + Long.SIZE + random.nextInt(2)];
    Arrays.setAll(
        sums,
        i ->
            switch (random.nextInt(4)) {
              case 0 -> minimum;
              case 1 -> minimum - 1;
              case 2 -> random.nextInt(2) * Integer.MAX_VALUE;
              default -> random.nextInt(Integer.MAX_VALUE);
            });
    long expected = 0;
    for (int i = 0; i < Long.SIZE; i++) {
      expected |= Long.compare(sums[from + i], minimum) >= 0 ? 1L << i : 0;
    }
    for (ImpactLoops loops : all) {
      assertEquals(expected, loops.atLeast(sums, from, minimum), () -> message(loops));
      assertEquals(expected != 0, loops.anyAtLeast(sums, from, minimum), () -> message(loops));
    }
  }

  @RepeatedTest(100)
  void pairsAreAddedToScores() {
    int from = random.nextInt(10);
    int count = random.nextInt(500);
    byte[] pairs = randomBytes(from + 2 * count);
    int document = random.nextInt(20);
    int weight = randomWeight();
    int[] scores = new int[Superblock.DOCUMENTS];
    int[] expected = new int[Superblock.DOCUMENTS];
    int at = document;
    for (int i = from; i < pairs.length; i += 2) {
      // Each document once, as in a file: a sum of several could be above the limit.
      pairs[i] = (byte) (i == from ? random.nextInt(5) : 1 + random.nextInt(7));
      at += pairs[i];
      int added = weight * Byte.toUnsignedInt(pairs[i + 1]);
      scores[at] = randomSum(added);
      expected[at] = Math.toIntExact((long) scores[at] + added);
    }
    for (ImpactLoops loops : all) {
      int[] actual = scores.clone();
      loops.addPairs(pairs, from, count, document, weight, actual);
      assertArrayEquals(expected, actual, () -> message(loops));
    }
  }

  @Test
  void nothingIsReadOrWrittenBeyondAnArray() {
    byte[] maxima = new byte[Superblock.BLOCKS];
    int[] sums = new int[Superblock.BLOCKS];
    for (ImpactLoops loops : all) {
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> loops.addMaxima(maxima, 1, 1, sums, 0),
          loops::toString);
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> loops.addMaxima(maxima, 0, 1, sums, 1),
          loops::toString);
      assertThrows(
          IndexOutOfBoundsException.class, () -> loops.atLeast(sums, 1, 1), loops::toString);
    }
  }

  /** The tests' JVM has the vectors' module. */
  @Test
  void vectorsServeWhereTheyAreFast() {
    Class<?> best = Runtime.version().feature() < 21 ? PlainLoops.class : VectorLoops.class;
    assertInstanceOf(best, ImpactLoops.BEST);
  }
}
