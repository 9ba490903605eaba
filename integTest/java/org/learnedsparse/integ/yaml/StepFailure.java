package org.learnedsparse.integ.yaml;

import com.fasterxml.jackson.databind.JsonNode;

/** A step that cannot be run, or whose claim does not hold. */
final class StepFailure extends RuntimeException {

  StepFailure(String message) {
    super(message);
  }

  /** The value at a path is not what the step claims. */
  static StepFailure at(String path, String expected, JsonNode actual) {
    String found = actual.isMissingNode() ? "nothing at this path" : actual.toString();
    return new StepFailure("[" + path + "]\n" + comparison(expected, found));
  }

  static String comparison(String expected, String actual) {
    return "  expected: " + expected + "\n  actual:   " + actual;
  }
}
