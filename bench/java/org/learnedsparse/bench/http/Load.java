package org.learnedsparse.bench.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * What it took to load an index, and what became of it.
 *
 * @param seconds from the first bulk request to the last answer
 * @param settledSeconds the same, and until all was flushed and no merge ran
 * @param cpuSeconds of the node meanwhile
 * @param mergeSeconds of the forced merge at the end; 0 without one
 * @param mergeCpuSeconds of the node meanwhile
 * @param bytes on disk, in the end
 * @param sourceBytes the part of them that is {@code _source}
 */
record Load(
    int documents,
    double seconds,
    double settledSeconds,
    double cpuSeconds,
    double mergeSeconds,
    double mergeCpuSeconds,
    int segments,
    long bytes,
    long sourceBytes) {
  double documentsPerSecond() {
    return documents / seconds;
  }

  double settledDocumentsPerSecond() {
    return documents / settledSeconds;
  }

  double documentsPerCpuSecond() {
    return documents / cpuSeconds;
  }

  /** As the index's mapping keeps it. */
  Map<String, Object> toMap() {
    return Map.of(
        "documents", documents,
        "seconds", seconds,
        "settled_seconds", settledSeconds,
        "cpu_seconds", cpuSeconds,
        "merge_seconds", mergeSeconds,
        "merge_cpu_seconds", mergeCpuSeconds,
        "segments", segments,
        "bytes", bytes,
        "source_bytes", sourceBytes);
  }

  /** Reads what {@link #toMap} gave. */
  static Load of(JsonNode map) {
    return new Load(
        map.get("documents").asInt(),
        map.get("seconds").asDouble(),
        map.get("settled_seconds").asDouble(),
        map.get("cpu_seconds").asDouble(),
        map.get("merge_seconds").asDouble(),
        map.get("merge_cpu_seconds").asDouble(),
        map.get("segments").asInt(),
        map.get("bytes").asLong(),
        map.get("source_bytes").asLong());
  }
}
