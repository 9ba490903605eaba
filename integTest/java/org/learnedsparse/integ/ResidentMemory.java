package org.learnedsparse.integ;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Watches, from outside, how much memory a process has: what Linux tells of its own pages and of
 * those of files in {@code /proc/<pid>/status}, and in it the largest there was between two looks.
 */
final class ResidentMemory implements Closeable {
  private static final long PAUSE_MILLIS = 5;

  private final Path status;
  private final Thread thread = new Thread(this::watch, "resident-memory");
  private volatile boolean stopped;
  private volatile long most;

  ResidentMemory(long pid) {
    status = Path.of("/proc/" + pid + "/status");
    thread.setDaemon(true);
  }

  /** Whether this system tells. */
  static boolean isKnown() {
    return Files.isReadable(Path.of("/proc/self/status"));
  }

  /** Begins to look for the largest. */
  ResidentMemory start() {
    thread.start();
    return this;
  }

  /** Bytes of RssAnon and RssFile, now. */
  long now() {
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("RssAnon:") || line.startsWith("RssFile:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The largest that was seen. */
  long most() {
    return most;
  }

  private void watch() {
    try {
      while (stopped == false) {
        most = Math.max(most, now());
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stopped = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
