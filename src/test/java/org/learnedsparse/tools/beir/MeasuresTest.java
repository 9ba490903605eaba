package org.learnedsparse.tools.beir;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MeasuresTest {
  private static final double EPSILON = 1e-12;

  @Test
  void gainIsLinearInTheRelevance() {
    // DCG = 1/log2(2) + 3/log2(4) = 1 + 1.5; ideal = 3/log2(2) + 2/log2(3) + 1/log2(4).
    Measures measures = Measures.of(List.of("c", "x", "a"), Map.of("a", 3, "b", 2, "c", 1));
    assertEquals(2.5 / (3 + 2 / (Math.log(3) / Math.log(2)) + 0.5), measures.ndcg(), EPSILON);
    assertEquals(0.525000, measures.ndcg(), 1e-5);
    assertEquals(1, measures.mrr(), EPSILON);
    assertEquals(2.0 / 3, measures.recall(), EPSILON);
  }

  @Test
  void perfectRankingIsOne() {
    Measures measures = Measures.of(List.of("a", "b", "x"), Map.of("b", 1, "a", 2));
    assertEquals(new Measures(1, 1, 1), measures);
  }

  @Test
  void firstRelevantDocumentCountsForMrr() {
    // One relevant document at rank 4: 1/log2(5) and 1/4.
    Measures measures = Measures.of(List.of("x", "y", "z", "a"), Map.of("a", 1));
    assertEquals(0.430677, measures.ndcg(), 1e-6);
    assertEquals(0.25, measures.mrr(), EPSILON);
  }

  @Test
  void depthsAreTenAndHundred() {
    List<String> elevenWrong =
        Stream.concat(IntStream.range(0, 10).mapToObj(i -> "x" + i), Stream.of("a")).toList();
    assertEquals(new Measures(0, 0, 1), Measures.of(elevenWrong, Map.of("a", 1)));
    List<String> hundredWrong =
        Stream.concat(IntStream.range(0, 100).mapToObj(i -> "x" + i), Stream.of("a")).toList();
    assertEquals(new Measures(0, 0, 0), Measures.of(hundredWrong, Map.of("a", 1)));
  }

  @Test
  void idealStopsAtTenDocuments() {
    Map<String, Integer> twelve =
        IntStream.range(0, 12).boxed().collect(Collectors.toMap(i -> "d" + i, i -> 1));
    List<String> ten = IntStream.range(0, 10).mapToObj(i -> "d" + i).toList();
    Measures measures = Measures.of(ten, twelve);
    assertEquals(1, measures.ndcg(), EPSILON);
    assertEquals(10.0 / 12, measures.recall(), EPSILON);
  }

  @Test
  void zeroAndNegativeJudgmentsAreNotRelevant() {
    Measures measures = Measures.of(List.of("n", "z", "a"), Map.of("z", 0, "n", -1, "a", 1));
    assertEquals(0.5, measures.ndcg(), EPSILON);
    assertEquals(1.0 / 3, measures.mrr(), EPSILON);
    assertEquals(1, measures.recall(), EPSILON);
  }

  @Test
  void nothingFoundAndNothingRelevantAreZero() {
    assertEquals(new Measures(0, 0, 0), Measures.of(List.of(), Map.of("a", 1)));
    assertEquals(new Measures(0, 0, 0), Measures.of(List.of("a"), Map.of("a", 0)));
  }
}
