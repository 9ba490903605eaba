package org.learnedsparse.bench;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A program's options: {@code --name value}, each known and with a default. */
public final class CommandLine {
  private final Map<String, String> values;

  private CommandLine(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Reads the arguments; with {@code --help} or a mistake, says how to call the program and ends it
   * with status 0 or 2.
   *
   * @param usage what {@code --help} prints
   * @param defaults the known options, without dashes; an empty string where there is no default
   */
  public static CommandLine parse(String usage, Map<String, String> defaults, String... arguments) {
    Map<String, String> values = new LinkedHashMap<>(defaults);
    for (int i = 0; i < arguments.length; i += 2) {
      if (arguments[i].equals("--help")) {
        System.out.print(usage);
        System.exit(0);
      }
      String name = arguments[i].startsWith("--") ? arguments[i].substring(2) : "";
      if (defaults.containsKey(name) == false || i + 1 == arguments.length) {
        System.err.print("[" + arguments[i] + "] is unknown or lacks its value\n\n" + usage);
        System.exit(2);
      }
      values.put(name, arguments[i + 1]);
    }
    return new CommandLine(values);
  }

  /** An option's text, empty where it was not given and has no default. */
  public String text(String name) {
    return values.get(name);
  }

  /** An option that is a path, unless it was not given. */
  public Optional<Path> path(String name) {
    return text(name).isEmpty() ? Optional.empty() : Optional.of(Path.of(text(name)));
  }

  /**
   * An option that is a number.
   *
   * @throws IllegalArgumentException if it is no integer, or less than {@code least}
   */
  public int number(String name, int least) {
    try {
      int value = Integer.parseInt(text(name));
      if (value >= least) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "[--" + name + " " + text(name) + "] must be an integer, at least " + least);
  }
}
