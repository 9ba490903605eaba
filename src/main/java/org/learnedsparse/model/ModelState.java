package org.learnedsparse.model;

import java.util.Locale;

/** What became of a model that was asked for. */
public enum ModelState {
  /** It is being loaded. */
  LOADING,
  /** It encodes. */
  LOADED,
  /** It was loaded, and made room for others; it is loaded again when it is next asked for. */
  EVICTED,
  /** It did not load when it was last asked for; it is tried again when it is next asked for. */
  FAILED;

  /** As the statistics have it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
