package org.learnedsparse.models;

import java.util.Random;

/**
 * The dense side of the model, in Java as the graph has it: a row per token. A text's vector is the
 * sum of its tokens' rows, each times its factor, brought to length 1. How much a token counts is
 * how long its row is.
 *
 * @param rows [vocabulary][dims]
 */
@SuppressWarnings("ArrayRecordComponent") // A table of numbers, never compared.
record DenseModel(float[][] rows) {
  /** The length of a row before training, for a token without weight in the sparse model. */
  private static final double WEIGHTLESS = 0.3;

  /**
   * A text.
   *
   * @param tokens ids
   * @param factors of each token's row
   */
  @SuppressWarnings("ArrayRecordComponent") // Lists of numbers, never compared.
  record Text(int[] tokens, float[] factors) {
    /** A text as it stands: its first words count more, as in the sparse model. */
    static Text of(int[] tokens, DocumentModel.Shape shape) {
      float[] factors = new float[tokens.length];
      for (int i = 0; i < factors.length; i++) {
        factors[i] = shape.placeFactor(i);
      }
      return new Text(tokens, factors);
    }
  }

  /**
   * Rows of random directions, as long as the tokens weigh in queries; in the mean of all weights
   * 1.
   */
  static DenseModel random(float[] weights, int dims, long seed) {
    double sum = 0;
    int weighty = 0;
    for (float weight : weights) {
      sum += weight;
      weighty += weight > 0 ? 1 : 0;
    }
    double mean = sum / weighty;
    Random random = new Random(seed);
    float[][] rows = new float[weights.length][dims];
    for (int token = 0; token < rows.length; token++) {
      double length = (weights[token] > 0 ? weights[token] : WEIGHTLESS) / mean;
      for (int k = 0; k < dims; k++) {
        rows[token][k] = (float) (length / Math.sqrt(dims) * random.nextGaussian());
      }
    }
    return new DenseModel(rows);
  }

  int dims() {
    return rows[0].length;
  }

  /** Adds a text's rows to {@code sum}, [dims], which is returned. */
  float[] sum(Text text, float[] sum) {
    for (int i = 0; i < text.tokens().length; i++) {
      add(sum, text.factors()[i], rows[text.tokens()[i]]);
    }
    return sum;
  }

  /** Adds a multiple of a vector to another of the same length. */
  static void add(float[] to, float factor, float[] vector) {
    for (int k = 0; k < to.length; k++) {
      to[k] += factor * vector[k];
    }
  }

  /** Brings a vector to length 1, unless it is 0; returns its length before. */
  static float normalise(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    float norm = (float) Math.sqrt(squares);
    if (norm > 0) {
      for (int k = 0; k < vector.length; k++) {
        vector[k] /= norm;
      }
    }
    return norm;
  }
}
