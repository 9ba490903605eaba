package org.learnedsparse.search;

import java.util.Arrays;
import java.util.List;

/**
 * The k best documents of one segment: highest score first, then lowest document id.
 *
 * <p>Documents are noted as they come and sorted at the end. Several of these, one a segment, share
 * the threshold that a score must reach to matter.
 *
 * <p>A document is kept as its score's bits and, below them, its id reversed: larger is better.
 */
final class TopScores {
  /** Room for the documents of one superblock and some more, besides the best. */
  private static final int ROOM = 6144;

  private static final int FIRST_CAPACITY = 256;

  private final int k;
  private final Threshold threshold;
  private long[] documents = new long[FIRST_CAPACITY];
  private int size;

  /** Documents that the threshold knows of come first. */
  private int settled;

  /** The k-th best document's value once that has been computed: nothing below it matters. */
  private long worst = Long.MIN_VALUE;

  /**
   * @param k 1 or more
   */
  TopScores(int k, Threshold threshold) {
    this.k = k;
    this.threshold = threshold;
  }

  /** How many are wanted. */
  int k() {
    return k;
  }

  /** What a score must reach to be among the k best; 0 while anything is. */
  float threshold() {
    return threshold.get();
  }

  /**
   * Notes a document.
   *
   * @param document the id in the whole index
   * @param score 0 or above
   */
  void add(int document, float score) {
    long value = value(document, score);
    if (value < worst) {
      return;
    }
    if (size == documents.length) {
      makeRoom();
    }
    documents[size++] = value;
  }

  /** Raises the threshold by what was added. */
  void settle() {
    if (settled < size) {
      threshold.count(documents, settled, size);
      settled = size;
    }
  }

  private void makeRoom() {
    settle();
    dropBelowThreshold();
    int most = k + ROOM;
    if (size > most / 2 && documents.length >= most) {
      // So many with nearly the k-th score: their ids decide.
      int kept = Math.min(k, size);
      int first = Largest.toEnd(documents, size, kept);
      worst = kept == k ? documents[first] : worst;
      System.arraycopy(documents, first, documents, 0, kept);
      size = kept;
    } else if (size > documents.length / 2) {
      documents = Arrays.copyOf(documents, Math.min(most, 2 * documents.length));
    }
    settled = size;
  }

  private void dropBelowThreshold() {
    long least = (long) Float.floatToRawIntBits(threshold.get()) << 32;
    int kept = 0;
    for (int i = 0; i < size; i++) {
      documents[kept] = documents[i];
      kept += documents[i] >= least ? 1 : 0;
    }
    size = kept;
  }

  /** The k best of all segments, in no order. */
  static long[] best(List<TopScores> segments, int k) {
    int all = 0;
    for (TopScores segment : segments) {
      segment.dropBelowThreshold();
      all += segment.size;
    }
    long[] found = new long[all];
    int filled = 0;
    for (TopScores segment : segments) {
      System.arraycopy(segment.documents, 0, found, filled, segment.size);
      filled += segment.size;
    }
    int first = Largest.toEnd(found, all, Math.min(k, all));
    return Arrays.copyOfRange(found, first, all);
  }

  /** A document with its score: larger is better. */
  static long value(int document, float score) {
    return (long) Float.floatToRawIntBits(score) << 32 | (Integer.MAX_VALUE - document);
  }

  /** The id of one of {@link #best}. */
  static int document(long best) {
    return Integer.MAX_VALUE - (int) best;
  }

  /** The score of one of {@link #best}. */
  static float score(long best) {
    return Float.intBitsToFloat((int) (best >>> 32));
  }
}
