package org.learnedsparse.tools.beir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SignificanceTest {
  @Test
  void agreesWithTheExactDistribution() {
    // Of the 8 ways to sign (1, 1, 1), two reach a sum of 3 in absolute value.
    assertEquals(2.0 / 8, Significance.pValue(new double[] {1, 1, 1}), 0.015);
    // |±1 ± 2 ± 3 + …| of (3, 2, 1, -1): observed 5; sums of 5 or more in absolute value:
    // 7 (1 way each sign), 5 (2 ways each sign: either 1 is negative) = 6 of 16.
    assertEquals(6.0 / 16, Significance.pValue(new double[] {3, 2, 1, -1}), 0.015);
  }

  @Test
  void noDifferenceIsCertainlyChance() {
    assertEquals(1, Significance.pValue(new double[20]));
    assertEquals(1, Significance.pValue(new double[] {0.25, -0.25}));
  }

  @Test
  void consistentDifferenceIsNotChance() {
    double[] always = new double[200];
    Arrays.fill(always, 0.01);
    assertEquals(1.0 / 10_001, Significance.pValue(always));
  }

  @Test
  void signDoesNotMatterAndResultRepeats() {
    double[] differences = IntStream.range(0, 90).mapToDouble(i -> Math.sin(i) + 0.1).toArray();
    double[] negated = Arrays.stream(differences).map(d -> -d).toArray();
    double p = Significance.pValue(differences);
    assertEquals(p, Significance.pValue(differences));
    assertEquals(p, Significance.pValue(negated));
    assertTrue(p > 0.05 && p < 0.5, () -> "p = " + p);
  }
}
