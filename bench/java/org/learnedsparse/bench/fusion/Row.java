package org.learnedsparse.bench.fusion;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.learnedsparse.bench.search.measure.Latencies;

/**
 * What was measured for one k.
 *
 * @param floorMillis the mean time of a request that matches nothing
 */
record Row(int k, int candidates, Samples samples, double floorMillis) {
  /** The median of what the fused search took of the other two together, in percent. */
  double percentOfSum() {
    return 100 * samples.shareOfSum(50);
  }

  /**
   * The same by the means, of what a request takes beyond one that matches nothing: the fused
   * search goes through HTTP and the node's phases once, the other two together twice.
   */
  private double percentOfWork() {
    double fused = samples.waited(Search.FUSED).mean() - floorMillis;
    double sum = samples.waited(Search.SPARSE).mean() + samples.waited(Search.DENSE).mean();
    return 100 * fused / (sum - 2 * floorMillis);
  }

  void writeTo(ObjectNode json) {
    json.put("k", k);
    json.put("num_candidates", candidates);
    for (Search search : Search.values()) {
      ObjectNode its = json.putObject(search.toString());
      write(samples.waited(search), its.putObject("http_ms"));
      write(samples.took(search), its.putObject("took_ms"));
    }
    json.put("percent_of_sum_median", round(percentOfSum()));
    json.put("percent_of_sum_p25", round(100 * samples.shareOfSum(25)));
    json.put("percent_of_sum_p75", round(100 * samples.shareOfSum(75)));
    json.put("percent_of_sum_without_floor", round(percentOfWork()));
  }

  private static void write(Latencies times, ObjectNode json) {
    json.put("p50", round(times.percentile(50)));
    json.put("p90", round(times.percentile(90)));
    json.put("mean", round(times.mean()));
  }

  /** A line for each search, in Markdown; the last has the shares. */
  String lines() {
    StringBuilder lines = new StringBuilder();
    for (Search search : Search.values()) {
      Latencies waited = samples.waited(search);
      Latencies took = samples.took(search);
      lines.append(
          String.format(
              Locale.ROOT,
              "| %d | %d | %s | %.3f | %.3f | %.3f | %.0f | %.0f | %.2f | %s |%n",
              k,
              candidates,
              search,
              waited.percentile(50),
              waited.percentile(90),
              waited.mean(),
              took.percentile(50),
              took.percentile(90),
              took.mean(),
              search == Search.FUSED ? shares() : " | | "));
    }
    return lines.toString();
  }

  private String shares() {
    return String.format(
        Locale.ROOT,
        "**%.1f%%** | %.1f–%.1f%% | %.1f%%",
        percentOfSum(),
        100 * samples.shareOfSum(25),
        100 * samples.shareOfSum(75),
        percentOfWork());
  }

  static double round(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
