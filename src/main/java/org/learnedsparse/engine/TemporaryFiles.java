package org.learnedsparse.engine;

import java.io.IOException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.FilterIndexInput;
import org.apache.lucene.store.FilterIndexOutput;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.RandomAccessInput;

/**
 * The temporary files of a long computation in an index's directory. All that the computation does
 * passes through its files, so a check that comes with reading and writing can end it.
 *
 * <p>Their names begin with the segment's, as those of Lucene's own temporary files do: an index
 * writer removes what a killed process left of them.
 *
 * <p>For one thread.
 */
final class TemporaryFiles extends FilterDirectory {
  /** Reads and writes between two checks: some microseconds for each, so milliseconds together. */
  private static final int INTERVAL = 1024;

  /** Ends a computation by throwing. */
  @FunctionalInterface
  interface Check {
    /**
     * Returns if the computation may go on.
     *
     * @throws IOException if it may not
     */
    void check() throws IOException;
  }

  private final String segment;
  private final Check check;
  private int ticks;

  TemporaryFiles(Directory in, String segment, Check check) {
    super(in);
    this.segment = segment;
    this.check = check;
  }

  private void tick() throws IOException {
    if (++ticks == INTERVAL) {
      ticks = 0;
      check.check();
    }
  }

  @Override
  public IndexOutput createTempOutput(String prefix, String suffix, IOContext context)
      throws IOException {
    // The computation derives names from names, which then begin with the segment's already.
    String start = segment + "_";
    String name = prefix.startsWith(start) ? prefix : start + prefix;
    return new Output(in.createTempOutput(name, suffix, context));
  }

  @Override
  public IndexInput openInput(String name, IOContext context) throws IOException {
    return new Input(in.openInput(name, context));
  }

  private final class Output extends FilterIndexOutput {
    Output(IndexOutput out) {
      super("checked " + out, out.getName(), out);
    }

    @Override
    public void writeByte(byte b) throws IOException {
      tick();
      out.writeByte(b);
    }

    @Override
    public void writeInt(int i) throws IOException {
      tick();
      out.writeInt(i);
    }

    @Override
    public void writeLong(long i) throws IOException {
      tick();
      out.writeLong(i);
    }
  }

  /** Checks where it seeks: whoever reads at random seeks, and whoever reads in order writes. */
  private final class Input extends FilterIndexInput {
    Input(IndexInput in) {
      super("checked " + in, in);
    }

    @Override
    public void seek(long position) throws IOException {
      tick();
      in.seek(position);
    }

    @Override
    public IndexInput clone() {
      return new Input(in.clone());
    }

    @Override
    public RandomAccessInput randomAccessSlice(long offset, long length) throws IOException {
      return in.randomAccessSlice(offset, length);
    }

    // Whole values, which the other input reads faster than byte by byte.

    @Override
    public short readShort() throws IOException {
      return in.readShort();
    }

    @Override
    public int readInt() throws IOException {
      return in.readInt();
    }

    @Override
    public long readLong() throws IOException {
      return in.readLong();
    }

    @Override
    public void readInts(int[] values, int offset, int length) throws IOException {
      in.readInts(values, offset, length);
    }
  }
}
