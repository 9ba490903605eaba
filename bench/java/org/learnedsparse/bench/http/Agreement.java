package org.learnedsparse.bench.http;

import java.util.List;
import java.util.Map;

/**
 * Whether {@code sparse_vector} and {@code learned_sparse} found the same documents for some
 * queries.
 *
 * <p>They store the same weights, except that {@code sparse_vector} cuts each after its ninth
 * significant bit: its score of a document is at most 2<sup>-8</sup> below the exact one, never
 * above it. So documents whose scores are as near may change places; no others may.
 *
 * @param overlap the share of the hits of {@code sparse_vector} that {@code learned_sparse} has
 *     too, the mean over the queries
 * @param contradictions documents that one of them misses, and nearly equal scores do not explain
 */
record Agreement(double overlap, int contradictions) {
  /** What cutting can take from a score, as a share of it. */
  private static final double CUT = 0x1p-8;

  /** What rounding in floats, or of the query's weights to 23 bits, can take or add. */
  private static final double ROUNDING = 1e-4;

  /**
   * Compares answers, query by query.
   *
   * @param baseline those of {@code sparse_vector}
   * @param found those of {@code learned_sparse}
   */
  static Agreement of(List<Hits> baseline, List<Hits> found) {
    double overlap = 0;
    int contradictions = 0;
    for (int query = 0; query < baseline.size(); query++) {
      Hits theirs = baseline.get(query);
      Hits ours = found.get(query);
      int shared = 0;
      for (Map.Entry<Integer, Float> hit : theirs.scores().entrySet()) {
        if (ours.scores().containsKey(hit.getKey())) {
          shared++;
        } else if (ours.size() < theirs.size() || isAbove(hit.getValue(), ours.last())) {
          contradictions++;
        }
      }
      for (Map.Entry<Integer, Float> hit : ours.scores().entrySet()) {
        if (theirs.scores().containsKey(hit.getKey()) == false
            && (theirs.size() < ours.size()
                || isAbove(hit.getValue() * (1 - CUT), theirs.last()))) {
          contradictions++;
        }
      }
      overlap += theirs.size() == 0 ? 1 : (double) shared / theirs.size();
    }
    return new Agreement(overlap / baseline.size(), contradictions);
  }

  private static boolean isAbove(double score, double other) {
    return score > other * (1 + ROUNDING);
  }
}
