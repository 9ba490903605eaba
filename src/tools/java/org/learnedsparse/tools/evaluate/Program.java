package org.learnedsparse.tools.evaluate;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.function.Function;

/** A program that is called from a shell: what it says of its arguments, and when it fails. */
public final class Program {
  /** What the program does. */
  @FunctionalInterface
  public interface Work<T> {
    void run(T options) throws IOException;
  }

  private Program() {}

  /**
   * Runs it; the process ends with 0 when all went well, 1 when something failed, 2 for wrong
   * arguments.
   *
   * @param name of the program, for messages
   * @param usage what {@code --help} prints
   * @param options reads the arguments; throws {@link IllegalArgumentException} for wrong ones
   */
  public static <T> void run(
      String name, String usage, String[] arguments, Function<String[], T> options, Work<T> work) {
    if (List.of(arguments).contains("--help")) {
      System.out.print(usage);
      return;
    }
    T read;
    try {
      read = options.apply(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println(name + ": " + e.getMessage() + "\n\n" + usage);
      System.exit(2);
      return;
    }
    try {
      work.run(read);
    } catch (IOException | RuntimeException e) {
      System.err.println(name + ": " + describe(e));
      System.exit(1);
    }
  }

  /**
   * One line that helps, not a stack trace: the message, or the exception's name where the message
   * alone would not say what happened.
   */
  public static String describe(Exception failure) {
    boolean needsName =
        failure.getMessage() == null
            || (failure instanceof FileSystemException file && file.getReason() == null);
    return needsName ? failure.toString() : failure.getMessage();
  }
}
