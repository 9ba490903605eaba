package org.learnedsparse.fusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NormalizerTest {
  @Test
  void knownLists() {
    float[] scores = {8, 4, 4, 2};
    assertArrayEquals(new double[] {8, 4, 4, 2}, Normalizer.NONE.normalize(scores));
    assertArrayEquals(new double[] {1, 1 / 3.0, 1 / 3.0, 0}, Normalizer.MIN_MAX.normalize(scores));
    assertArrayEquals(
        new double[] {1, 0.5, 0.5, 0.25}, Normalizer.THEORETICAL_MIN_MAX.normalize(scores));
    assertArrayEquals(new double[] {0.8, 0.4, 0.4, 0.2}, Normalizer.L2.normalize(scores), 1e-15);
    // The mean is 4.5, and the squares of 3.5, 0.5, 0.5 and 2.5 are 4.75 in the mean.
    double deviation = Math.sqrt(4.75);
    assertArrayEquals(
        new double[] {6 / deviation, 2 / deviation, 2 / deviation, 0},
        Normalizer.Z_SCORE.normalize(scores),
        1e-15);
  }

  @Test
  void equalScores() {
    for (float score : new float[] {3, 0.1f, 0}) {
      for (int size : new int[] {1, 2, 7}) {
        float[] scores = new float[size];
        Arrays.fill(scores, score);
        double[] ones = new double[size];
        Arrays.fill(ones, 1);
        for (Normalizer normalizer :
            new Normalizer[] {
              Normalizer.MIN_MAX, Normalizer.THEORETICAL_MIN_MAX, Normalizer.Z_SCORE
            }) {
          assertArrayEquals(ones, normalizer.normalize(scores), normalizer + " of " + score);
        }
        double[] roots = new double[size];
        Arrays.fill(roots, 1 / Math.sqrt(size));
        assertArrayEquals(roots, Normalizer.L2.normalize(scores), 1e-15);
      }
    }
  }

  @Test
  void emptyListsStayEmpty() {
    for (Normalizer normalizer : Normalizer.values()) {
      assertEquals(0, normalizer.normalize(new float[0]).length);
    }
  }

  @Test
  void byTheFormulas() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      float[] scores = new float[2 + random.nextInt(50)];
      double unit = Math.exp(random.nextGaussian() * 20);
      for (int j = 0; j < scores.length; j++) {
        scores[j] =
            random.nextInt(4) == 0
                ? scores[Math.max(0, j - 1)]
                : (float) (random.nextDouble() * unit);
      }
      scores[0] = (float) (2 * unit);
      String what = "seed " + seed + ", case " + i + ": ";
      for (Normalizer normalizer : Normalizer.values()) {
        double[] expected = formula(normalizer, scores);
        double[] normalized = normalizer.normalize(scores);
        double highest = Arrays.stream(expected).max().orElseThrow();
        assertArrayEquals(expected, normalized, highest * 1e-12, what + normalizer);
        for (double value : normalized) {
          assertTrue(value >= 0, what + normalizer);
        }
      }
    }
  }

  private static double[] formula(Normalizer normalizer, float[] floats) {
    double[] scores = new double[floats.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = floats[i];
    }
    double lowest = Arrays.stream(scores).min().orElseThrow();
    double highest = Arrays.stream(scores).max().orElseThrow();
    double mean = Arrays.stream(scores).average().orElseThrow();
    double norm = Math.sqrt(Arrays.stream(scores).map(score -> score * score).sum());
    double deviation =
        Math.sqrt(
            Arrays.stream(scores)
                .map(score -> (score - mean) * (score - mean))
                .average()
                .orElseThrow());
    return Arrays.stream(scores)
        .map(
            score ->
                switch (normalizer) {
                  case NONE -> score;
                  case MIN_MAX -> (score - lowest) / (highest - lowest);
                  case THEORETICAL_MIN_MAX -> score / highest;
                  case L2 -> score / norm;
                  case Z_SCORE -> (score - mean) / deviation - (lowest - mean) / deviation;
                })
        .toArray();
  }
}
