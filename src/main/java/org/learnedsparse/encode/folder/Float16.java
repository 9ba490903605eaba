package org.learnedsparse.encode.folder;

/** Numbers of 16 bits, IEEE 754 binary16: 1 bit of sign, 5 of exponent, 10 of fraction. */
public final class Float16 {
  private static final int FRACTION_BITS = 10;
  private static final int FRACTION = (1 << FRACTION_BITS) - 1;
  private static final int EXPONENT = 31;
  private static final int BIAS_DIFFERENCE = 127 - 15;
  private static final int WIDER_FRACTION = 23 - FRACTION_BITS;
  private static final int SMALLEST_EXPONENT = -24;

  private Float16() {}

  /** The same number as a float, exactly; infinities and NaN stay what they are. */
  public static float toFloat(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = bits >>> FRACTION_BITS & EXPONENT;
    int fraction = bits & FRACTION;
    if (exponent == 0) {
      // Subnormal: a multiple of the smallest number, and normal as a float.
      float magnitude = Math.scalb((float) fraction, SMALLEST_EXPONENT);
      return Float.intBitsToFloat(sign | Float.floatToRawIntBits(magnitude));
    }
    int wider = exponent == EXPONENT ? 0xFF : exponent + BIAS_DIFFERENCE;
    return Float.intBitsToFloat(sign | wider << 23 | fraction << WIDER_FRACTION);
  }
}
