package org.learnedsparse.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** A program's options: {@code --name value}, each known and with a default. */
public final class CommandLine {
  private final Map<String, String> defaults;
  private final Map<String, List<String>> given;

  private CommandLine(Map<String, String> defaults, Map<String, List<String>> given) {
    this.defaults = defaults;
    this.given = given;
  }

  /**
   * Reads the arguments; with {@code --help} or a mistake, says how to call the program and ends it
   * with status 0 or 2.
   *
   * @param usage what {@code --help} prints
   * @param defaults the known options, without dashes; an empty string where there is no default
   */
  public static CommandLine parse(String usage, Map<String, String> defaults, String... arguments) {
    Map<String, List<String>> given = new HashMap<>();
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
      given.computeIfAbsent(name, unused -> new ArrayList<>()).add(arguments[i + 1]);
    }
    return new CommandLine(Map.copyOf(defaults), given);
  }

  /**
   * What is read of the options; a mistake in it ends the program with status 2.
   *
   * @param settings throws {@link IllegalArgumentException} for a value of no use
   */
  public static <T> T orExit(Supplier<T> settings) {
    try {
      return settings.get();
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      throw e;
    }
  }

  /** An option's text, the last if it was given often; empty where it has none and no default. */
  public String text(String name) {
    List<String> values = given.getOrDefault(name, List.of(defaults.get(name)));
    return values.get(values.size() - 1);
  }

  /** All that was given for an option, none if it was not given and has no default. */
  public List<String> texts(String name) {
    String otherwise = defaults.get(name);
    return given.getOrDefault(name, otherwise.isEmpty() ? List.of() : List.of(otherwise));
  }

  /** The parts between commas of all that was given for an option. */
  public List<String> list(String name) {
    return texts(name).stream().flatMap(text -> Arrays.stream(text.split(",", -1))).toList();
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
    return number(name, text(name), least);
  }

  /** An option that is a number likewise, unless it was not given and has no default. */
  public OptionalInt numberIfGiven(String name, int least) {
    return text(name).isEmpty() ? OptionalInt.empty() : OptionalInt.of(number(name, least));
  }

  /**
   * An option that is a size of memory as the JVM's options have it.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public String memory(String name) {
    if (text(name).matches("[1-9][0-9]*[kmg]")) {
      return text(name);
    }
    throw new IllegalArgumentException(
        "[--" + name + " " + text(name) + "] must be like 2g or 512m");
  }

  /**
   * An option that is a list of numbers.
   *
   * @throws IllegalArgumentException if one is no integer, or less than {@code least}
   */
  public List<Integer> numbers(String name, int least) {
    return list(name).stream().map(text -> number(name, text, least)).toList();
  }

  private static int number(String name, String text, int least) {
    try {
      int value = Integer.parseInt(text);
      if (value >= least) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "[--" + name + " " + text + "] must be an integer, at least " + least);
  }

  /**
   * An option that is a share of a whole.
   *
   * @throws IllegalArgumentException if it is no number from 0 to 1
   */
  public double share(String name) {
    try {
      double value = Double.parseDouble(text(name));
      if (value >= 0 && value <= 1) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "[--" + name + " " + text(name) + "] must be a number from 0 to 1");
  }
}
