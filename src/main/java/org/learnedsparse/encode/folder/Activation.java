package org.learnedsparse.encode.folder;

import java.util.Locale;

/**
 * The function from a graph's raw output to a weight. Each one is monotone and gives 0 or above;
 * NaN stays NaN, so that it is noticed.
 */
public enum Activation {
  /** {@code log(1 + max(0, x))}, the SPLADE family's. */
  LOG1P_RELU {
    @Override
    public float apply(float x) {
      return x > 0 ? (float) Math.log1p(x) : RELU.apply(x);
    }
  },
  /** {@code log(1 + log(1 + max(0, x)))}, OpenSearch's from doc-v3 on. */
  LOG1P_LOG1P_RELU {
    @Override
    public float apply(float x) {
      return x > 0 ? (float) Math.log1p(Math.log1p(x)) : RELU.apply(x);
    }
  },
  /** {@code max(0, x)}. */
  RELU {
    @Override
    public float apply(float x) {
      return Math.max(0, x);
    }
  },
  /** 1 for all that is above 0: binary vectors. */
  STEP {
    @Override
    public float apply(float x) {
      return x > 0 ? 1 : RELU.apply(x);
    }
  };

  /** The activated value. */
  public abstract float apply(float x);

  static Activation of(String name) {
    return Names.of(Activation.class, "activation", name);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
