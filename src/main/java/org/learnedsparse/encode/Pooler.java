package org.learnedsparse.encode;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.TreeMap;

/** Turns a graph's raw output into weights by vocabulary id. */
final class Pooler {
  private final Pooling pooling;
  private final Activation activation;
  private final boolean specialTokens;
  private final int width;
  private final Vocabulary vocabulary;

  /**
   * @param activation null for the pooling's usual one
   * @param specialTokens null for the pooling's usual treatment
   * @param width floats a token in the output, or a text where the graph pools
   */
  Pooler(
      Pooling pooling,
      Activation activation,
      Boolean specialTokens,
      int width,
      Vocabulary vocabulary) {
    boolean overVocabulary = pooling == Pooling.MAX || pooling == Pooling.SUM;
    this.pooling = pooling;
    this.activation =
        activation != null ? activation : overVocabulary ? Activation.LOG1P_RELU : Activation.RELU;
    this.specialTokens = specialTokens != null ? specialTokens : overVocabulary;
    this.width = width;
    this.vocabulary = vocabulary;
  }

  Pooling pooling() {
    return pooling;
  }

  Activation activation() {
    return activation;
  }

  boolean specialTokens() {
    return specialTokens;
  }

  /**
   * Pools a batch.
   *
   * @param output [windows, length, width], or [windows, width] where the graph pools
   * @param windows the tokens that went in, without padding
   * @param length the batch's padded length
   */
  IdWeights[] pool(FloatBuffer output, long[][] windows, int length) {
    IdWeights[] pooled = new IdWeights[windows.length];
    float[] row = new float[pooling == Pooling.TOKEN ? length : width];
    float[] sums = new float[pooling == Pooling.TOKEN ? 0 : width];
    for (int i = 0; i < windows.length; i++) {
      pooled[i] =
          switch (pooling) {
            case MAX -> {
              maximum(output, i * length, windows[i].length, row, sums);
              yield collect(sums, true);
            }
            case SUM -> {
              sum(output, i * length, windows[i].length, row, sums);
              yield collect(sums, false);
            }
            case TOKEN -> {
              output.get(i * length, row, 0, windows[i].length);
              yield byToken(row, windows[i]);
            }
            case NONE -> {
              output.get(i * width, row, 0, width);
              yield collect(row, true);
            }
          };
    }
    return pooled;
  }

  private void maximum(FloatBuffer output, int first, int tokens, float[] row, float[] maxima) {
    Arrays.fill(maxima, Float.NEGATIVE_INFINITY);
    for (int t = 0; t < tokens; t++) {
      output.get((first + t) * width, row, 0, width);
      for (int v = 0; v < width; v++) {
        maxima[v] = Math.max(maxima[v], row[v]);
      }
    }
  }

  private void sum(FloatBuffer output, int first, int tokens, float[] row, float[] sums) {
    Arrays.fill(sums, 0);
    for (int t = 0; t < tokens; t++) {
      output.get((first + t) * width, row, 0, width);
      for (int v = 0; v < width; v++) {
        sums[v] += activation.apply(row[v]);
      }
    }
  }

  /**
   * The positive weights. Activations are monotone, so one after the maximum over the tokens gives
   * the same as the maximum after one for every token.
   */
  private IdWeights collect(float[] values, boolean activate) {
    IdWeights.Builder builder = new IdWeights.Builder();
    for (int id = 0; id < values.length; id++) {
      float weight = activate ? activation.apply(values[id]) : values[id];
      add(builder, id, weight);
    }
    return builder.build();
  }

  private IdWeights byToken(float[] values, long[] tokens) {
    TreeMap<Integer, Float> sums = new TreeMap<>();
    for (int t = 0; t < tokens.length; t++) {
      sums.merge((int) tokens[t], activation.apply(values[t]), Float::sum);
    }
    IdWeights.Builder builder = new IdWeights.Builder();
    sums.forEach((id, weight) -> add(builder, id, weight));
    return builder.build();
  }

  private void add(IdWeights.Builder builder, int id, float weight) {
    if (weight == 0 || (specialTokens == false && vocabulary.isSpecial(id))) {
      return;
    }
    if (Float.isFinite(weight) == false) {
      throw new ModelException(
          "the graph gives weight ["
              + weight
              + "] to ["
              + vocabulary.token(id)
              + "]; the model is broken");
    }
    builder.add(id, weight);
  }
}
