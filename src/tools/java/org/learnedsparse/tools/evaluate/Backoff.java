package org.learnedsparse.tools.evaluate;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Waits before trying again: twice as long each time up to a limit, and by a random part, so that
 * clients that were refused together do not come back together. Used by one thread.
 */
final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(50);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  /** How long a node that answers may stay busy. */
  static final Duration BUSY = Duration.ofMinutes(5);

  /** How long a node may not answer at all: it may restart, or have died. */
  static final Duration SILENT = Duration.ofSeconds(30);

  private int attempts;
  private long refusedSince;

  /**
   * Waits after a refusal.
   *
   * @param patience how long nothing may get through
   * @return false, without waiting, when the patience is over
   */
  boolean pause(Duration patience) {
    long now = System.nanoTime();
    if (attempts == 0) {
      refusedSince = now;
    } else if (now - refusedSince > patience.toNanos()) {
      return false;
    }
    long limit =
        attempts > 10
            ? LONGEST.toMillis()
            : Math.min(LONGEST.toMillis(), FIRST.toMillis() << attempts);
    attempts++;
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(limit / 2, limit + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a busy node", e);
    }
    return true;
  }

  /** Something got through: the next refusal is a first one again. */
  void reset() {
    attempts = 0;
  }

  /** Refusals since the last success. */
  int attempts() {
    return attempts;
  }
}
