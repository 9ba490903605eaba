package org.learnedsparse.encode;

import java.util.Locale;

/**
 * The function from a graph's raw output to a weight. Each one is monotone and gives 0 or above.
 */
public enum Activation {
  /** {@code log(1 + max(0, x))}, the SPLADE family's. */
  LOG1P_RELU {
    @Override
    float apply(float x) {
      return x > 0 ? (float) Math.log1p(x) : Math.max(0, x);
    }
  },
  /** {@code max(0, x)}. */
  RELU {
    @Override
    float apply(float x) {
      return Math.max(0, x);
    }
  };

  /** The activated value; NaN stays NaN, so that it is noticed. */
  abstract float apply(float x);

  static Activation of(String name) {
    return Names.of(Activation.class, "activation", name);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
