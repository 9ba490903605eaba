package org.learnedsparse.tools.beir;

import java.util.SplittableRandom;

/**
 * How likely a difference between two systems is to come from chance: Fisher's paired randomisation
 * test. If the systems were alike, each query's difference could as well have had the other sign;
 * the test draws signs at random and counts how often the mean difference is at least as large as
 * the one observed.
 */
public final class Significance {
  private static final int ROUNDS = 10_000;
  private static final long SEED = 42;

  private Significance() {}

  /**
   * The two-sided p value, the same for the same input.
   *
   * @param differences one system's measure minus the other's, one for each query
   * @return in 0..1, never below 1 / 10,001: what 10,000 rounds can tell
   */
  public static double pValue(double[] differences) {
    double observed = 0;
    double largest = 0;
    for (double difference : differences) {
      observed += difference;
      largest += Math.abs(difference);
    }
    // Sums of the same numbers in other signs differ by rounding: that must not break a tie.
    double threshold = Math.abs(observed) - 1e-12 * largest;
    SplittableRandom random = new SplittableRandom(SEED);
    int atLeastAsLarge = 0;
    for (int round = 0; round < ROUNDS; round++) {
      if (Math.abs(sumWithRandomSigns(differences, random)) >= threshold) {
        atLeastAsLarge++;
      }
    }
    return (atLeastAsLarge + 1.0) / (ROUNDS + 1.0);
  }

  private static double sumWithRandomSigns(double[] differences, SplittableRandom random) {
    double sum = 0;
    long signs = 0;
    for (int i = 0; i < differences.length; i++) {
      if (i % Long.SIZE == 0) {
        signs = random.nextLong();
      }
      sum += (signs & 1) == 0 ? differences[i] : -differences[i];
      signs >>>= 1;
    }
    return sum;
  }
}
