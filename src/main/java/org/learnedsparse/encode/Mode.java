package org.learnedsparse.encode;

import java.util.Locale;

/** Which side of the search a text is on. Many models encode the two differently. */
public enum Mode {
  DOCUMENT,
  QUERY;

  /**
   * The mode of this name.
   *
   * @throws IllegalArgumentException if it is neither {@code document} nor {@code query}
   */
  public static Mode of(String name) {
    for (Mode mode : values()) {
      if (mode.toString().equals(name)) {
        return mode;
      }
    }
    throw new IllegalArgumentException(
        "mode [" + name + "] is unknown; it is [document] or [query]");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
