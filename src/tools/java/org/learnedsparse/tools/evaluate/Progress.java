package org.learnedsparse.tools.evaluate;

import java.util.Locale;
import java.util.function.LongConsumer;

/**
 * Tells on the standard error stream how far something is, about every two seconds. Safe for use by
 * several threads.
 */
final class Progress implements LongConsumer {
  private static final long INTERVAL_NANOS = 2_000_000_000L;

  private final String label;
  private final String things;
  private long nextLine = System.nanoTime() + INTERVAL_NANOS;

  /**
   * Starts to watch.
   *
   * @param label begins every line
   * @param things what is counted
   */
  Progress(String label, String things) {
    this.label = label;
    this.things = things;
  }

  @Override
  public synchronized void accept(long count) {
    long now = System.nanoTime();
    if (now >= nextLine) {
      nextLine = now + INTERVAL_NANOS;
      print(String.format(Locale.ROOT, "%,d %s …", count, things));
    }
  }

  /** The last line. */
  void done(long count, double seconds) {
    print(String.format(Locale.ROOT, "%,d %s in %.1f s", count, things, seconds));
  }

  private void print(String message) {
    System.err.println(label + ": " + message);
  }
}
