package org.learnedsparse.search;

import org.apache.lucene.util.IntroSelector;

/** Picks the largest of many numbers without sorting them all. */
final class Largest extends IntroSelector {
  private final long[] values;
  private long pivot;

  private Largest(long[] values) {
    this.values = values;
  }

  /**
   * Moves the largest to the end, in no order.
   *
   * @param size how many values there are, from the start of the array
   * @param most how many of them to pick, up to {@code size}
   * @return where the largest begin
   */
  static int toEnd(long[] values, int size, int most) {
    int first = size - most;
    if (first > 0 && most > 0) {
      new Largest(values).select(0, size, first);
    }
    return first;
  }

  @Override
  protected void swap(int i, int j) {
    long value = values[i];
    values[i] = values[j];
    values[j] = value;
  }

  @Override
  protected void setPivot(int i) {
    pivot = values[i];
  }

  @Override
  protected int comparePivot(int j) {
    return Long.compare(pivot, values[j]);
  }
}
