package org.learnedsparse.bench.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgreementTest {
  /** Documents and scores by turns. */
  private static Hits hits(double... documentsAndScores) {
    Map<Integer, Float> scores = new LinkedHashMap<>();
    for (int i = 0; i < documentsAndScores.length; i += 2) {
      scores.put((int) documentsAndScores[i], (float) documentsAndScores[i + 1]);
    }
    return new Hits(scores);
  }

  private static Agreement compare(Hits baseline, Hits found) {
    return Agreement.of(List.of(baseline), List.of(found));
  }

  @Test
  void theSameHitsAgree() {
    assertEquals(new Agreement(1, 0), compare(hits(1, 3, 2, 2.99), hits(1, 3.01, 2, 3)));
    assertEquals(new Agreement(1, 0), compare(hits(), hits()));
  }

  /** Cut weights took 0.3% of the score of document 3, so that document 2 went before it. */
  @Test
  void nearlyEqualDocumentsMayChangePlaces() {
    assertEquals(new Agreement(0.5, 0), compare(hits(1, 3, 2, 2.994), hits(1, 3, 3, 3)));
  }

  @Test
  void nothingButCutWeightsMayTakeAHitAway() {
    // Cut by at most 2^-8, document 3 would have 2.988 at least.
    assertEquals(new Agreement(0.5, 1), compare(hits(1, 3, 2, 2.98), hits(1, 3, 3, 3)));
  }

  @Test
  void aBetterDocumentMustBeFound() {
    // Document 2 has 2.9 at least, and was passed over for one with 2.8.
    assertEquals(new Agreement(0.5, 1), compare(hits(1, 3, 2, 2.9), hits(1, 3, 3, 2.8)));
  }

  @Test
  void missingHitsCount() {
    assertEquals(new Agreement(0.5, 1), compare(hits(1, 3, 2, 2), hits(1, 3)));
    assertEquals(new Agreement(1, 1), compare(hits(1, 3), hits(1, 3, 2, 2)));
    assertEquals(new Agreement(0, 2), compare(hits(1, 3, 2, 2), hits()));
  }

  @Test
  void overlapIsTheMean() {
    assertEquals(
        new Agreement(0.75, 1),
        Agreement.of(
            List.of(hits(1, 3), hits(1, 3, 2, 2.9)), List.of(hits(1, 3), hits(1, 3, 3, 2.8))));
  }
}
