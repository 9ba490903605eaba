package org.learnedsparse.encode;

/** The model was unloaded. Nothing was encoded; loaded again it will. */
public final class EncoderClosedException extends IllegalStateException {
  EncoderClosedException() {
    super("the model was unloaded");
  }
}
