package org.learnedsparse.model.registry;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.tests.mockfile.FilterFileSystemProvider;

/** A file system with room for some bytes, and an error as Linux's for the next. */
final class FullDisk extends FilterFileSystemProvider {
  private final AtomicLong room = new AtomicLong();

  private FullDisk(Path folder) {
    super("full-disk://", folder.getFileSystem());
  }

  /** The disk that a folder lies on. */
  static FullDisk of(Path folder) {
    return new FullDisk(folder);
  }

  /** A folder on it. */
  Path path(Path folder) {
    return getFileSystem(null).getPath(folder.toString());
  }

  /** From now on so many bytes can be written. */
  void room(long bytes) {
    room.set(bytes);
  }

  @Override
  public OutputStream newOutputStream(Path path, OpenOption... options) throws IOException {
    return new FilterOutputStream(super.newOutputStream(path, options)) {
      @Override
      public void write(int single) throws IOException {
        write(new byte[] {(byte) single}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        int fits = (int) Math.min(length, Math.max(0, room.getAndAdd(-length)));
        out.write(bytes, offset, fits);
        if (fits < length) {
          throw new IOException("No space left on device");
        }
      }
    };
  }
}
