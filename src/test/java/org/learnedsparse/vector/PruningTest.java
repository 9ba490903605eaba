package org.learnedsparse.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PruningTest {
  private static final SparseVector VECTOR =
      SparseVector.of(Map.of("a", 4f, "b", 3f, "c", 2f, "d", 1f));

  @ParameterizedTest
  @CsvSource({
    "TOP_K, 1, a",
    "TOP_K, 3, abc",
    "TOP_K, 9, abcd",
    "MAX_RATIO, 0.5, abc",
    "MAX_RATIO, 0.51, ab",
    "MAX_RATIO, 1, a",
    "ABS_VALUE, 1, abcd",
    "ABS_VALUE, 1.01, abc",
    "ABS_VALUE, 5, ''",
    "ALPHA_MASS, 0.4, a",
    "ALPHA_MASS, 0.41, ab",
    "ALPHA_MASS, 0.7, ab",
    "ALPHA_MASS, 0.9, abc",
    "ALPHA_MASS, 1, abcd",
  })
  void keepsTheHeaviestTerms(Pruning.Type type, double value, String kept) {
    SparseVector pruned = new Pruning(type, value).apply(VECTOR);
    StringBuilder terms = new StringBuilder();
    for (int i = 0; i < pruned.size(); i++) {
      terms.append(pruned.term(i));
      assertEquals(VECTOR.toMap().get(pruned.term(i)), pruned.weight(i));
    }
    assertEquals(kept, terms.toString());
  }

  @Test
  void equalWeightsAreDecidedByTerm() {
    SparseVector equal = SparseVector.of(Map.of("z", 1f, "y", 1f, "x", 1f));
    assertEquals(Map.of("x", 1f, "y", 1f), new Pruning(Pruning.Type.TOP_K, 2).apply(equal).toMap());
  }

  @Test
  void nothingIsLeftOfNothing() {
    for (Pruning.Type type : Pruning.Type.values()) {
      assertEquals(SparseVector.EMPTY, new Pruning(type, 1).apply(SparseVector.EMPTY));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TOP_K, 0",
    "TOP_K, 1.5",
    "TOP_K, NaN",
    "MAX_RATIO, 0",
    "MAX_RATIO, 1.1",
    "ALPHA_MASS, -1",
    "ALPHA_MASS, 2",
    "ABS_VALUE, 0",
    "ABS_VALUE, Infinity",
  })
  void valuesOutOfRangeAreRefusedByName(Pruning.Type type, double value) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> new Pruning(type, value));
    assertTrue(refused.getMessage().contains(type.toString()), refused.getMessage());
    assertTrue(refused.getMessage().contains(String.valueOf(value)), refused.getMessage());
  }

  @Test
  void unknownTypesAreRefusedWithThoseThereAre() {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> Pruning.Type.of("topk"));
    assertTrue(refused.getMessage().contains("[topk]"), refused.getMessage());
    assertTrue(refused.getMessage().contains("alpha_mass"), refused.getMessage());
  }
}
