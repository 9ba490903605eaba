package org.learnedsparse.postings;

/** Postings of three bytes each: the document's number in its superblock, and the impact. */
final class Triples {
  static final int BYTES = 3;

  private Triples() {}

  /**
   * @param at the index of a triple
   */
  static int document(byte[] triples, int at) {
    // The mask changes nothing in a sound file, and keeps a damaged one inside of arrays.
    return ((triples[at] & 0xFF) | (triples[at + 1] & 0xFF) << 8) & Superblock.MASK;
  }

  /**
   * @param at the index of a triple
   */
  static int impact(byte[] triples, int at) {
    return triples[at + 2] & 0xFF;
  }

  /** Adds weight × impact to the score of each document of one superblock. */
  static void addScores(byte[] triples, int from, int count, int weight, int[] scores) {
    for (int i = from, end = from + BYTES * count; i < end; i += BYTES) {
      scores[document(triples, i)] += weight * impact(triples, i);
    }
  }
}
