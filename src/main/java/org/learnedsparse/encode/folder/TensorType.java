package org.learnedsparse.encode.folder;

import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.ByteBuffer;

/** The floating-point types of a safetensors file that can be read, by the format's names. */
enum TensorType {
  F64(8),
  F32(4),
  F16(2),
  BF16(2);

  private final int bytes;

  TensorType(int bytes) {
    this.bytes = bytes;
  }

  /** The type of a name, or null where it cannot be read. */
  static TensorType of(String name) {
    for (TensorType type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    return null;
  }

  /** Bytes a number. */
  int bytes() {
    return bytes;
  }

  /**
   * Takes the next number; a double becomes the nearest float.
   *
   * @throws ArithmeticException if a finite double is too large for a float
   */
  float next(ByteBuffer buffer) {
    return switch (this) {
      case F64 -> narrow(buffer.getDouble());
      case F32 -> buffer.getFloat();
      case F16 -> Fp16Conversions.fp16ToFloat(buffer.getShort());
      case BF16 -> Float.intBitsToFloat(buffer.getShort() << 16);
    };
  }

  private static float narrow(double value) {
    float narrow = (float) value;
    if (Float.isInfinite(narrow) && Double.isInfinite(value) == false) {
      throw new ArithmeticException("[" + value + "] is too large for a 32-bit float");
    }
    return narrow;
  }
}
