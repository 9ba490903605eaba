package org.learnedsparse.bench.encode;

import java.util.List;
import java.util.function.DoubleSupplier;
import org.learnedsparse.bench.Machine;

/**
 * How long some texts took.
 *
 * @param texts how many
 * @param seconds from the first one's start to the last one's end
 * @param otherCpuSeconds processor time that went to anything else on the machine; NaN if unknown
 */
record Speed(int texts, double seconds, double otherCpuSeconds) {
  double textsPerSecond() {
    return texts / seconds;
  }

  /**
   * Texts for every second that a core was not busy with other work. On an idle machine that is
   * {@link #textsPerSecond} shared out among the cores; on a busy one it is the steadier figure.
   */
  double textsPerFreeCoreSecond() {
    return texts / (seconds * Machine.cores() - otherCpuSeconds);
  }

  /** The part of the cores that other work had, 0 to 1. */
  double otherShare() {
    return otherCpuSeconds / (seconds * Machine.cores());
  }

  /** Both runs as if they were one. */
  Speed plus(Speed other) {
    return new Speed(
        texts + other.texts, seconds + other.seconds, otherCpuSeconds + other.otherCpuSeconds);
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** Measures from its creation on. */
  static final class Stopwatch {
    private final DoubleSupplier cpuSeconds;
    private final double allCpuStart = Machine.cpuSeconds();
    private final double cpuStart;
    private final long start;

    /**
     * @param cpuSeconds tells the processor time so far of every process that takes part
     */
    Stopwatch(DoubleSupplier cpuSeconds) {
      this.cpuSeconds = cpuSeconds;
      this.cpuStart = cpuSeconds.getAsDouble();
      this.start = System.nanoTime();
    }

    Speed stop(int texts) {
      double seconds = (System.nanoTime() - start) / 1e9;
      double cpu = cpuSeconds.getAsDouble() - cpuStart;
      double all = Machine.cpuSeconds() - allCpuStart;
      return new Speed(texts, seconds, Math.max(0, all - cpu));
    }
  }
}
