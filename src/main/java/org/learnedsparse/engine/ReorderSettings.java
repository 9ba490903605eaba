package org.learnedsparse.engine;

import java.util.List;
import org.elasticsearch.common.settings.Setting;
import org.elasticsearch.common.settings.Setting.Property;
import org.elasticsearch.index.IndexSettings;

/** The settings of an index that say which merges renumber documents. */
public final class ReorderSettings {
  /** Whether merges renumber at all. */
  static final Setting<Boolean> ENABLED =
      Setting.boolSetting(
          "index.learned_sparse.reorder", true, Property.IndexScope, Property.Dynamic);

  /**
   * The fewest documents that a merged segment must have. Below the default, 65,536, a search of
   * the whole segment takes about a millisecond, and there is little left to skip.
   */
  static final Setting<Integer> MIN_DOCS =
      Setting.intSetting(
          "index.learned_sparse.reorder_min_docs",
          1 << 16,
          2,
          Property.IndexScope,
          Property.Dynamic);

  private final IndexSettings index;

  ReorderSettings(IndexSettings index) {
    this.index = index;
  }

  /** To be registered. */
  public static List<Setting<?>> all() {
    return List.of(ENABLED, MIN_DOCS);
  }

  /** As the index has it now. */
  boolean enabled() {
    return index.getValue(ENABLED);
  }

  /** As the index has it now. */
  int minDocs() {
    return index.getValue(MIN_DOCS);
  }
}
