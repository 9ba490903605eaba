package org.learnedsparse.bench.search;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.learnedsparse.bench.search.data.QuerySampler;
import org.learnedsparse.bench.search.engine.Mode;
import org.learnedsparse.bench.search.index.BuiltIndex;
import org.learnedsparse.bench.search.measure.Audit;
import org.learnedsparse.bench.search.measure.Latencies;
import org.learnedsparse.bench.search.measure.Times;

/**
 * What was measured of one engine in one mode, for one kind of queries and one k.
 *
 * @param baseline the times of the engine that this one is compared to
 */
record Row(
    QuerySampler.Kind kind,
    int k,
    BuiltIndex built,
    Mode mode,
    Times times,
    Audit audit,
    Optional<Times> baseline) {

  /** Whether the engine should have found all, and did not. */
  boolean isBroken() {
    return mode.isExact() && built.engine().isLossless() && audit.recall() < 1;
  }

  /** How many times as fast as the baseline it is, if that took part. */
  OptionalDouble ratio(Function<Times, Latencies> clock) {
    return baseline.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(clock.apply(baseline.get()).mean() / clock.apply(times).mean());
  }

  void writeTo(ObjectNode json) {
    json.put("engine", built.engine().name());
    json.put("queries", kind.toString());
    json.put("k", k);
    json.put("mode", mode.toString());
    json.put("mean_ms", round(times.wall().mean()));
    json.put("p50_ms", round(times.wall().percentile(50)));
    json.put("p95_ms", round(times.wall().percentile(95)));
    json.put("p99_ms", round(times.wall().percentile(99)));
    json.put("mean_cpu_ms", round(times.cpu().mean()));
    ratio(Times::wall).ifPresent(ratio -> json.put("ratio", round(ratio)));
    ratio(Times::cpu).ifPresent(ratio -> json.put("cpu_ratio", round(ratio)));
    json.put("recall", audit.recall());
    json.put("segments", built.segments());
    json.put("bytes", built.bytes());
    json.put("build_s", round(built.seconds()));
    json.put("peak_heap_mb", round(Math.max(built.peakHeapMegabytes(), audit.peakHeapMegabytes())));
    json.put("peak_heap_build_mb", round(built.peakHeapMegabytes()));
    json.put("peak_heap_search_mb", round(audit.peakHeapMegabytes()));
    json.put("allocated_kb", round(audit.allocatedKilobytes()));
  }

  private static double round(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
