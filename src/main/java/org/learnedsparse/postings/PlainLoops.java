package org.learnedsparse.postings;

/** The loops in plain Java. */
final class PlainLoops implements ImpactLoops {
  @Override
  public void addPairs(byte[] pairs, int from, int count, int weight, int[] scores) {
    int document = 0;
    for (int i = from, end = from + 2 * count; i < end; i += 2) {
      document += pairs[i] & 0xFF;
      // The mask changes nothing in a sound file, and keeps a damaged one inside the array.
      scores[document & Superblock.MASK] += weight * (pairs[i + 1] & 0xFF);
    }
  }

  @Override
  public void addMaxima(byte[] maxima, int from, int weight, int[] bounds, int to) {
    for (int i = 0; i < Superblock.BLOCKS; i++) {
      bounds[to + i] += weight * (maxima[from + i] & 0xFF);
    }
  }

  @Override
  public long atLeast(int[] scores, int from, int minimum) {
    int largest = 0;
    for (int i = from, end = from + Superblock.BLOCK_DOCUMENTS; i < end; i++) {
      largest = Math.max(largest, scores[i]); // without a branch: most blocks have none
    }
    if (largest < minimum) {
      return 0;
    }
    long bits = 0;
    for (int i = 0; i < Superblock.BLOCK_DOCUMENTS; i++) {
      if (scores[from + i] >= minimum) {
        bits |= 1L << i;
      }
    }
    return bits;
  }
}
