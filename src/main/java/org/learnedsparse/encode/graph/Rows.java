package org.learnedsparse.encode.graph;

import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/** A graph's output as rows of numbers, whatever its precision. */
interface Rows {
  /** Copies {@code count} numbers, from the {@code first} one of the whole output on. */
  void get(int first, float[] into, int count);

  /** Reads float32. */
  static Rows floats(ByteBuffer output) {
    FloatBuffer floats = output.asFloatBuffer();
    return (first, into, count) -> floats.get(first, into, 0, count);
  }

  /** Reads float16. */
  static Rows halves(ByteBuffer output) {
    ShortBuffer halves = output.asShortBuffer();
    return (first, into, count) -> {
      for (int i = 0; i < count; i++) {
        into[i] = Fp16Conversions.fp16ToFloat(halves.get(first + i));
      }
    };
  }
}
