package org.learnedsparse.encode.folder;

/** A model folder that cannot be used; the message names the file, what is wrong and the fix. */
public final class ModelException extends RuntimeException {
  public ModelException(String message) {
    super(message);
  }

  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
