package org.learnedsparse.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A process's resident memory in bytes, heap and natives included, as the kernel counts it. Linux.
 */
public final class ProcessMemory {
  private ProcessMemory() {}

  /** Now. */
  public static long resident(long pid) {
    return status(pid, "VmRSS:");
  }

  /** The most that it ever was. */
  public static long peak(long pid) {
    return status(pid, "VmHWM:");
  }

  private static long status(long pid, String field) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
          .filter(line -> line.startsWith(field))
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
