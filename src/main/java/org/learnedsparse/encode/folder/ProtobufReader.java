package org.learnedsparse.encode.folder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Steps through the fields of a file in the Protocol Buffers' wire format. What is skipped is not
 * read, and memory is taken for a small window alone, whatever the file claims.
 */
final class ProtobufReader {
  /** The type of a field that has bytes: text, a message, or packed numbers. */
  static final int BYTES = 2;

  /** The type of a field that has one integer. */
  static final int VARINT = 0;

  private static final int FIXED_64 = 1;
  private static final int FIXED_32 = 5;
  private static final int MAX_VARINT_BYTES = 10;
  private static final int WINDOW_BYTES = 1 << 13;

  private final String name;
  private final FileChannel channel;
  private final long size;
  private final ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);

  /** Where in the file the window begins. */
  private long start;

  /**
   * @param name the file's name, for messages
   */
  ProtobufReader(String name, FileChannel channel) throws IOException {
    this.name = name;
    this.channel = channel;
    this.size = channel.size();
  }

  /** The file's length in bytes. */
  long size() {
    return size;
  }

  /** The byte that is read next. */
  long position() {
    return start + window.position();
  }

  /**
   * A field's head: its number shifted left by 3, and its type.
   *
   * @param end where the message that has it ends
   */
  long tag(long end) throws IOException {
    long tag = varint(end);
    if (tag >>> 3 == 0 || tag >>> 32 != 0) {
      throw malformed("a field with a number out of range");
    }
    return tag;
  }

  /** An integer, signed or not. */
  long varint(long end) throws IOException {
    long value = 0;
    for (int i = 0; i < MAX_VARINT_BYTES; i++) {
      if (position() >= end) {
        throw malformed("a number beyond its message's end");
      }
      int next = next();
      value |= (long) (next & 0x7F) << (7 * i);
      if (next < 0x80) {
        return value;
      }
    }
    throw malformed("a number of more than 64 bits");
  }

  /** Reads how many bytes follow, and says where they end. */
  long contentEnd(long end) throws IOException {
    long length = varint(end);
    if (length < 0 || length > end - position()) {
      throw malformed(
          "a field that claims ["
              + Long.toUnsignedString(length)
              + "] bytes where ["
              + (end - position())
              + "] are left");
    }
    return position() + length;
  }

  /** Passes over the content of a field. */
  void skip(int type, long end) throws IOException {
    switch (type) {
      case VARINT -> varint(end);
      case FIXED_64 -> skipTo(position() + Long.BYTES, end);
      case BYTES -> skipTo(contentEnd(end), end);
      case FIXED_32 -> skipTo(position() + Integer.BYTES, end);
      default -> throw malformed("a field of type [" + type + "]");
    }
  }

  private void skipTo(long target, long end) {
    if (target > end) {
      throw malformed("a field beyond its message's end");
    }
    if (target <= start + window.limit()) {
      window.position((int) (target - start));
    } else {
      start = target;
      window.position(0).limit(0);
    }
  }

  /**
   * Reads the text of a field.
   *
   * @param most bytes; more are an error
   */
  String text(long end, int most) throws IOException {
    long textEnd = contentEnd(end);
    int length = (int) Math.min(textEnd - position(), most + 1L);
    if (length > most) {
      throw malformed("a name of more than [" + most + "] bytes");
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      bytes.put((byte) next());
    }
    try {
      // Strict: a replaced byte would name another file than the one that is opened later.
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw malformed("a name that is not UTF-8");
    }
  }

  private int next() throws IOException {
    if (window.hasRemaining() == false) {
      start += window.limit();
      window.clear();
      int read = channel.read(window, start);
      window.flip();
      if (read <= 0) {
        throw malformed("less in it than when it was opened");
      }
    }
    return window.get() & 0xFF;
  }

  /** The error for a file that the format does not allow, here. */
  ModelException malformed(String what) {
    return new ModelException(
        "["
            + name
            + "] is no complete ONNX graph: it has "
            + what
            + " before byte ["
            + position()
            + "] of ["
            + size
            + "]; copy, download or export it again");
  }
}
