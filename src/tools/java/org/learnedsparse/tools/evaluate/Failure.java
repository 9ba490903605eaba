package org.learnedsparse.tools.evaluate;

import java.nio.file.FileSystemException;

/** What a program says when it fails: one line that helps, not a stack trace. */
public final class Failure {

  private Failure() {}

  /** The message, or the exception's name where the message alone would not say what happened. */
  public static String describe(Exception failure) {
    boolean needsName =
        failure.getMessage() == null
            || (failure instanceof FileSystemException file && file.getReason() == null);
    return needsName ? failure.toString() : failure.getMessage();
  }
}
