package org.learnedsparse.engine;

import java.io.IOException;
import org.elasticsearch.core.Releasable;

/** How much of the machine finding an order, and merging in it, may take. */
interface ReorderLimits {
  /** Heap for one merge, in bytes. */
  long memory();

  /**
   * Reserves heap.
   *
   * @param bytes at most {@link #memory}
   * @return gives it back
   * @throws org.elasticsearch.common.breaker.CircuitBreakingException if the node has too little
   */
  Releasable reserve(long bytes);

  /** Temporary files of one merge, in bytes. */
  long disk() throws IOException;

  /** Time to find an order, in nanoseconds. */
  long nanos(int documents);
}
