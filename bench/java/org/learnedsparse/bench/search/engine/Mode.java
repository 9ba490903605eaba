package org.learnedsparse.bench.search.engine;

import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How a search may deviate from the exact answer.
 *
 * @param parameters numbers by name; none for exact search
 */
public record Mode(Map<String, Double> parameters) {
  /** No deviation. */
  public static final Mode EXACT = new Mode(Map.of());

  public Mode {
    parameters = Map.copyOf(parameters);
  }

  /**
   * Reads a mode such as {@code threshold_factor=0.9,query_mass=0.95}.
   *
   * @throws IllegalArgumentException if the text is not of this form
   */
  public static Mode parse(String text) {
    Map<String, Double> parameters = new TreeMap<>();
    for (String parameter : text.split(",", -1)) {
      int equals = parameter.indexOf('=');
      try {
        parameters.put(
            parameter.substring(0, Math.max(0, equals)),
            Double.valueOf(parameter.substring(equals + 1)));
      } catch (NumberFormatException e) {
        equals = -1;
      }
      if (equals < 1) {
        throw new IllegalArgumentException(
            "[--approximate " + text + "] must be like threshold_factor=0.9,query_mass=0.95");
      }
    }
    return new Mode(parameters);
  }

  /** Whether the answer must be that of scoring every document. */
  public boolean isExact() {
    return parameters.isEmpty();
  }

  /** A parameter's value, or the given one where it is absent. */
  public double get(String parameter, double absent) {
    return parameters.getOrDefault(parameter, absent);
  }

  /** The mode's name in results: {@code exact}, or the parameters by name. */
  @Override
  public String toString() {
    return isExact()
        ? "exact"
        : new TreeMap<>(parameters)
            .entrySet().stream().map(Mode::toString).collect(Collectors.joining(","));
  }

  private static String toString(Map.Entry<String, Double> parameter) {
    BigDecimal value = BigDecimal.valueOf(parameter.getValue()).stripTrailingZeros();
    return parameter.getKey() + "=" + value.toPlainString();
  }
}
