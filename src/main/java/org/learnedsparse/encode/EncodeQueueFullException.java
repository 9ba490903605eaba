package org.learnedsparse.encode;

import java.util.concurrent.RejectedExecutionException;

/** More texts wait for a model than its queue holds. Nothing was encoded; the caller may retry. */
public final class EncodeQueueFullException extends RejectedExecutionException {
  EncodeQueueFullException(int texts, int waiting, int capacity) {
    super(
        "the encode queue is full: ["
            + waiting
            + "] texts wait, ["
            + texts
            + "] more do not fit into its capacity of ["
            + capacity
            + "]; retry later");
  }
}
