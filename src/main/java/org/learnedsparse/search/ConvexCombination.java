package org.learnedsparse.search;

import org.apache.lucene.search.Explanation;

/**
 * A document's score from its sparse and its dense one: (1 − weight) × sparse + weight × dense, the
 * convex combination of Bruch, Gai and Ingber, <a href="https://doi.org/10.1145/3596512">An
 * Analysis of Fusion Functions for Hybrid Retrieval</a> (2023).
 *
 * @param weight of the dense score, 0 to 1
 * @param normalised whether each score counts as a share of the highest that any document could
 *     have: the sum of the query's weights times the field's maximum weight, and 1 for the
 *     similarities that Elasticsearch brings to 0 to 1. Both are the same for every shard
 */
public record ConvexCombination(double weight, boolean normalised) {
  /**
   * The fused score.
   *
   * @param highest the highest sparse score that any document could have
   */
  float score(float sparse, float dense, float highest) {
    return (float) ((1 - weight) * sparse(sparse, highest) + weight * dense);
  }

  private double sparse(float score, float highest) {
    return normalised && highest > 0 ? (double) score / highest : score;
  }

  /** The fused score, with its parts. */
  Explanation explain(Explanation sparse, Explanation dense, float highest, float boost) {
    float sparseScore = sparse.isMatch() ? sparse.getValue().floatValue() : 0;
    float denseScore = dense.isMatch() ? dense.getValue().floatValue() : 0;
    return Explanation.match(
        score(sparseScore, denseScore, highest) * boost,
        "fused score, sparse part + dense part" + (boost == 1 ? "" : ", times boost") + ", of:",
        Explanation.match(
            (float) ((1 - weight) * sparse(sparseScore, highest)),
            "sparse part, (1 - weight) × score"
                + (normalised ? " / theoretical maximum" : "")
                + ":",
            normalised
                ? new Explanation[] {
                  share(1 - weight, "1 - weight"),
                  sparse,
                  Explanation.match(
                      highest, "theoretical maximum, sum of query weights × max_weight")
                }
                : new Explanation[] {share(1 - weight, "1 - weight"), sparse}),
        Explanation.match(
            (float) (weight * denseScore),
            "dense part, weight × score:",
            share(weight, "weight"),
            dense));
  }

  private static Explanation share(double share, String name) {
    return Explanation.match((float) share, name);
  }

  @Override
  public String toString() {
    return "dense weight " + weight + (normalised ? ", shares of the theoretical maximum" : "");
  }
}
