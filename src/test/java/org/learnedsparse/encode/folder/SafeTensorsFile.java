package org.learnedsparse.encode.folder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes safetensors files, also such as no program should write. */
final class SafeTensorsFile {
  private SafeTensorsFile() {}

  /** Writes a header, with its true length before it, and data. */
  static void write(Path file, String header, byte[] data) throws IOException {
    write(file, header.getBytes(StandardCharsets.UTF_8), data);
  }

  static void write(Path file, byte[] header, byte[] data) throws IOException {
    Files.write(
        file,
        ByteBuffer.allocate(Long.BYTES + header.length + data.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header)
            .put(data)
            .array());
  }
}
