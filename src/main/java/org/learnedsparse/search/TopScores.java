package org.learnedsparse.search;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.LongHeap;

/**
 * The k best documents that one thread has met: highest score first, then lowest document id.
 *
 * <p>Several of these, one a segment, share what the k-th score is at least.
 */
final class TopScores {
  /**
   * The highest k-th score of any segment. A document below it is not among the k best of all; one
   * that equals it may be, by its id.
   */
  static final class Threshold {
    private final AtomicInteger bits = new AtomicInteger(Float.floatToIntBits(0));

    float get() {
      return Float.intBitsToFloat(bits.get());
    }

    /** Bits of floats of 0 and above are ordered as the floats are. */
    void raise(float score) {
      bits.accumulateAndGet(Float.floatToIntBits(score), Math::max);
    }
  }

  private final int k;
  private final Threshold threshold;

  /** The score's bits, and below them the id, reversed: larger is better. */
  private final LongHeap heap;

  /**
   * @param k 1 or more
   */
  TopScores(int k, Threshold threshold) {
    this.k = k;
    this.threshold = threshold;
    this.heap = new LongHeap(k);
  }

  /** What a score must reach to be among the k best; 0 while anything is. */
  float threshold() {
    return threshold.get();
  }

  /**
   * Takes a document in if it is better than the worst of k.
   *
   * @param document the id in the whole index
   * @param score 0 or above
   */
  void offer(int document, float score) {
    long key = (long) Float.floatToIntBits(score) << 32 | (Integer.MAX_VALUE - document);
    if (heap.size() < k) {
      heap.push(key);
    } else if (key > heap.top()) {
      heap.updateTop(key);
    } else {
      return;
    }
    if (heap.size() == k) {
      threshold.raise(score(heap.top()));
    }
  }

  private static float score(long key) {
    return Float.intBitsToFloat((int) (key >>> 32));
  }

  /** The documents, best first. Empties this. */
  ScoreDoc[] drain() {
    ScoreDoc[] documents = new ScoreDoc[heap.size()];
    for (int i = documents.length - 1; i >= 0; i--) {
      long key = heap.pop();
      documents[i] = new ScoreDoc(Integer.MAX_VALUE - (int) key, score(key));
    }
    return documents;
  }
}
