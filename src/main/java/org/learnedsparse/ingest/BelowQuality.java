package org.learnedsparse.ingest;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts, for each model that scores texts, those that this node has left out since it started, for
 * their score was below the threshold.
 */
public final class BelowQuality {
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

  void count(String model, long texts) {
    counts.computeIfAbsent(model, key -> new LongAdder()).add(texts);
  }

  /** The counts by model. */
  public Map<String, Long> snapshot() {
    Map<String, Long> snapshot = new TreeMap<>();
    counts.forEach((model, count) -> snapshot.put(model, count.sum()));
    return snapshot;
  }
}
