package org.learnedsparse.fusion;

import java.util.List;
import org.apache.lucene.search.ScoreDoc;

/**
 * The documents that one retriever found, best first.
 *
 * @param documents with their shard
 * @param byScore whether the scores alone decide the order; otherwise a sort does
 */
record ChildList(List<ScoreDoc> documents, boolean byScore) {

  /**
   * Each document's rank, from 1. Documents of equal scores share one, and the next has the number
   * of those before it, and 1: 1, 2, 2, 4. For their order is that of shards and documents, which
   * must not decide a score. In a sort's order each has a rank of its own.
   */
  int[] ranks() {
    int[] ranks = new int[documents.size()];
    for (int i = 0; i < ranks.length; i++) {
      boolean equal = byScore && i > 0 && documents.get(i).score == documents.get(i - 1).score;
      ranks[i] = equal ? ranks[i - 1] : i + 1;
    }
    return ranks;
  }

  /** The documents' scores, in their order. */
  float[] scores() {
    float[] scores = new float[documents.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = documents.get(i).score;
    }
    return scores;
  }
}
