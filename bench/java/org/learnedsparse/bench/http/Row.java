package org.learnedsparse.bench.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.learnedsparse.bench.search.data.QuerySampler;

/**
 * What was measured of one way to ask an index, for one kind of queries.
 *
 * @param baseline the times of {@code sparse_vector} with the same counting
 * @param agreement with what {@code sparse_vector} found
 * @param sameScores whether the scores are those of every other search of {@code learned_sparse},
 *     to the last bit
 */
record Row(
    QuerySampler.Kind kind,
    Contestant contestant,
    SearchRace.Times times,
    SearchRace.Throughput throughput,
    SearchRace.Times baseline,
    Agreement agreement,
    boolean sameScores) {
  /** Whether some answers are wrong. */
  boolean isBroken() {
    return agreement.contradictions() > 0 || sameScores == false;
  }

  /** How many times as fast as the baseline it is. */
  double ratio() {
    return baseline.fastest().mean() / times.fastest().mean();
  }

  void writeTo(ObjectNode json) {
    json.put("index", contestant.index().name());
    json.put("request", contestant.request());
    json.put("queries", kind.toString());
    json.put("size", Contestant.SIZE);
    json.put("mean_ms", round(times.all().mean()));
    json.put("p50_ms", round(times.all().percentile(50)));
    json.put("p95_ms", round(times.all().percentile(95)));
    json.put("p99_ms", round(times.all().percentile(99)));
    json.put("fastest_mean_ms", round(times.fastest().mean()));
    json.put("ratio", round(ratio()));
    json.put("queries_per_s", round(throughput.queriesPerSecond()));
    json.put("node_cpu_ms", round(throughput.cpuMillis()));
    json.put("overlap", agreement.overlap());
    json.put("contradictions", agreement.contradictions());
    json.put("same_scores", sameScores);
  }

  static double round(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
