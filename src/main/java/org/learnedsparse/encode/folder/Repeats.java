package org.learnedsparse.encode.folder;

import java.util.Locale;

/** What becomes of the weights of a term that occurs several times. */
public enum Repeats {
  /** They are summed (uniCOIL). */
  SUM,
  /** The largest counts (DeepCT). */
  MAX,
  /** The first counts (DeepImpact). */
  FIRST;

  static Repeats of(String name) {
    return Names.of(Repeats.class, "repeats", name);
  }

  /** The weight after one more occurrence. */
  public float merge(float before, float next) {
    return switch (this) {
      case SUM -> before + next;
      case MAX -> Math.max(before, next);
      case FIRST -> before;
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
