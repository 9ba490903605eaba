package org.learnedsparse.integ.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.Http.Response;

/**
 * What a {@code do} step says about the answer itself: its status ({@code catch}) and its
 * deprecation warnings. Without a word the answer is to succeed and to warn of nothing.
 */
final class Expectation {

  private static final Map<String, Integer> STATUS =
      Map.of(
          "bad_request", 400,
          "unauthorized", 401,
          "forbidden", 403,
          "missing", 404,
          "request_timeout", 408,
          "conflict", 409,
          "too_many", 429,
          "unavailable", 503);

  /** The header is {@code 299 Elasticsearch-version "text"}, quotes in the text escaped. */
  private static final Pattern WARNING = Pattern.compile("299 \\S+ \"((?:[^\"\\\\]|\\\\.)*)\".*");

  private final JsonNode step;

  Expectation(JsonNode step) {
    this.step = step;
  }

  /** Whether the call itself is to be refused by the API's definition. */
  boolean isBadCall() {
    return step.path("catch").asText().equals("param");
  }

  void check(Response response, Set<Integer> ignored) {
    checkStatus(response, ignored);
    checkWarnings(response);
  }

  private void checkStatus(Response response, Set<Integer> ignored) {
    int status = response.status();
    String expected = step.path("catch").asText();
    if (expected.isEmpty()) {
      require("success", response, status < 400 || ignored.contains(status));
    } else if (STATUS.containsKey(expected)) {
      require("status " + STATUS.get(expected), response, status == STATUS.get(expected));
    } else if (expected.equals("request")) {
      // As Elasticsearch has it: an error without a name of its own.
      require(
          "an error other than " + STATUS.values(),
          response,
          status >= 400 && STATUS.containsValue(status) == false);
    } else if (expected.length() > 2 && expected.startsWith("/") && expected.endsWith("/")) {
      Pattern pattern = Pattern.compile(expected.substring(1, expected.length() - 1));
      require(
          "an error that matches " + expected,
          response,
          status >= 400 && pattern.matcher(error(response)).find());
    } else {
      throw new StepFailure("unknown catch [" + expected + "]");
    }
  }

  private void checkWarnings(Response response) {
    Set<String> actual = new TreeSet<>();
    for (String header : response.headers().getOrDefault("warning", List.of())) {
      Matcher matcher = WARNING.matcher(header);
      actual.add(matcher.matches() ? matcher.group(1).replaceAll("\\\\(.)", "$1") : header);
    }
    Set<String> unexpected = new TreeSet<>(actual);
    List<String> missing = new ArrayList<>();
    for (String text : YamlRunner.texts(step.path("warnings"))) {
      if (unexpected.remove(text) == false) {
        missing.add(text);
      }
    }
    for (String regex : YamlRunner.texts(step.path("warnings_regex"))) {
      if (unexpected.removeIf(warning -> Pattern.matches(regex, warning)) == false) {
        missing.add(regex);
      }
    }
    unexpected.removeAll(YamlRunner.texts(step.path("allowed_warnings")));
    for (String regex : YamlRunner.texts(step.path("allowed_warnings_regex"))) {
      unexpected.removeIf(warning -> Pattern.matches(regex, warning));
    }
    if (missing.isEmpty() == false || unexpected.isEmpty() == false) {
      throw new StepFailure("warnings\n  missing:    " + missing + "\n  unexpected: " + unexpected);
    }
  }

  /** The error as text without JSON's escapes, so that expressions read as the message does. */
  private static String error(Response response) {
    JsonNode error = response.body().path("error");
    return error.isMissingNode()
        ? response.text()
        : String.valueOf(Http.JSON.convertValue(error, Object.class));
  }

  private static void require(String expected, Response response, boolean holds) {
    if (holds == false) {
      throw new StepFailure(
          "status\n" + StepFailure.comparison(expected, String.valueOf(response.status())));
    }
  }
}
