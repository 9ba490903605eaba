package org.learnedsparse.vector;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Means of vectors, each with a weight: Σ weight × vector / Σ weight. */
public final class WeightedMean {
  private WeightedMean() {}

  /**
   * The mean of sparse vectors; a term counts 0 where a vector lacks it.
   *
   * @param weights one a vector, above 0
   */
  public static SparseVector ofSparse(List<SparseVector> vectors, double[] weights) {
    Map<String, Double> sums = new TreeMap<>();
    double all = 0;
    for (int i = 0; i < weights.length; i++) {
      add(vectors.get(i), weights[i], sums);
      all += weights[i];
    }
    return times(sums, 1 / all);
  }

  /** Adds a vector's weights, times a factor, to sums by term. */
  static void add(SparseVector vector, double factor, Map<String, Double> sums) {
    for (int i = 0; i < vector.size(); i++) {
      sums.merge(vector.term(i), factor * vector.weight(i), Double::sum);
    }
  }

  /** The vector of these weights, times a factor. */
  static SparseVector times(Map<String, Double> weights, double factor) {
    Map<String, Float> result = new TreeMap<>();
    weights.forEach((term, weight) -> result.put(term, (float) (weight * factor)));
    return SparseVector.of(result);
  }

  /**
   * The mean of dense vectors, made as long as they are on the mean: a mean of unit vectors is
   * shorter than one, and cosine and dot product must go on agreeing.
   *
   * @param vectors of one length, at least one
   * @param weights one a vector, above 0
   */
  public static float[] ofDense(List<float[]> vectors, double[] weights) {
    double[] sum = new double[vectors.get(0).length];
    double norms = 0;
    double all = 0;
    for (int i = 0; i < weights.length; i++) {
      float[] vector = vectors.get(i);
      norms += weights[i] * norm(vector);
      all += weights[i];
      for (int j = 0; j < sum.length; j++) {
        sum[j] += weights[i] * vector[j];
      }
    }
    double squares = 0;
    for (double value : sum) {
      squares += value * value;
    }
    double factor = squares == 0 ? 0 : norms / all / Math.sqrt(squares);
    float[] mean = new float[sum.length];
    for (int j = 0; j < mean.length; j++) {
      mean[j] = (float) (sum[j] * factor);
    }
    return mean;
  }

  private static double norm(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }
}
