package org.learnedsparse.postings;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.lucene.store.ByteBuffersDataInput;
import org.apache.lucene.store.ByteBuffersIndexInput;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;

/** A directory, one of whose files has other bytes. */
final class DamagedDirectory extends FilterDirectory {
  private final String damaged;
  private final byte[] bytes;

  DamagedDirectory(Directory sound, String damaged, byte[] bytes) {
    super(sound);
    this.damaged = damaged;
    this.bytes = bytes;
  }

  /** The bytes of a file. */
  static byte[] bytes(Directory directory, String file) throws IOException {
    try (IndexInput in = directory.openInput(file, IOContext.READONCE)) {
      byte[] bytes = new byte[(int) in.length()];
      in.readBytes(bytes, 0, bytes.length);
      return bytes;
    }
  }

  @Override
  public IndexInput openInput(String name, IOContext context) throws IOException {
    return name.equals(damaged)
        ? new ByteBuffersIndexInput(
            new ByteBuffersDataInput(List.of(ByteBuffer.wrap(bytes))), "damaged " + name)
        : super.openInput(name, context);
  }
}
