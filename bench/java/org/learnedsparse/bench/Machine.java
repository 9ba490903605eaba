package org.learnedsparse.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.StringTokenizer;

/** The machine that a benchmark runs on. */
public final class Machine {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final Path CPU_TIMES = Path.of("/proc/stat");

  /** The kernel tells times in these parts of a second, whatever its own clock does. */
  private static final double TICKS = 100;

  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private Machine() {}

  /** The cores that this JVM may use. */
  public static int cores() {
    return SYSTEM.getAvailableProcessors();
  }

  /** The processor's name, or its architecture where the system does not tell. */
  public static String cpu() {
    return lines(CPU_INFO).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }

  /** The memory of the machine, in 10⁹ bytes. */
  public static long memoryGigabytes() {
    return Math.round(SYSTEM.getTotalMemorySize() / 1e9);
  }

  /** The mean number of running threads over the last minute, to two digits. */
  public static double loadAverage() {
    return Math.round(SYSTEM.getSystemLoadAverage() * 100) / 100.0;
  }

  /** The processor time that this JVM has used, in seconds. */
  public static double ownCpuSeconds() {
    return SYSTEM.getProcessCpuTime() / 1e9;
  }

  /** The processor time that all processes have used, in seconds; NaN where none tells. */
  public static double cpuSeconds() {
    List<String> lines = lines(CPU_TIMES);
    if (lines.isEmpty()) {
      return Double.NaN;
    }
    StringTokenizer times = new StringTokenizer(lines.get(0));
    times.nextToken(); // the line's name
    double busy = 0;
    for (int i = 0; i < 8; i++) {
      double seconds = Double.parseDouble(times.nextToken()) / TICKS;
      boolean idle = i == 3 || i == 4; // the latter waits for a disk
      busy += idle ? 0 : seconds;
    }
    return busy;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
