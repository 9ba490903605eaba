package org.learnedsparse.tools.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class HitTest {
  @Test
  void tiesFallByIdWhateverOrderTheyCameIn() {
    Hit a = new Hit("a", 1);
    Hit b = new Hit("b", 1);
    Hit c = new Hit("c", 2);
    assertEquals(List.of("c", "b", "a"), Hit.ranking(List.of(a, b, c)));
    assertEquals(List.of("c", "b", "a"), Hit.ranking(List.of(b, c, a)));
  }
}
