package org.learnedsparse.bench.search;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.learnedsparse.bench.search.data.QuerySampler;
import org.learnedsparse.bench.search.engine.Mode;
import org.learnedsparse.bench.search.index.BuiltIndex;
import org.learnedsparse.bench.search.measure.Audit;
import org.learnedsparse.bench.search.measure.Latencies;

/**
 * What was measured of one engine in one mode, for one kind of queries and one k.
 *
 * @param ratio how many times as fast as the baseline; NaN if that took no part
 */
record Row(
    QuerySampler.Kind kind,
    int k,
    BuiltIndex built,
    Mode mode,
    Latencies latencies,
    Audit audit,
    double ratio) {

  /** Whether the engine should have found all, and did not. */
  boolean isBroken() {
    return mode.isExact() && built.engine().isLossless() && audit.recall() < 1;
  }

  void writeTo(ObjectNode json) {
    json.put("engine", built.engine().name());
    json.put("queries", Settings.name(kind));
    json.put("k", k);
    json.put("mode", mode.toString());
    json.put("mean_ms", round(latencies.mean()));
    json.put("p50_ms", round(latencies.percentile(50)));
    json.put("p95_ms", round(latencies.percentile(95)));
    json.put("p99_ms", round(latencies.percentile(99)));
    if (Double.isNaN(ratio) == false) {
      json.put("ratio", round(ratio));
    }
    json.put("recall", audit.recall());
    json.put("segments", built.segments());
    json.put("bytes", built.bytes());
    json.put("build_s", round(built.seconds()));
    json.put("peak_heap_build_mb", round(built.peakHeapMegabytes()));
    json.put("peak_heap_search_mb", round(audit.peakHeapMegabytes()));
    json.put("allocated_kb", round(audit.allocatedKilobytes()));
  }

  private static double round(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
