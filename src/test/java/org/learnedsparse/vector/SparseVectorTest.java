package org.learnedsparse.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SparseVectorTest {
  @Test
  void termsAreSortedAndZeroMeansAbsent() {
    SparseVector vector = SparseVector.of(Map.of("b", 1f, "##a", 2f, "c", 0f));
    assertEquals(2, vector.size());
    assertEquals("##a", vector.term(0));
    assertEquals(1f, vector.weight(1));
  }

  @Test
  void theMapIsHeaviestFirst() {
    SparseVector vector = SparseVector.of(Map.of("b", 1f, "a", 2f, "c", 1f, "d", 1e-30f));
    assertEquals(List.of("a", "b", "c", "d"), List.copyOf(vector.toMap().keySet()));
  }

  @Test
  void theMaximumHasTheTermsOfBoth() {
    SparseVector a = SparseVector.of(Map.of("x", 1f, "y", 2f));
    SparseVector b = SparseVector.of(Map.of("y", 1f, "z", 3f));
    assertEquals(Map.of("x", 1f, "y", 2f, "z", 3f), SparseVector.max(a, b).toMap());
    assertEquals(a, SparseVector.max(a, SparseVector.EMPTY));
    assertEquals(b, SparseVector.max(SparseVector.EMPTY, b));
  }

  @Test
  void theSameTermsMayHaveOtherWeights() {
    SparseVector vector = SparseVector.of(Map.of("x", 1f, "y", 2f));
    assertEquals(Map.of("x", 3f, "y", .5f), vector.withWeights(new float[] {3, .5f}).toMap());
    assertEquals(Map.of("x", 1f, "y", 2f), vector.toMap());
    assertThrows(IllegalArgumentException.class, () -> vector.withWeights(new float[] {1}));
    for (float bad : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
      InvalidWeightException refused =
          assertThrows(
              InvalidWeightException.class, () -> vector.withWeights(new float[] {1, bad}));
      assertTrue(refused.getMessage().contains("[y]"), refused.getMessage());
    }
  }

  @Test
  void badTermsAndWeightsAreNamed() {
    for (float bad : new float[] {-1, Float.NaN, Float.POSITIVE_INFINITY}) {
      InvalidWeightException refused =
          assertThrows(InvalidWeightException.class, () -> SparseVector.of(Map.of("plant", bad)));
      assertTrue(refused.getMessage().contains("[plant]"), refused.getMessage());
      assertTrue(refused.getMessage().contains(String.valueOf(bad)), refused.getMessage());
    }
    assertThrows(InvalidWeightException.class, () -> SparseVector.of(Map.of("", 1f)));
  }
}
