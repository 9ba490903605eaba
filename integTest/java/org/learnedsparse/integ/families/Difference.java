package org.learnedsparse.integ.families;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;

/** How far an encoding is from the expected one. A term that is not there weighs nothing. */
final class Difference {

  private double largest;
  private String where = "nowhere";

  /** Compares the weights by term, and the dense vectors where one is expected. */
  static Difference between(JsonNode expected, JsonNode actual) {
    Difference difference = new Difference();
    if (expected.has("weights")) {
      difference.weights(expected.get("weights"), actual.path("weights"));
    }
    if (expected.has("dense")) {
      difference.dense(expected.get("dense"), actual.path("dense"));
    }
    return difference;
  }

  private void weights(JsonNode expected, JsonNode actual) {
    Set<String> terms = new TreeSet<>();
    expected.fieldNames().forEachRemaining(terms::add);
    actual.fieldNames().forEachRemaining(terms::add);
    for (String term : terms) {
      note("[" + term + "]", expected.path(term).asDouble(0), actual.path(term).asDouble(0));
    }
  }

  private void dense(JsonNode expected, JsonNode actual) {
    for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
      note(
          "dense[" + i + "]",
          expected.path(i).asDouble(Double.NaN),
          actual.path(i).asDouble(Double.NaN));
    }
  }

  private void note(String what, double expected, double actual) {
    double difference = Math.abs(expected - actual);
    if (Double.isNaN(difference)) {
      difference = Double.POSITIVE_INFINITY; // a component that only one side has
    }
    if (difference > largest) {
      largest = difference;
      where = what + " is " + actual + " instead of " + expected;
    }
  }

  double largest() {
    return largest;
  }

  @Override
  public String toString() {
    return "off by " + largest + ": " + where;
  }
}
