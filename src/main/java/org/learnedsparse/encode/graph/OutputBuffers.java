package org.learnedsparse.encode.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.learnedsparse.encode.folder.ModelException;

/**
 * Memory outside the heap that graphs write their output into, shared by all models and bounded. A
 * SPLADE graph's output is 62 MB for 512 tokens: too much to copy onto the heap, or to leave to the
 * garbage collector.
 */
public final class OutputBuffers {
  private final long capacity;
  private final int usual;

  // Guarded by this.
  private final List<ByteBuffer> free = new ArrayList<>();
  private long allocated;
  private int taken;

  /**
   * @param capacity bytes in all; a single output that is larger still gets its memory, alone
   * @param threads how many outputs are written at once, as a rule: each gets its share
   */
  public OutputBuffers(long capacity, int threads) {
    this.capacity = capacity;
    this.usual = (int) Math.min(capacity / threads, 1 << 30);
  }

  /** The bytes that fit for each of the threads at once. */
  public int usual() {
    return usual;
  }

  /**
   * Memory of at least so many bytes; waits while too much is taken.
   *
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  synchronized ByteBuffer take(int bytes) throws InterruptedException {
    ByteBuffer buffer = reuse(bytes);
    while (buffer == null) {
      int size = Math.max(bytes, usual);
      dropUntilFits(size);
      if (allocated + size <= capacity || taken == 0) {
        buffer = allocate(size);
        allocated += size;
      } else {
        wait();
        buffer = reuse(bytes);
      }
    }
    taken++;
    return buffer;
  }

  private static ByteBuffer allocate(int size) {
    try {
      return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    } catch (OutOfMemoryError e) {
      // Not the heap's end, only the end of what the JVM may have beside it: the node goes on.
      throw new ModelException(
          "the graph's output needs ["
              + size
              + "] bytes outside the heap, more than the JVM has left: lower [max_length] in"
              + " [model.json], or give the node a larger heap or -XX:MaxDirectMemorySize",
          e);
    }
  }

  /** Gives memory back. */
  synchronized void release(ByteBuffer buffer) {
    taken--;
    free.add(buffer);
    notifyAll();
  }

  private ByteBuffer reuse(int bytes) {
    for (int i = 0; i < free.size(); i++) {
      if (free.get(i).capacity() >= bytes) {
        return free.remove(i);
      }
    }
    return null;
  }

  private void dropUntilFits(int size) {
    while (allocated + size > capacity && free.isEmpty() == false) {
      allocated -= free.remove(free.size() - 1).capacity();
    }
  }
}
