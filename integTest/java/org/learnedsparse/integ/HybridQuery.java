package org.learnedsparse.integ;

import java.util.List;
import java.util.Map;

/**
 * A {@code learned_sparse} query that {@link HybridScan} can answer too.
 *
 * @param nearest the block {@code knn}; null for none
 * @param k how many documents the sparse side finds
 * @param lang filters; null for no filter
 */
record HybridQuery(Map<String, Double> weights, Nearest nearest, int k, String lang) {
  /**
   * The dense side.
   *
   * @param k how many documents it finds; null for as many as the sparse side
   */
  record Nearest(String field, List<Double> vector, double weight, boolean normalised, Integer k) {}

  /** How many documents the dense side finds. */
  int nearestK() {
    return nearest.k() == null ? k : nearest.k();
  }

  HybridQuery withWeights(Map<String, Double> other) {
    return new HybridQuery(other, nearest, k, lang);
  }

  HybridQuery withVector(List<Double> other) {
    return withNearest(
        new Nearest(nearest.field(), other, nearest.weight(), nearest.normalised(), nearest.k()));
  }

  /** The sparse side alone. */
  HybridQuery sparseAlone() {
    return withNearest(null);
  }

  /** Both sides find documents, and the dense one alone scores them. */
  HybridQuery scoredDense() {
    return withNearest(
        new Nearest(nearest.field(), nearest.vector(), 1, nearest.normalised(), nearest.k()));
  }

  /** Each side finds at least so many. */
  HybridQuery withAtLeast(int least) {
    HybridQuery more = new HybridQuery(weights, nearest, Math.max(k, least), lang);
    return nearest == null || nearest.k() == null
        ? more
        : more.withNearest(
            new Nearest(
                nearest.field(),
                nearest.vector(),
                nearest.weight(),
                nearest.normalised(),
                Math.max(nearest.k(), least)));
  }

  private HybridQuery withNearest(Nearest other) {
    return new HybridQuery(weights, other, k, lang);
  }
}
