package org.learnedsparse.tools.evaluate;

import java.util.Locale;
import java.util.function.LongConsumer;

/**
 * Tells on the standard error stream how far indexing is, about every two seconds. Safe for use by
 * several threads.
 */
public final class Progress implements LongConsumer {
  private static final long INTERVAL_NANOS = 2_000_000_000L;

  private final String label;
  private long nextLine = System.nanoTime() + INTERVAL_NANOS;

  /**
   * Starts to watch.
   *
   * @param label begins every line
   */
  public Progress(String label) {
    this.label = label;
  }

  @Override
  public synchronized void accept(long documents) {
    long now = System.nanoTime();
    if (now >= nextLine) {
      nextLine = now + INTERVAL_NANOS;
      print(String.format(Locale.ROOT, "%,d documents …", documents));
    }
  }

  /** The last line. */
  public void done(long documents, double seconds) {
    print(String.format(Locale.ROOT, "%,d documents in %.1f s", documents, seconds));
  }

  private void print(String message) {
    System.err.println(label + ": " + message);
  }
}
