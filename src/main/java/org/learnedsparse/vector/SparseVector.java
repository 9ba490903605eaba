package org.learnedsparse.vector;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * An immutable sparse vector: distinct terms, sorted by their UTF-16 order, each with a finite
 * weight above zero. Terms are the raw tokens of a model's vocabulary, so their number has no
 * limit.
 */
public final class SparseVector {
  /** The vector of no terms. */
  public static final SparseVector EMPTY = new SparseVector(new String[0], new float[0]);

  private final String[] terms;
  private final float[] weights;

  private SparseVector(String[] terms, float[] weights) {
    this.terms = terms;
    this.weights = weights;
  }

  /**
   * Makes a vector of a map. A weight of zero stands for an absent term.
   *
   * @throws InvalidWeightException if a term is empty, or a weight is negative, NaN or infinite
   */
  public static SparseVector of(Map<String, Float> weights) {
    NavigableMap<String, Float> sorted = new TreeMap<>();
    for (Map.Entry<String, Float> entry : weights.entrySet()) {
      if (checked(entry.getKey(), entry.getValue()) > 0) {
        sorted.put(entry.getKey(), entry.getValue());
      }
    }
    String[] terms = new String[sorted.size()];
    float[] values = new float[sorted.size()];
    int i = 0;
    for (Map.Entry<String, Float> entry : sorted.entrySet()) {
      terms[i] = entry.getKey();
      values[i++] = entry.getValue();
    }
    return new SparseVector(terms, values);
  }

  /**
   * Checks one term and its weight.
   *
   * @return the weight, zero or above
   * @throws InvalidWeightException if the term is empty, or the weight negative, NaN or infinite
   */
  public static float checked(String term, float weight) {
    if (term.isEmpty()) {
      throw new InvalidWeightException(
          "a term is the empty string; terms have at least one character");
    }
    if (Float.isFinite(weight) == false || weight < 0) {
      throw new InvalidWeightException(
          "term ["
              + term
              + "] has weight ["
              + weight
              + "]; a weight is a finite number, 0 or above");
    }
    return weight;
  }

  /** The larger weight of every term that either vector has. */
  public static SparseVector max(SparseVector a, SparseVector b) {
    if (a.size() == 0 || b.size() == 0) {
      return a.size() == 0 ? b : a;
    }
    Map<String, Float> merged = new TreeMap<>(a.toMap());
    b.toMap().forEach((term, weight) -> merged.merge(term, weight, Math::max));
    return of(merged);
  }

  /** The number of terms. */
  public int size() {
    return terms.length;
  }

  /** The {@code i}-th term in sorted order. */
  public String term(int i) {
    return terms[i];
  }

  /** The weight of the {@code i}-th term, above zero. */
  public float weight(int i) {
    return weights[i];
  }

  /** The terms with their weights, heaviest first, equal weights by term. */
  public Map<String, Float> toMap() {
    Map<String, Float> map = new LinkedHashMap<>(size() * 2);
    for (int i : heaviestFirst()) {
      map.put(terms[i], weights[i]);
    }
    return map;
  }

  /** The positions of the terms, heaviest first, equal weights by term. */
  int[] heaviestFirst() {
    long[] keys = new long[size()];
    for (int i = 0; i < keys.length; i++) {
      // Positive floats sort as their bits do; complemented, the heaviest come first.
      keys[i] = ((long) ~Float.floatToIntBits(weights[i]) << 32) | i;
    }
    Arrays.sort(keys);
    int[] order = new int[keys.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = (int) keys[i];
    }
    return order;
  }

  /**
   * The same terms with other weights.
   *
   * @param others one for each term, in the terms' order
   * @throws InvalidWeightException if a weight is not above zero, or not finite
   */
  public SparseVector withWeights(float[] others) {
    if (others.length != size()) {
      throw new IllegalArgumentException(others.length + " weights for " + size() + " terms");
    }
    for (int i = 0; i < others.length; i++) {
      if (checked(terms[i], others[i]) == 0) {
        throw new InvalidWeightException("term [" + terms[i] + "] has no weight");
      }
    }
    return new SparseVector(terms, others.clone());
  }

  /** The vector of the terms at these positions. */
  SparseVector select(int[] positions) {
    int[] sorted = positions.clone();
    Arrays.sort(sorted);
    String[] kept = new String[sorted.length];
    float[] values = new float[sorted.length];
    for (int i = 0; i < sorted.length; i++) {
      kept[i] = terms[sorted[i]];
      values[i] = weights[sorted[i]];
    }
    return new SparseVector(kept, values);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SparseVector that
        && Arrays.equals(terms, that.terms)
        && Arrays.equals(weights, that.weights);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(terms) + Arrays.hashCode(weights);
  }

  @Override
  public String toString() {
    return toMap().toString();
  }
}
