package org.learnedsparse.postings;

/** The loops in plain Java. */
final class PlainLoops implements ImpactLoops {
  @Override
  public void addPairs(byte[] pairs, int from, int count, int document, int weight, int[] scores) {
    int at = document;
    for (int i = from, end = from + 2 * count; i < end; i += 2) {
      at += pairs[i] & 0xFF;
      // The mask changes nothing in a sound file, and keeps a damaged one inside the array.
      scores[at & Superblock.MASK] += weight * (pairs[i + 1] & 0xFF);
    }
  }

  @Override
  public void addMaxima(byte[] maxima, int from, int weight, int[] bounds, int to) {
    for (int i = 0; i < Superblock.BLOCKS; i++) {
      bounds[to + i] += weight * (maxima[from + i] & 0xFF);
    }
  }

  @Override
  public long atLeast(int[] sums, int from, int minimum) {
    long bits = 0;
    for (int i = 0; i < Long.SIZE; i++) {
      if (sums[from + i] >= minimum) {
        bits |= 1L << i;
      }
    }
    return bits;
  }

  @Override
  public boolean anyAtLeast(int[] sums, int from, int minimum) {
    int below = Math.max(0, minimum) - 1;
    for (int i = from, end = from + Long.SIZE; i < end; i += 8) {
      int negative =
          (below - sums[i])
              | (below - sums[i + 1])
              | (below - sums[i + 2])
              | (below - sums[i + 3])
              | (below - sums[i + 4])
              | (below - sums[i + 5])
              | (below - sums[i + 6])
              | (below - sums[i + 7]);
      if (negative < 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return "plain Java";
  }
}
