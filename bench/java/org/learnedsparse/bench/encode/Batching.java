package org.learnedsparse.bench.encode;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How texts are put into batches. A batch's texts are padded to its longest one.
 *
 * @param order what the batches are cut from
 * @param size texts in a batch
 */
record Batching(Order order, int size) {
  /** Which texts share a batch. */
  enum Order {
    /** Texts of nearly equal lengths; the longest come first, so that the threads end together. */
    SORTED,
    /** Texts that came one after the other. */
    ARRIVAL
  }

  /**
   * Cuts texts into batches.
   *
   * @param texts token ids
   */
  List<List<long[]>> of(List<long[]> texts) {
    List<long[]> ordered = new ArrayList<>(texts);
    if (order == Order.SORTED) {
      ordered.sort(Comparator.comparingInt((long[] text) -> text.length).reversed());
    }
    List<List<long[]>> batches = new ArrayList<>();
    for (int from = 0; from < ordered.size(); from += size) {
      batches.add(ordered.subList(from, Math.min(ordered.size(), from + size)));
    }
    return batches;
  }

  /** The tokens that a graph runs for each token of the texts: 1 where nothing is padding. */
  double padding(List<long[]> texts) {
    long run = of(texts).stream().mapToLong(batch -> (long) longest(batch) * batch.size()).sum();
    return (double) run / texts.stream().mapToLong(text -> text.length).sum();
  }

  /** The length that a batch's texts are padded to. */
  static int longest(List<long[]> batch) {
    return batch.stream().mapToInt(text -> text.length).max().orElse(0);
  }

  @Override
  public String toString() {
    return switch (order) {
      case SORTED -> "sorted by length, " + size + " a batch";
      case ARRIVAL -> "as they come, " + size + " a batch";
    };
  }
}
