package org.learnedsparse.bench.encode;

import java.util.List;

/**
 * How long some texts took.
 *
 * @param texts how many
 * @param seconds from the first one's start to the last one's end
 * @param cpuSeconds processor time of every process that took part
 */
record Speed(int texts, double seconds, double cpuSeconds) {
  double textsPerSecond() {
    return texts / seconds;
  }

  /** What the machine's other work hardly touches. */
  double textsPerCpuSecond() {
    return texts / cpuSeconds;
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
