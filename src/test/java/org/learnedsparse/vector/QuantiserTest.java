package org.learnedsparse.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantiserTest {
  @Test
  void impactsAreRoundedAndNeverZero() {
    Quantiser quantiser = new Quantiser(2.55f);
    assertEquals(100, quantiser.impact(1));
    assertEquals(101, quantiser.impact(1.0051f));
    assertEquals(1, quantiser.impact(1e-20f));
    assertEquals(255, quantiser.impact(2.55f));
  }

  @Test
  void weightsAboveTheMaximumAreTold() {
    Quantiser quantiser = new Quantiser(4);
    assertFalse(quantiser.isAboveMaximum(4));
    assertTrue(quantiser.isAboveMaximum(Math.nextUp(4f)));
    assertEquals(255, quantiser.impact(Float.MAX_VALUE));
  }

  @Test
  void theErrorIsAtMostHalfAStep() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      float maximum = (float) Math.exp(random.nextGaussian() * 5);
      Quantiser quantiser = new Quantiser(maximum);
      float weight = random.nextFloat() * maximum;
      int impact = quantiser.impact(weight);
      double error = Math.abs((double) impact * quantiser.step() - weight);
      boolean raised = impact == 1 && weight < quantiser.step();
      assertTrue(
          raised || error <= quantiser.step() * 0.50001,
          () -> "seed " + seed + ": weight " + weight + " of " + maximum + " is " + impact);
    }
  }

  @Test
  void aMaximumIsAFinitePositiveNumber() {
    for (float bad : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY, Float.MIN_VALUE}) {
      assertThrows(IllegalArgumentException.class, () -> new Quantiser(bad));
    }
  }
}
