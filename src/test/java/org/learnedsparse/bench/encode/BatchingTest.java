package org.learnedsparse.bench.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchingTest {
  private static final List<long[]> TEXTS =
      IntStream.of(2, 9, 1, 8, 3).mapToObj(long[]::new).toList();

  private static List<List<Integer>> lengths(Batching batching) {
    return batching.of(TEXTS).stream()
        .map(batch -> batch.stream().map(text -> text.length).toList())
        .toList();
  }

  @Test
  void sortedBatchesHoldTextsOfLikeLengths() {
    Batching sorted = new Batching(Batching.Order.SORTED, 2);
    assertEquals(List.of(List.of(9, 8), List.of(3, 2), List.of(1)), lengths(sorted));
    assertEquals(25.0 / 23, sorted.padding(TEXTS));
  }

  @Test
  void batchesAsTheyComeAreNotSorted() {
    Batching arrival = new Batching(Batching.Order.ARRIVAL, 2);
    assertEquals(List.of(List.of(2, 9), List.of(1, 8), List.of(3)), lengths(arrival));
    assertEquals(37.0 / 23, arrival.padding(TEXTS));
  }

  @Test
  void aTextAloneHasNoPadding() {
    assertEquals(1, new Batching(Batching.Order.ARRIVAL, 1).padding(TEXTS));
  }
}
