package org.learnedsparse.engine;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts what this node's merges have renumbered since it started. */
public final class ReorderStatistics {
  /** Why a merge that was to renumber did not. */
  public enum Reason {
    /** It took too long. */
    TIME,
    /** It would have taken too large a part of the heap. */
    MEMORY,
    /** Its temporary files would have taken too large a part of the free disk space. */
    DISK,
    /** It failed. */
    FAILURE
  }

  /**
   * The counts at one time.
   *
   * @param current merges that renumber now
   * @param segments segments written in a new order
   * @param documents the documents in them
   * @param millis the time that finding their order took, without the merges themselves
   * @param skipped merges that kept the old order, by reason; a reason without any is there with 0
   */
  public record Snapshot(
      int current, long segments, long documents, long millis, Map<Reason, Long> skipped) {}

  private final AtomicInteger current = new AtomicInteger();
  private final LongAdder segments = new LongAdder();
  private final LongAdder documents = new LongAdder();
  private final LongAdder millis = new LongAdder();
  private final Map<Reason, LongAdder> skipped = new EnumMap<>(Reason.class);

  /** All at zero. */
  public ReorderStatistics() {
    for (Reason reason : Reason.values()) {
      skipped.put(reason, new LongAdder());
    }
  }

  void started() {
    current.incrementAndGet();
  }

  void ended() {
    current.decrementAndGet();
  }

  void reordered(int documents, long millis) {
    this.segments.increment();
    this.documents.add(documents);
    this.millis.add(millis);
  }

  void skipped(Reason reason) {
    skipped.get(reason).increment();
  }

  /** The counts now. */
  public Snapshot snapshot() {
    Map<Reason, Long> skips = new EnumMap<>(Reason.class);
    skipped.forEach((reason, count) -> skips.put(reason, count.sum()));
    return new Snapshot(current.get(), segments.sum(), documents.sum(), millis.sum(), skips);
  }
}
