package org.learnedsparse.bench.search.index;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * Watches how much of the heap lives, from when it is made to when it is closed, by collecting all
 * garbage again and again on a thread of its own. It spends about a tenth of the time on that, and
 * tells how much, so that others' times can be corrected. What lives between two looks only is not
 * seen.
 */
public final class HeapWatch implements AutoCloseable {
  private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int PAUSE_PER_COLLECTION = 10;

  private final Thread thread = new Thread(this::watch, "heap-watch");
  private final long before;
  private long most;
  private long collectingNanos;
  private boolean closed;

  /** Starts to watch. */
  public HeapWatch() {
    collect();
    before = most;
    collectingNanos = 0;
    thread.setDaemon(true);
    thread.start();
  }

  private synchronized void watch() {
    try {
      long pause = SHORTEST_PAUSE_NANOS;
      while (closed == false) {
        TimeUnit.NANOSECONDS.timedWait(this, pause);
        pause = Math.max(SHORTEST_PAUSE_NANOS, PAUSE_PER_COLLECTION * collect());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Collects all garbage, which stops all threads, and notes what is left. */
  private synchronized long collect() {
    long start = System.nanoTime();
    System.gc();
    long nanos = System.nanoTime() - start;
    collectingNanos += nanos;
    most = Math.max(most, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    return nanos;
  }

  /** The most heap that lived so far, a last look included, beyond what did before. */
  public synchronized double peakMegabytes() {
    collect();
    return Math.max(0, most - before) / 1e6;
  }

  /** The time that the looks took, during which all threads were stopped. */
  public synchronized double collectingSeconds() {
    return collectingNanos / 1e9;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
