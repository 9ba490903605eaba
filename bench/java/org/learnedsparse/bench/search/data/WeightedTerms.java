package org.learnedsparse.bench.search.data;

import java.util.HashMap;
import java.util.Map;
import org.learnedsparse.vector.SparseVector;

/** A query's distinct terms with their weights, in the order the sampler drew them. */
public final class WeightedTerms {
  private final int[] terms;
  private final float[] weights;

  /** Rounds the weights to three decimals, as query files have them. */
  WeightedTerms(Map<Integer, Double> weighted) {
    terms = new int[weighted.size()];
    weights = new float[weighted.size()];
    int i = 0;
    for (Map.Entry<Integer, Double> entry : weighted.entrySet()) {
      terms[i] = entry.getKey();
      weights[i++] = (float) (Math.round(entry.getValue() * 1000) / 1000.0);
    }
  }

  /** The number of terms. */
  public int size() {
    return terms.length;
  }

  /** The {@code i}-th term. */
  public int term(int i) {
    return terms[i];
  }

  /** The weight of the {@code i}-th term, above zero. */
  public float weight(int i) {
    return weights[i];
  }

  /** The same with terms as an index has them: their numbers in decimal. */
  public SparseVector toVector() {
    Map<String, Float> named = new HashMap<>();
    for (int i = 0; i < terms.length; i++) {
      named.put(String.valueOf(terms[i]), weights[i]);
    }
    return SparseVector.of(named);
  }
}
