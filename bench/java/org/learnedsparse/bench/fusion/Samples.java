package org.learnedsparse.bench.fusion;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.learnedsparse.bench.search.measure.Latencies;

/** How long the searches took, each time that all of them were run one after the other. */
final class Samples {
  /** How long one search took, for the client and by the node's own clock, in whole units. */
  record Time(long nanos, long tookMillis) {}

  private final List<Map<Search, Time>> samples = new ArrayList<>();

  /**
   * Adds the times of one query.
   *
   * @param times of each search
   */
  void add(Map<Search, Time> times) {
    samples.add(Map.copyOf(times));
  }

  /** What a client waited. */
  Latencies waited(Search search) {
    return new Latencies(samples.stream().mapToLong(times -> times.get(search).nanos()).toArray());
  }

  /** What the answers say in {@code took}: whole milliseconds. */
  Latencies took(Search search) {
    return new Latencies(
        samples.stream()
            .mapToLong(times -> TimeUnit.MILLISECONDS.toNanos(times.get(search).tookMillis()))
            .toArray());
  }

  /**
   * What the fused search took of what the other two took together, each time.
   *
   * @param percent of the times had no higher share
   */
  double shareOfSum(double percent) {
    double[] shares =
        samples.stream()
            .mapToDouble(
                times ->
                    (double) times.get(Search.FUSED).nanos()
                        / (times.get(Search.SPARSE).nanos() + times.get(Search.DENSE).nanos()))
            .sorted()
            .toArray();
    return shares[Math.max(0, (int) Math.ceil(percent / 100 * shares.length) - 1)];
  }
}
