package org.learnedsparse.search;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Documents that were found and scored before, in the order of their ids. */
final class FoundDocuments {
  private final int[] documents;
  private final float[] scores;

  /**
   * @param best of {@link TopScores#best}
   */
  FoundDocuments(long[] best) {
    long[] byId = new long[best.length];
    for (int i = 0; i < best.length; i++) {
      int score = Float.floatToRawIntBits(TopScores.score(best[i]));
      byId[i] = (long) TopScores.document(best[i]) << 32 | score;
    }
    Arrays.sort(byId);
    this.documents = new int[best.length];
    this.scores = new float[best.length];
    for (int i = 0; i < best.length; i++) {
      documents[i] = (int) (byId[i] >>> 32);
      scores[i] = Float.intBitsToFloat((int) byId[i]);
    }
  }

  int size() {
    return documents.length;
  }

  /**
   * @param documents their ids in the whole index, in order
   */
  FoundDocuments(int[] documents, float[] scores) {
    this.documents = documents;
    this.scores = scores;
  }

  /** The id of a document, in the whole index. */
  int id(int position) {
    return documents[position];
  }

  float score(int position) {
    return scores[position];
  }

  /** The position of the first document whose id is at least this; the size if there is none. */
  int first(int id) {
    int at = Arrays.binarySearch(documents, id);
    return at >= 0 ? at : -1 - at;
  }

  /** The ids of all, in order. */
  IntStream ids() {
    return Arrays.stream(documents);
  }

  /** Whether a document is among them. */
  boolean contains(int id) {
    return Arrays.binarySearch(documents, id) >= 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FoundDocuments that
        && Arrays.equals(documents, that.documents)
        && Arrays.equals(scores, that.scores);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(documents);
  }
}
