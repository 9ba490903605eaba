package org.learnedsparse.vector;

/**
 * Maps weights to 8-bit impacts with one step for a whole field, so that scores compare across
 * segments and shards: {@code impact = round(weight / step)}, {@code step = maxWeight / 255}.
 *
 * <p>A weight above zero keeps an impact of at least 1: quantising never removes a term. A weight
 * above {@link #maxWeight} gets impact 255; {@link #isAboveMaximum} tells, so that callers can
 * count and report it.
 */
public record Quantiser(float maxWeight) {
  /** The largest impact. */
  public static final int MAX_IMPACT = 255;

  /**
   * @throws IllegalArgumentException if {@code maxWeight} is not a normal finite number above zero,
   *     or so small that the step would not be
   */
  public Quantiser {
    if (isValidMaximum(maxWeight) == false) {
      throw new IllegalArgumentException(
          "max_weight is [" + maxWeight + "]; it must be a finite number, at least " + 1e-30f);
    }
  }

  /** Whether a field can have this maximum weight. */
  public static boolean isValidMaximum(float maxWeight) {
    return Float.isFinite(maxWeight) && maxWeight >= 1e-30f;
  }

  /** The weight of impact 1. */
  public float step() {
    return maxWeight / MAX_IMPACT;
  }

  /**
   * The impact of a weight above zero.
   *
   * @return 1 to {@link #MAX_IMPACT}
   */
  public int impact(float weight) {
    if (isAboveMaximum(weight)) {
      return MAX_IMPACT;
    }
    return (int) Math.max(1, Math.round((double) weight * MAX_IMPACT / maxWeight));
  }

  /** Whether a weight is larger than the largest that an impact stands for. */
  public boolean isAboveMaximum(float weight) {
    return weight > maxWeight;
  }
}
