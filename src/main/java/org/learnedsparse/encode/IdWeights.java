package org.learnedsparse.encode;

import java.util.Arrays;
import java.util.TreeMap;
import org.learnedsparse.vector.SparseVector;

/** Weights above zero by vocabulary id, ids ascending. */
final class IdWeights {
  static final IdWeights EMPTY = new IdWeights(new int[0], new float[0]);

  private final int[] ids;
  private final float[] weights;

  private IdWeights(int[] ids, float[] weights) {
    this.ids = ids;
    this.weights = weights;
  }

  /** Collects weights whose ids come in ascending order. */
  static final class Builder {
    private int[] ids = new int[128];
    private float[] weights = new float[128];
    private int size;

    void add(int id, float weight) {
      if (size == ids.length) {
        ids = Arrays.copyOf(ids, size * 2);
        weights = Arrays.copyOf(weights, size * 2);
      }
      ids[size] = id;
      weights[size++] = weight;
    }

    IdWeights build() {
      return new IdWeights(Arrays.copyOf(ids, size), Arrays.copyOf(weights, size));
    }
  }

  /** The maximum of two texts' weights, id by id. */
  static IdWeights max(IdWeights a, IdWeights b) {
    Builder merged = new Builder();
    int i = 0;
    int j = 0;
    while (i < a.ids.length || j < b.ids.length) {
      int left = i < a.ids.length ? a.ids[i] : Integer.MAX_VALUE;
      int right = j < b.ids.length ? b.ids[j] : Integer.MAX_VALUE;
      if (left < right) {
        merged.add(left, a.weights[i++]);
      } else if (right < left) {
        merged.add(right, b.weights[j++]);
      } else {
        merged.add(left, Math.max(a.weights[i++], b.weights[j++]));
      }
    }
    return merged.build();
  }

  SparseVector toVector(Vocabulary vocabulary) {
    TreeMap<String, Float> terms = new TreeMap<>();
    for (int i = 0; i < ids.length; i++) {
      String token = vocabulary.token(ids[i]);
      if (token == null) {
        throw new ModelException(
            "the graph gives weight to id ["
                + ids[i]
                + "], for which [tokenizer.json] has no token; the two belong to different models");
      }
      terms.put(token, weights[i]);
    }
    return SparseVector.of(terms);
  }
}
