package org.learnedsparse.models;

import java.util.List;
import java.util.Map;

/**
 * The document side of the model, in Java as the graph has it.
 *
 * <p>A document's count of a term is the sum of the strengths that its tokens bring along for it;
 * for the token itself that is its importance, which falls from the document's start to its end,
 * for the others it is less the longer the document is. A weight is the count, saturated as in
 * BM25: {@code 4·c / (c + k)} with {@code k} growing with the document's length; a weight below the
 * floor is 0.
 *
 * @param targets by token, the terms it brings along; a token of no weight brings none
 * @param strengths by token, the strength of each target, in (0, 1]
 * @param own by token, 1 if it has weight itself, else 0
 * @param shape the scalars of the saturation
 */
@SuppressWarnings("ArrayRecordComponent") // A table of numbers, never compared.
record DocumentModel(int[][] targets, float[][] strengths, float[] own, Shape shape) {
  /** The highest weight: that of a term which occurs without end. */
  static final float MAX_WEIGHT = 4;

  /**
   * @param k1 the count at which a document of average length has half the highest weight
   * @param b how much of k grows with length, in [0, 1]
   * @param length the average length, in tokens that have weight
   * @param growth the power of the length that k grows with
   * @param lead how many times more than far behind a token at the start counts, less 1
   * @param leadLength the position, in tokens, where half of that is left
   * @param fade the power of the length that expansions fade with, in documents above the average
   * @param floor the lowest weight kept
   */
  record Shape(
      float k1,
      float b,
      float length,
      float growth,
      float lead,
      float leadLength,
      float fade,
      float floor) {
    /** The count at which a document of this length has half the highest weight. */
    float k(float documentLength) {
      return k1 * (1 - b + b * (float) Math.pow(documentLength / length, growth));
    }

    /** What the strengths of expansions are multiplied by in a document of this length. */
    float expansionShare(float documentLength) {
      return (float) Math.pow(Math.max(1, documentLength / length), -fade);
    }

    /** How many times more than far behind a token at a position counts. */
    float placeFactor(int position) {
      return 1 + lead / (1 + position / leadLength);
    }

    /** The logarithm of a position's importance, before a document's mean is taken from it. */
    private double logImportance(int position) {
      return Math.log1p(lead / (1 + position / leadLength));
    }
  }

  /** Builds the tables: every token with weight brings itself along, then its expansions. */
  static DocumentModel of(Expansions expansions, boolean[] weightless, Shape shape) {
    int vocabulary = weightless.length;
    int[][] targets = new int[vocabulary][];
    float[][] strengths = new float[vocabulary][];
    float[] own = new float[vocabulary];
    for (int token = 0; token < vocabulary; token++) {
      List<Map.Entry<Integer, Double>> row =
          weightless[token] ? List.of() : expansions.strongest(token);
      int self = weightless[token] ? 0 : 1;
      own[token] = self;
      targets[token] = new int[row.size() + self];
      strengths[token] = new float[row.size() + self];
      if (self == 1) {
        targets[token][0] = token;
        strengths[token][0] = 1;
      }
      for (int i = 0; i < row.size(); i++) {
        targets[token][i + self] = row.get(i).getKey();
        strengths[token][i + self] = row.get(i).getValue().floatValue();
      }
    }
    return new DocumentModel(targets, strengths, own, shape);
  }

  /** A document's length: its tokens that have weight. */
  float length(int[] document) {
    float length = 0;
    for (int token : document) {
      length += own[token];
    }
    return length;
  }

  /**
   * The importance of each position: what its token adds to the count of its own term. The
   * geometric mean over a document's tokens is 1; a token of no weight has none.
   */
  float[] importances(int[] document) {
    double sum = 0;
    int length = 0;
    for (int i = 0; i < document.length; i++) {
      if (own[document[i]] > 0) {
        sum += shape.logImportance(i);
        length++;
      }
    }
    float[] importances = new float[document.length];
    for (int i = 0; i < document.length; i++) {
      if (own[document[i]] > 0) {
        importances[i] = (float) Math.exp(shape.logImportance(i) - sum / length);
      }
    }
    return importances;
  }

  /** The expansions in the tables, less the tokens themselves. */
  Expansions expansions() {
    Expansions expansions = new Expansions(own.length);
    for (int token = 0; token < own.length; token++) {
      for (int i = 1; i < targets[token].length; i++) {
        expansions.raise(token, targets[token][i], strengths[token][i]);
      }
    }
    return expansions;
  }
}
