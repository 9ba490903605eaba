package org.learnedsparse.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.learnedsparse.vector.RelevanceFeedback.Method;
import org.learnedsparse.vector.RelevanceFeedback.Relevant;

class RelevanceFeedbackTest {
  private static final SparseVector QUERY = SparseVector.of(Map.of("sea", 3f, "plant", 1f));

  private static Relevant document(double score, Map<String, Float> weights) {
    return new Relevant(SparseVector.of(weights), score);
  }

  /** By hand: the shares of each document's weights, by the documents' scores. */
  @Test
  void rm3AddsTheTermsThatTheBestDocumentsShare() {
    SparseVector changed =
        new RelevanceFeedback(Method.RM3, 2, .5)
            .apply(
                QUERY,
                List.of(
                    document(3, Map.of("kelp", 2f, "sea", 2f)),
                    document(1, Map.of("kelp", 1f, "rock", 3f))));
    // kelp: 3·1/2 + 1·1/4 = 1.75; sea: 1.5; rock: .75, which is one too many. Then 7/13 and 6/13.
    assertEquals(3, changed.size());
    Map<String, Float> weights = changed.toMap();
    assertEquals(.5 * 4 * 7 / 13, weights.get("kelp"), 1e-6);
    assertEquals(.5 * 3 + .5 * 4 * 6 / 13, weights.get("sea"), 1e-6);
    assertEquals(.5 * 1, weights.get("plant"), 1e-6);
  }

  @Test
  void rocchioAddsTheMeanOfVectorsOfOneLength() {
    SparseVector changed =
        new RelevanceFeedback(Method.ROCCHIO, 10, .25)
            .apply(
                SparseVector.of(Map.of("sea", 2f)),
                List.of(
                    document(9, Map.of("kelp", 3f, "sea", 4f)), document(1, Map.of("kelp", 7f))));
    // kelp: 3/5 + 1 = 1.6; sea: 4/5; together sqrt(3.2) long.
    Map<String, Float> weights = changed.toMap();
    assertEquals(.25 * 2 * 1.6 / Math.sqrt(3.2), weights.get("kelp"), 1e-6);
    assertEquals(.75 * 2 + .25 * 2 * .8 / Math.sqrt(3.2), weights.get("sea"), 1e-6);
  }

  @Test
  void nothingToGoByChangesNothing() {
    for (Method method : Method.values()) {
      RelevanceFeedback feedback = new RelevanceFeedback(method, 5, .5);
      assertSame(QUERY, feedback.apply(QUERY, List.of()));
      assertSame(QUERY, feedback.apply(QUERY, List.of(document(1, Map.of()))));
      assertSame(
          SparseVector.EMPTY,
          feedback.apply(SparseVector.EMPTY, List.of(document(1, Map.of("a", 1f)))));
    }
  }

  /** A query keeps its length in the method's norm, and its own terms at a weight below 1. */
  @Test
  void rm3KeepsTheSumOfWeights() {
    long seed = new Random().nextLong();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 300; i++) {
      SparseVector query = random(random);
      List<Relevant> documents =
          List.of(
              new Relevant(random(random), 1 + random.nextInt(5)), new Relevant(random(random), 2));
      double weight = random.nextDouble();
      SparseVector changed =
          new RelevanceFeedback(Method.RM3, 1 + random.nextInt(20), weight).apply(query, documents);
      assertEquals(sum(query), sum(changed), 1e-4 * sum(query), "seed " + seed);
      assertTrue(changed.toMap().keySet().containsAll(query.toMap().keySet()), "seed " + seed);
    }
  }

  private static SparseVector random(SplittableRandom random) {
    Map<String, Float> weights = new TreeMap<>();
    for (int i = 1 + random.nextInt(8); i > 0; i--) {
      weights.put("t" + random.nextInt(20), (float) random.nextDouble(.01, 3));
    }
    return SparseVector.of(weights);
  }

  private static double sum(SparseVector vector) {
    return vector.toMap().values().stream().mapToDouble(weight -> weight).sum();
  }

  @Test
  void aMeanOfSparseVectorsCountsWhatOneLacksAsZero() {
    SparseVector mean =
        WeightedMean.ofSparse(
            List.of(SparseVector.of(Map.of("a", 4f)), SparseVector.of(Map.of("a", 1f, "b", 8f))),
            new double[] {3, 1});
    assertEquals(SparseVector.of(Map.of("a", 3.25f, "b", 2f)), mean);
    assertEquals(QUERY, WeightedMean.ofSparse(List.of(QUERY), new double[] {.7}));
  }

  @Test
  void aMeanOfUnitVectorsIsAUnitVector() {
    float[] mean =
        WeightedMean.ofDense(List.of(new float[] {1, 0}, new float[] {0, 1}), new double[] {3, 1});
    assertArrayEquals(
        new float[] {(float) (3 / Math.sqrt(10)), (float) (1 / Math.sqrt(10))}, mean, 1e-6f);
    assertArrayEquals(
        new float[] {0, 0},
        WeightedMean.ofDense(
            List.of(new float[] {1, 0}, new float[] {-1, 0}), new double[] {1, 1}));
  }
}
