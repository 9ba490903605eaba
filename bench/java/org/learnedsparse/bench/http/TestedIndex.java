package org.learnedsparse.bench.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.learnedsparse.bench.search.data.DocumentSampler;

/**
 * An index of the node, by how it is made. All have one shard, no replica, one field, and the same
 * documents.
 *
 * @param name of the index
 * @param fieldSettings of the one field's mapping
 * @param own settings beside those that all indices share
 */
record TestedIndex(String name, Map<String, Object> fieldSettings, Map<String, Object> own) {
  static final String FIELD = "v";
  static final String SPARSE_VECTOR = "sparse_vector";
  static final String LEARNED_SPARSE = "learned_sparse";

  TestedIndex {
    fieldSettings = Map.copyOf(fieldSettings);
    own = Map.copyOf(own);
  }

  /**
   * The baseline, then an index of {@code learned_sparse} for each value of the setting.
   *
   * @param reorder whether merges renumber documents
   * @param reorderMinDocs the least documents for that; empty for the default
   */
  static List<TestedIndex> all(List<Boolean> reorder, OptionalInt reorderMinDocs) {
    List<TestedIndex> all = new ArrayList<>();
    all.add(new TestedIndex(SPARSE_VECTOR, Map.of("type", SPARSE_VECTOR), Map.of()));
    for (boolean on : reorder) {
      Map<String, Object> own = new LinkedHashMap<>();
      own.put("index.learned_sparse.reorder", on);
      if (on && reorderMinDocs.isPresent()) {
        own.put("index.learned_sparse.reorder_min_docs", reorderMinDocs.getAsInt());
      }
      all.add(
          new TestedIndex(
              on ? LEARNED_SPARSE + "_reordered" : LEARNED_SPARSE,
              // No document has a weight above this, so both fields store the same weights, but
              // for what sparse_vector rounds off.
              Map.of("type", LEARNED_SPARSE, "max_weight", DocumentSampler.QUANTISER.maxWeight()),
              own));
    }
    return List.copyOf(all);
  }

  boolean isLearnedSparse() {
    return fieldSettings.get("type").equals(LEARNED_SPARSE);
  }

  /** The body of the request that creates it. */
  Map<String, Object> definition() {
    Map<String, Object> settings = new LinkedHashMap<>(own);
    settings.put("index.number_of_shards", 1);
    settings.put("index.number_of_replicas", 0);
    settings.put("index.refresh_interval", "-1");
    // A size is asked for once, right after the last change.
    settings.put("index.store.stats_refresh_interval", "0ms");
    // Pauses between writes would count as time that merges take.
    settings.put("index.merge.scheduler.auto_throttle", false);
    return Map.of(
        "settings", settings, "mappings", Map.of("properties", Map.of(FIELD, fieldSettings)));
  }
}
