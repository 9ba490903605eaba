package org.learnedsparse.bench.soak;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Says every ten seconds how far indexing is. Safe for use by many threads. */
final class Progress {
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final int documents;
  private final long start = System.nanoTime();
  private long nextLine = start + INTERVAL_NANOS;

  /**
   * @param documents how many there are in all
   */
  Progress(int documents) {
    this.documents = documents;
  }

  synchronized void accept(long acknowledged) {
    long now = System.nanoTime();
    if (now >= nextLine) {
      nextLine = now + INTERVAL_NANOS;
      System.err.printf(
          Locale.ROOT,
          "%,d of %,d documents, %.0f a second%n",
          acknowledged,
          documents,
          acknowledged / ((now - start) / 1e9));
    }
  }
}
