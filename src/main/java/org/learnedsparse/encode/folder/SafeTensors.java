package org.learnedsparse.encode.folder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file: 8 bytes with the header's length, little-endian; the header, JSON; the
 * tensors' numbers, little-endian and in row-major order. Only the header stays in memory.
 *
 * <p>Immutable, and safe for use by many threads.
 */
public final class SafeTensors {
  /** What the format's own library accepts. */
  private static final long MAX_HEADER_BYTES = 100_000_000;

  private static final int LENGTH_BYTES = Long.BYTES;
  private static final int CHUNK_BYTES = 1 << 16;

  private final String name;
  private final Path file;
  private final long dataStart;
  private final Map<String, SafeTensorsHeader.Entry> entries;

  private SafeTensors(
      String name, Path file, long dataStart, Map<String, SafeTensorsHeader.Entry> entries) {
    this.name = name;
    this.file = file;
    this.dataStart = dataStart;
    this.entries = entries;
  }

  /**
   * Reads a file's header, and checks that it fits the file.
   *
   * @param name the file's name, for messages
   * @throws ModelException if it is no safetensors file, or incomplete
   * @throws IOException if it cannot be read
   */
  public static SafeTensors open(String name, Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      if (size < LENGTH_BYTES) {
        throw damaged(name, "it has [" + size + "] bytes, too few for a header");
      }
      long length = read(name, channel, 0, LENGTH_BYTES).getLong();
      if (length < 0 || length > size - LENGTH_BYTES) {
        throw damaged(
            name,
            "it claims a header of ["
                + Long.toUnsignedString(length)
                + "] bytes, but has ["
                + size
                + "] in all");
      }
      // What is kept of a header takes several times its bytes.
      long limit = Math.min(MAX_HEADER_BYTES, Runtime.getRuntime().maxMemory() / 32);
      if (length > limit) {
        throw new ModelException(
            "["
                + name
                + "] has a header of ["
                + length
                + "] bytes, more than the ["
                + limit
                + "] that are read; save only the tensors that the model needs, or give the node a"
                + " larger heap if it has less than 3.2 GB");
      }
      byte[] header = read(name, channel, LENGTH_BYTES, (int) length).array();
      long dataStart = LENGTH_BYTES + length;
      return new SafeTensors(
          name, file, dataStart, SafeTensorsHeader.parse(header, size - dataStart));
    } catch (SafeTensorsHeader.InvalidException e) {
      throw damaged(name, e.getMessage());
    }
  }

  /** The names of the tensors, in the header's order. */
  public Set<String> names() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  /**
   * The lengths of a tensor's axes, each 0 or above; none for a single number.
   *
   * @throws ModelException if there is no such tensor
   */
  public long[] shape(String tensor) {
    return entry(tensor).shape().stream().mapToLong(Long::longValue).toArray();
  }

  /**
   * A tensor's numbers in row-major order, as the file has them: they may be infinite or NaN. F16,
   * BF16 and F32 are given exactly, F64 as the nearest float.
   *
   * @throws ModelException if there is no such tensor, it is of another type, takes more than a
   *     quarter of the heap, or has a finite number that is too large for a float
   * @throws IOException if the file cannot be read
   */
  public float[] floats(String tensor) throws IOException {
    SafeTensorsHeader.Entry entry = entry(tensor);
    TensorType type = TensorType.of(entry.type());
    if (type == null) {
      throw new ModelException(
          where(tensor)
              + " is of type ["
              + entry.type()
              + "]; save it as one of "
              + Arrays.toString(TensorType.values()));
    }
    float[] values = new float[size(tensor, (entry.end() - entry.begin()) / type.bytes())];
    try (FileChannel channel = FileChannel.open(file)) {
      long position = dataStart + entry.begin();
      long end = dataStart + entry.end();
      int i = 0;
      while (position < end) {
        ByteBuffer chunk =
            read(name, channel, position, (int) Math.min(CHUNK_BYTES, end - position));
        position += chunk.remaining();
        while (chunk.hasRemaining()) {
          values[i++] = type.next(chunk);
        }
      }
    } catch (ArithmeticException e) {
      throw new ModelException(where(tensor) + " has a number that cannot be: " + e.getMessage());
    }
    return values;
  }

  private int size(String tensor, long numbers) {
    long limit =
        Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / 4 / Float.BYTES);
    if (numbers > limit) {
      throw new ModelException(
          where(tensor)
              + " has ["
              + numbers
              + "] numbers; this node's heap has room for ["
              + limit
              + "]: give it a larger heap, or use a smaller model");
    }
    return (int) numbers;
  }

  private SafeTensorsHeader.Entry entry(String tensor) {
    SafeTensorsHeader.Entry entry = entries.get(tensor);
    if (entry == null) {
      throw new ModelException(
          "[" + name + "] has no tensor [" + tensor + "]; its tensors are " + some());
    }
    return entry;
  }

  private String some() {
    int shown = 20;
    String first = String.join(", ", entries.keySet().stream().limit(shown).toList());
    return "[" + first + (entries.size() > shown ? ", …" : "") + "]";
  }

  private String where(String tensor) {
    return "[" + name + "]: tensor [" + tensor + "]";
  }

  private static ByteBuffer read(String name, FileChannel channel, long position, int bytes)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw damaged(name, "it became shorter while it was read");
      }
    }
    return buffer.flip();
  }

  private static ModelException damaged(String name, String what) {
    return new ModelException(
        "["
            + name
            + "] is no complete safetensors file: "
            + what
            + "; copy or download the file again");
  }
}
