package org.learnedsparse.vector;

import java.util.Arrays;
import java.util.Locale;

/**
 * Removes a vector's light terms.
 *
 * @param type how the terms to keep are chosen
 * @param value the type's parameter, in the range that {@link Type#check} allows
 */
public record Pruning(Type type, double value) {
  /** How the terms to keep are chosen. */
  public enum Type {
    /** Keeps the {@code value} heaviest terms; an integer, at least 1. */
    TOP_K,
    /** Keeps weights of at least {@code value} times the heaviest one; above 0, up to 1. */
    MAX_RATIO,
    /**
     * Keeps the heaviest terms until their weights sum to at least {@code value} of the whole sum;
     * above 0, up to 1 (the α-mass subvector of Bruch et al., Seismic, SIGIR 2024).
     */
    ALPHA_MASS,
    /** Keeps weights of at least {@code value}; above 0. */
    ABS_VALUE;

    /** The type of this name, such as {@code alpha_mass}. */
    public static Type of(String name) {
      for (Type type : values()) {
        if (type.toString().equals(name)) {
          return type;
        }
      }
      throw new IllegalArgumentException(
          "prune type [" + name + "] is unknown; it is one of " + Arrays.toString(values()));
    }

    private void check(double value) {
      boolean valid =
          switch (this) {
            case TOP_K -> value >= 1 && value == Math.rint(value) && value <= Integer.MAX_VALUE;
            case MAX_RATIO, ALPHA_MASS -> value > 0 && value <= 1;
            case ABS_VALUE -> value > 0 && Double.isFinite(value);
          };
      if (valid == false) {
        String range =
            switch (this) {
              case TOP_K -> "an integer, at least 1";
              case MAX_RATIO, ALPHA_MASS -> "above 0 and at most 1";
              case ABS_VALUE -> "a finite number above 0";
            };
        throw new IllegalArgumentException(
            "prune value [" + value + "] is out of range; for type [" + this + "] it is " + range);
      }
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @throws IllegalArgumentException if the value is out of the type's range
   */
  public Pruning {
    type.check(value);
  }

  /** The vector without the terms that this pruning removes. */
  public SparseVector apply(SparseVector vector) {
    if (vector.size() == 0) {
      return vector;
    }
    int[] order = vector.heaviestFirst();
    int kept =
        switch (type) {
          case TOP_K -> (int) Math.min(value, order.length);
          case MAX_RATIO -> atLeast(vector, order, value * vector.weight(order[0]));
          case ABS_VALUE -> atLeast(vector, order, value);
          case ALPHA_MASS -> mass(vector, order, value);
        };
    return kept == order.length ? vector : vector.select(Arrays.copyOf(order, kept));
  }

  private static int atLeast(SparseVector vector, int[] order, double threshold) {
    int kept = 0;
    while (kept < order.length && vector.weight(order[kept]) >= threshold) {
      kept++;
    }
    return kept;
  }

  private static int mass(SparseVector vector, int[] order, double share) {
    double total = 0;
    for (int i : order) {
      total += vector.weight(i);
    }
    double sum = 0;
    int kept = 0;
    while (kept < order.length && sum < share * total) {
      sum += vector.weight(order[kept++]);
    }
    return kept;
  }
}
