package org.learnedsparse.integ.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What a step may claim about an answer. Each claim holds, or throws with both values. */
final class Assertions {

  private static final Set<String> FALSE = Set.of("", "false", "0", "null");

  private final Stash stash;

  Assertions(Stash stash) {
    this.stash = stash;
  }

  void check(String kind, JsonNode argument) {
    if (argument.isObject() == false) {
      checkPath(kind, argument.asText());
      return;
    }
    if (argument.isEmpty()) {
      throw new StepFailure("[" + kind + "] claims nothing");
    }
    for (Map.Entry<String, JsonNode> claim : argument.properties()) {
      String path = claim.getKey();
      JsonNode expected = stash.replace(claim.getValue());
      JsonNode actual = ObjectPath.evaluate(stash, path);
      switch (kind) {
        case "match" -> match(path, expected, actual);
        case "length" ->
            require(path, "length " + expected, actual, length(path, actual) == expected.asInt(-1));
        case "contains" -> require(path, "contains " + expected, actual, holds(actual, expected));
        case "close_to" -> closeTo(path, expected, actual);
        case "gt" -> require(path, "> " + expected, actual, order(path, actual, expected) > 0);
        case "gte" -> require(path, ">= " + expected, actual, order(path, actual, expected) >= 0);
        case "lt" -> require(path, "< " + expected, actual, order(path, actual, expected) < 0);
        case "lte" -> require(path, "<= " + expected, actual, order(path, actual, expected) <= 0);
        default -> throw new StepFailure("[" + kind + "] takes a path, not " + argument);
      }
    }
  }

  private void checkPath(String kind, String path) {
    JsonNode actual = ObjectPath.evaluate(stash, path);
    switch (kind) {
      case "is_true" -> require(path, "a true value", actual, isFalse(actual) == false);
      case "is_false" -> require(path, "a false value", actual, isFalse(actual));
      case "exists" -> require(path, "a value", actual, actual.isMissingNode() == false);
      case "not_exists" -> require(path, "no value", actual, actual.isMissingNode());
      default -> throw new StepFailure("[" + kind + "] takes paths and values");
    }
  }

  private static void match(String path, JsonNode expected, JsonNode actual) {
    String text = expected.asText();
    if (expected.isTextual() && text.length() > 1 && text.startsWith("/") && text.endsWith("/")) {
      // As Elasticsearch reads them: white space and #comments in the expression do not count.
      Pattern pattern = Pattern.compile(text.substring(1, text.length() - 1), Pattern.COMMENTS);
      boolean found = actual.isValueNode() && pattern.matcher(actual.asText()).find();
      require(path, "match of " + text, actual, found);
    } else {
      require(path, expected.toString(), actual, same(expected, actual));
    }
  }

  private static void closeTo(String path, JsonNode expected, JsonNode actual) {
    JsonNode value = expected.path("value");
    JsonNode error = expected.path("error");
    if (value.isNumber() == false || error.isNumber() == false) {
      throw new StepFailure("close_to needs numbers as value and error: " + expected);
    }
    require(
        path,
        value + " ± " + error,
        actual,
        actual.isNumber() && Math.abs(actual.asDouble() - value.asDouble()) <= error.asDouble());
  }

  private static boolean isFalse(JsonNode actual) {
    return actual.isMissingNode() || (actual.isValueNode() && FALSE.contains(actual.asText()));
  }

  private static int length(String path, JsonNode actual) {
    if (actual.isContainerNode()) {
      return actual.size();
    }
    if (actual.isTextual()) {
      return actual.asText().length();
    }
    throw StepFailure.at(path, "something with a length", actual);
  }

  /** Whether an array has an element, an element with these fields, or a string a part. */
  private static boolean holds(JsonNode actual, JsonNode expected) {
    if (actual.isTextual()) {
      return expected.isTextual() && actual.asText().contains(expected.asText());
    }
    if (actual.isArray() == false) {
      return false;
    }
    for (JsonNode element : actual) {
      if (same(expected, element)) {
        return true;
      }
      if (expected instanceof ObjectNode fields && element.isObject()) {
        if (fields.properties().stream()
            .allMatch(field -> same(field.getValue(), element.path(field.getKey())))) {
          return true;
        }
      }
    }
    return false;
  }

  private static int order(String path, JsonNode actual, JsonNode expected) {
    if (actual.isNumber() && expected.isNumber()) {
      return actual.decimalValue().compareTo(expected.decimalValue());
    }
    if (actual.isTextual() && expected.isTextual()) {
      return actual.asText().compareTo(expected.asText());
    }
    throw StepFailure.at(path, "something to compare with " + expected, actual);
  }

  /** Equal as JSON, with 1 and 1.0 the same number, and null the same as nothing. */
  static boolean same(JsonNode expected, JsonNode actual) {
    if (expected.isNull()) {
      return actual.isNull() || actual.isMissingNode();
    }
    if (expected.isNumber() && actual.isNumber()) {
      return expected.decimalValue().compareTo(actual.decimalValue()) == 0;
    }
    if (expected.isArray() && actual.isArray()) {
      boolean same = expected.size() == actual.size();
      for (int i = 0; same && i < expected.size(); i++) {
        same = same(expected.get(i), actual.get(i));
      }
      return same;
    }
    if (expected.isObject() && actual.isObject()) {
      Set<String> names = new HashSet<>();
      expected.fieldNames().forEachRemaining(names::add);
      actual.fieldNames().forEachRemaining(names::add);
      return names.stream()
          .allMatch(
              name ->
                  expected.has(name)
                      && actual.has(name)
                      && same(expected.get(name), actual.get(name)));
    }
    return expected.equals(actual);
  }

  private static void require(String path, String expected, JsonNode actual, boolean holds) {
    if (holds == false) {
      throw StepFailure.at(path, expected, actual);
    }
  }
}
