package org.learnedsparse.mapper;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts, for each field of each index, the weights above the field's maximum that this node has
 * indexed, in primaries and replicas, since it started.
 */
public final class WeightsAboveMaximum {
  private final Map<String, Map<String, LongAdder>> counts = new ConcurrentHashMap<>();

  void count(String index, String field, long weights) {
    counts
        .computeIfAbsent(index, key -> new ConcurrentHashMap<>())
        .computeIfAbsent(field, key -> new LongAdder())
        .add(weights);
  }

  /** The counts above zero, by index and field. */
  public Map<String, Map<String, Long>> snapshot() {
    Map<String, Map<String, Long>> snapshot = new TreeMap<>();
    counts.forEach(
        (index, fields) ->
            fields.forEach(
                (field, count) ->
                    snapshot
                        .computeIfAbsent(index, key -> new TreeMap<>())
                        .put(field, count.sum())));
    return snapshot;
  }
}
