package org.learnedsparse.encode;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.learnedsparse.encode.graph.EncodedWindow;
import org.learnedsparse.vector.SparseVector;

/**
 * What a model makes of one text. A text longer than the model takes at once is encoded in
 * overlapping windows.
 *
 * @param vector term weights, the largest over the windows; empty if the model has no sparse head
 * @param dense the mean over the windows, as long as the windows' vectors are on the mean; null if
 *     the model has no dense head, or the text no tokens
 * @param score the mean over the windows; null if the model has no scalar head, or the text no
 *     tokens
 * @param tokens how many tokens the text has, without special tokens
 * @param windows what each window gives; none for a text of no tokens and for routes without
 *     inference
 */
@SuppressWarnings("ArrayRecordComponent") // A list of numbers, never compared.
public record EncodedText(
    SparseVector vector, float[] dense, Float score, int tokens, List<EncodedWindow> windows) {

  /** A text that no graph has seen. */
  static EncodedText of(SparseVector vector, int tokens) {
    return new EncodedText(vector, null, null, tokens, List.of());
  }

  /** No text, a vector alone. */
  static EncodedText of(float[] dense) {
    return new EncodedText(SparseVector.EMPTY, dense, null, 0, List.of());
  }

  /** A text from its windows, at least one. */
  static EncodedText of(List<EncodedWindow> windows, int tokens) {
    EncodedWindow first = windows.get(0);
    if (windows.size() == 1) {
      return new EncodedText(first.vector(), first.dense(), first.score(), tokens, windows);
    }
    return new EncodedText(
        largest(windows),
        first.dense() == null ? null : meanVector(windows),
        first.score() == null ? null : (Float) meanScore(windows),
        tokens,
        windows);
  }

  /** The same with these weights, which no window gave. */
  EncodedText withWeights(SparseVector weights) {
    return new EncodedText(weights, dense, score, tokens, windows);
  }

  /** Several texts as if they were the windows of one; at least one text. */
  public static EncodedText merge(List<EncodedText> texts) {
    if (texts.size() == 1) {
      return texts.get(0);
    }
    int tokens = texts.stream().mapToInt(EncodedText::tokens).sum();
    List<EncodedWindow> windows = texts.stream().flatMap(t -> t.windows().stream()).toList();
    if (windows.isEmpty()) {
      SparseVector vector = SparseVector.EMPTY;
      for (EncodedText text : texts) {
        vector = SparseVector.max(vector, text.vector());
      }
      return of(vector, tokens);
    }
    return of(windows, tokens);
  }

  private static SparseVector largest(List<EncodedWindow> windows) {
    Map<String, Float> weights = new HashMap<>();
    for (EncodedWindow window : windows) {
      SparseVector vector = window.vector();
      for (int i = 0; i < vector.size(); i++) {
        weights.merge(vector.term(i), vector.weight(i), Math::max);
      }
    }
    return SparseVector.of(weights);
  }

  private static float[] meanVector(List<EncodedWindow> windows) {
    float[] sum = new float[windows.get(0).dense().length];
    double norms = 0;
    for (EncodedWindow window : windows) {
      norms += norm(window.dense());
      for (int i = 0; i < sum.length; i++) {
        sum[i] += window.dense()[i];
      }
    }
    // A mean of unit vectors is shorter than one; cosine and dot product must go on agreeing.
    double norm = norm(sum);
    double factor = norm == 0 ? 0 : norms / windows.size() / norm;
    for (int i = 0; i < sum.length; i++) {
      sum[i] = (float) (sum[i] * factor);
    }
    return sum;
  }

  private static double norm(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }

  private static float meanScore(List<EncodedWindow> windows) {
    return (float) windows.stream().mapToDouble(EncodedWindow::score).average().orElseThrow();
  }
}
