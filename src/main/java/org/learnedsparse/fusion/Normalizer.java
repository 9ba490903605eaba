package org.learnedsparse.fusion;

import java.util.Locale;

/**
 * Makes the scores of one list comparable with those of another. Scores are finite and 0 or above,
 * before and after; a document that is not in the list counts as 0.
 *
 * <p>Where all scores of a list are equal, as in a list of one document, nothing tells the
 * documents apart but to be found is worth something: each is what it would be if it had all there
 * is to have.
 */
enum Normalizer {
  /** The scores as they are. */
  NONE {
    @Override
    double[] normalize(float[] scores) {
      double[] normalized = new double[scores.length];
      for (int i = 0; i < scores.length; i++) {
        normalized[i] = scores[i];
      }
      return normalized;
    }
  },

  /** (score - lowest) / (highest - lowest), 0 to 1; 1 where all are equal. */
  MIN_MAX {
    @Override
    double[] normalize(float[] scores) {
      double lowest = lowest(scores);
      return linear(scores, lowest, highest(scores) - lowest, 1);
    }
  },

  /**
   * score / highest: as {@link #MIN_MAX}, with the lowest score that is possible, 0, in place of
   * the lowest that was found. Bruch, Gai, Ingber, "An Analysis of Fusion Functions for Hybrid
   * Retrieval", 2023. 1 where all are equal.
   */
  THEORETICAL_MIN_MAX {
    @Override
    double[] normalize(float[] scores) {
      return linear(scores, 0, highest(scores), 1);
    }
  },

  /** score / √(sum of the squares of all scores); 1 / √(number of scores) where all are equal. */
  L2 {
    @Override
    double[] normalize(float[] scores) {
      double squares = 0;
      for (float score : scores) {
        squares += (double) score * score;
      }
      return linear(scores, 0, Math.sqrt(squares), 1 / Math.sqrt(scores.length));
    }
  },

  /**
   * (score - lowest) / σ, with the population's standard deviation σ: the z-scores, moved up
   * together until the lowest is 0. For scores must not be negative, and a document that is not in
   * the list should not count as an average one. 1 where all are equal.
   */
  Z_SCORE {
    @Override
    double[] normalize(float[] scores) {
      double sum = 0;
      for (float score : scores) {
        sum += score;
      }
      double mean = sum / scores.length;
      double squares = 0;
      for (float score : scores) {
        squares += (score - mean) * (score - mean);
      }
      double lowest = lowest(scores);
      // A sum of equal scores may be rounded, and their deviation then is not quite 0.
      double deviation = lowest == highest(scores) ? 0 : Math.sqrt(squares / scores.length);
      return linear(scores, lowest, deviation, 1);
    }
  };

  /**
   * The scores of a list, in its order; an empty list stays empty.
   *
   * @param scores finite, 0 or above
   */
  abstract double[] normalize(float[] scores);

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** (score - origin) / unit, or the same for each where the unit is 0. */
  private static double[] linear(float[] scores, double origin, double unit, double withoutUnit) {
    double[] normalized = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      normalized[i] = unit > 0 ? (scores[i] - origin) / unit : withoutUnit;
    }
    return normalized;
  }

  private static double lowest(float[] scores) {
    float lowest = Float.POSITIVE_INFINITY;
    for (float score : scores) {
      lowest = Math.min(lowest, score);
    }
    return lowest;
  }

  private static double highest(float[] scores) {
    float highest = 0;
    for (float score : scores) {
      highest = Math.max(highest, score);
    }
    return highest;
  }
}
