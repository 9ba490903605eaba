package org.learnedsparse.models;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * For each token, the tokens that it brings along and how strongly: 1 says that it counts as much
 * as an occurrence of that token, 0.1 as a tenth of one.
 */
final class Expansions {
  private final List<Map<Integer, Double>> rows = new ArrayList<>();

  Expansions(int vocabulary) {
    for (int i = 0; i < vocabulary; i++) {
      rows.add(new TreeMap<>());
    }
  }

  /** Adds to a strength; the sum is at most 1. */
  void add(int token, int target, double strength) {
    rows.get(token).merge(target, strength, (a, b) -> Math.min(1, a + b));
  }

  /** Raises a strength to at least the given one. */
  void raise(int token, int target, double strength) {
    rows.get(token).merge(target, strength, Math::max);
  }

  /** A token's expansions by target. */
  Map<Integer, Double> row(int token) {
    return rows.get(token);
  }

  /** A token's expansions, strongest first; ties by id. */
  List<Map.Entry<Integer, Double>> strongest(int token) {
    return rows.get(token).entrySet().stream()
        .sorted(
            Map.Entry.<Integer, Double>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .toList();
  }

  /** Keeps the strongest expansions of each token, none below the given strength. */
  void prune(int most, double weakest) {
    for (int token = 0; token < rows.size(); token++) {
      Map<Integer, Double> kept = new TreeMap<>();
      strongest(token).stream()
          .filter(entry -> entry.getValue() >= weakest)
          .limit(most)
          .forEach(entry -> kept.put(entry.getKey(), entry.getValue()));
      rows.set(token, kept);
    }
  }

  /**
   * Adds what a translation model says: the share of a token's translations that went to the target
   * as a multiple of the share that went to the token itself.
   *
   * @param gain strength for a target that is as likely as the token itself
   * @param smoothing expected count added below the line, so that rare tokens promise little
   */
  void addTranslations(TranslationModel model, double gain, double smoothing) {
    double[] own = new double[rows.size()];
    model.forEach(
        (source, target, count) -> {
          if (source == target) {
            own[source] = count;
          }
        });
    model.forEach(
        (source, target, count) -> {
          if (source != target) {
            double strength = gain * count / (own[source] + smoothing);
            if (strength > 0.01) {
              add(source, target, Math.min(1, strength));
            }
          }
        });
  }
}
