package org.learnedsparse.search;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.apache.lucene.search.ScoreDoc;

/** Documents and their scores to the last bit, in order. */
final class Hits {
  private final List<Long> keys = new ArrayList<>();

  static Hits of(ScoreDoc[] documents) {
    Hits hits = new Hits();
    for (ScoreDoc document : documents) {
      hits.add(document.doc, document.score);
    }
    return hits;
  }

  void add(int document, float score) {
    keys.add(key(document, score));
  }

  /** Larger for a better hit: the score's bits, 0 or above, and the id, reversed. */
  static long key(int document, float score) {
    return (long) Float.floatToIntBits(score) << 32 | (Integer.MAX_VALUE - document);
  }

  static int document(long key) {
    return Integer.MAX_VALUE - (int) key;
  }

  static float score(long key) {
    return Float.intBitsToFloat((int) (key >>> 32));
  }

  void forEachDocument(IntConsumer consumer) {
    keys.forEach(key -> consumer.accept(document(key)));
  }

  int size() {
    return keys.size();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Hits that && keys.equals(that.keys);
  }

  @Override
  public int hashCode() {
    return keys.hashCode();
  }

  /** The first ones, and how many there are. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder().append(size()).append(" hits:");
    keys.stream()
        .limit(30)
        .forEach(key -> text.append(' ').append(document(key)).append('=').append(score(key)));
    return text.toString();
  }
}
