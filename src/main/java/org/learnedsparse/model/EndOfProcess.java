package org.learnedsparse.model;

import java.io.Closeable;

/**
 * Closes a node's models as soon as the process is told to end. ONNX Runtime frees what its models
 * share at that moment, in a shutdown hook of its own, and Elasticsearch closes plugins only after
 * much else: until then models would run on what is no longer there.
 */
public final class EndOfProcess implements Closeable {
  private final Thread hook;

  /** Waits for the end of the process, until it is closed. */
  public EndOfProcess(ModelService models) {
    hook = new Thread(models::close, "learned-sparse-end");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** For a node that ends before its process does. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process ends, and the hook runs or has run.
    }
  }
}
