package org.learnedsparse.encode;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Windows that wait, grouped by length, so that a batch holds windows of nearly the same length and
 * little of it is padding. Batches are made around the oldest window, so none waits forever.
 *
 * <p>Not safe for use by many threads.
 */
final class LengthBuckets {
  /**
   * Windows whose lengths differ by less than this share a bucket. With a hundred texts waiting and
   * batches of about four, twice the width makes batches hardly fuller and padding twice as much.
   */
  private static final int WIDTH = 8;

  private record Waiting(Window window, long arrival) {}

  private final TreeMap<Integer, ArrayDeque<Waiting>> buckets = new TreeMap<>();
  private long arrivals;
  private int size;

  void add(Window window) {
    buckets
        .computeIfAbsent(window.length() / WIDTH, key -> new ArrayDeque<>())
        .add(new Waiting(window, arrivals++));
    size++;
  }

  int size() {
    return size;
  }

  /**
   * Removes a batch of windows, the oldest one and others of its bucket.
   *
   * @param batchSize windows at the most
   * @param batchTokens windows times longest window at the most; one window always fits
   * @return at least one window, unless none waits
   */
  List<Window> take(int batchSize, long batchTokens) {
    List<Window> batch = new ArrayList<>();
    Integer oldest = null;
    for (Integer key : buckets.keySet()) {
      if (oldest == null
          || buckets.get(key).peek().arrival() < buckets.get(oldest).peek().arrival()) {
        oldest = key;
      }
    }
    if (oldest == null) {
      return batch;
    }
    ArrayDeque<Waiting> bucket = buckets.get(oldest);
    long longest = 0;
    while (batch.size() < batchSize && bucket.isEmpty() == false) {
      longest = Math.max(longest, bucket.peek().window().length());
      if (batch.isEmpty() == false && longest * (batch.size() + 1) > batchTokens) {
        break;
      }
      batch.add(bucket.poll().window());
    }
    if (bucket.isEmpty()) {
      buckets.remove(oldest);
    }
    size -= batch.size();
    return batch;
  }
}
