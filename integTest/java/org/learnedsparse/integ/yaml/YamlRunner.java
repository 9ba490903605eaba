package org.learnedsparse.integ.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.PatternSyntaxException;
import org.learnedsparse.integ.yaml.YamlSuite.Step;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.Http.Response;
import org.opentest4j.TestAbortedException;

/** Runs the tests of suites against one node. */
final class YamlRunner {

  /** A test failed; the message names file, line, test, path, expected and actual value. */
  static final class TestFailure extends AssertionError {
    TestFailure(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The kinds of steps that there are. */
  static final Set<String> KINDS =
      Set.of(
          "do",
          "set",
          "skip",
          "requires",
          "match",
          "length",
          "contains",
          "close_to",
          "gt",
          "gte",
          "lt",
          "lte",
          "is_true",
          "is_false",
          "exists",
          "not_exists");

  private static final Set<String> FEATURES =
      Set.of(
          "allowed_warnings",
          "allowed_warnings_regex",
          "arbitrary_key",
          "close_to",
          "contains",
          "headers",
          "stash_in_key",
          "stash_in_path",
          "stash_path_replace",
          "warnings",
          "warnings_regex");

  /** What stands beside the API's name in a {@code do} step. */
  private static final Set<String> DO_KEYS =
      Set.of(
          "catch",
          "headers",
          "warnings",
          "warnings_regex",
          "allowed_warnings",
          "allowed_warnings_regex");

  private final Http http;
  private final Baseline baseline;

  YamlRunner(Http http) {
    this.http = http;
    this.baseline = Baseline.of(http);
  }

  /** Runs one test between its suite's setup and teardown, then wipes what it left. */
  void run(YamlSuite suite, String test) {
    Run run = new Run(test);
    Throwable failure = attempt(null, () -> run.steps(suite.setup()));
    if (failure == null) {
      failure = attempt(null, () -> run.steps(suite.tests().get(test)));
    }
    failure = attempt(failure, () -> run.steps(suite.teardown()));
    failure = attempt(failure, baseline::restore);
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw (RuntimeException) failure;
    }
  }

  /** The first failure is the one to report: later ones are often its consequences. */
  private static Throwable attempt(Throwable before, Runnable action) {
    try {
      action.run();
      return before;
    } catch (RuntimeException | AssertionError e) {
      if (before == null) {
        return e;
      }
      before.addSuppressed(e);
      return before;
    }
  }

  private final class Run {
    private final String test;
    private final Stash stash = new Stash();
    private final Assertions assertions = new Assertions(stash);
    private String lastCall = "none";

    Run(String test) {
      this.test = test;
    }

    void steps(List<Step> steps) {
      for (Step step : steps) {
        try {
          step(step);
        } catch (StepFailure | PatternSyntaxException e) {
          throw new TestFailure(
              step.where()
                  + " ["
                  + test
                  + "] "
                  + step.kind()
                  + " "
                  + e.getMessage()
                  + "\n  last call: "
                  + lastCall,
              e);
        }
      }
    }

    private void step(Step step) {
      switch (step.kind()) {
        case "do" -> perform(step.argument());
        case "set" ->
            step.argument()
                .properties()
                .forEach(field -> stash.put(field.getValue().asText(), present(field.getKey())));
        case "skip" -> skip(step.argument());
        case "requires" -> require(step.argument());
        default -> assertions.check(step.kind(), step.argument());
      }
    }

    private JsonNode present(String path) {
      JsonNode value = ObjectPath.evaluate(stash, path);
      if (value.isMissingNode()) {
        throw StepFailure.at(path, "a value to set", value);
      }
      return value;
    }

    private void perform(JsonNode step) {
      Expectation expectation = new Expectation(stash.replace(step));
      String api = null;
      for (Map.Entry<String, JsonNode> field : step.properties()) {
        if (DO_KEYS.contains(field.getKey()) == false) {
          if (api != null) {
            throw new StepFailure("has two calls, " + api + " and " + field.getKey());
          }
          api = field.getKey();
        }
      }
      if (api == null) {
        throw new StepFailure("has no call: " + step);
      }
      ObjectNode parameters = (ObjectNode) stash.replace(step.get(api));
      Set<Integer> ignored = statuses(parameters.remove("ignore"));
      RestApi.Call call;
      try {
        call = api.equals("raw") ? RestApi.raw(parameters) : RestApi.named(api).call(parameters);
      } catch (StepFailure refusal) {
        if (expectation.isBadCall()) {
          return;
        }
        throw refusal;
      }
      if (expectation.isBadCall()) {
        throw new StepFailure("a call that the API refuses was expected, not " + call);
      }
      lastCall = call.toString();
      Map<String, String> headers = new HashMap<>();
      step.path("headers")
          .properties()
          .forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
      Response response = http.request(call.method(), call.path(), call.body(), headers);
      lastCall =
          call + " " + call.body() + "\n  answered:  " + response.status() + " " + response.text();
      if (call.method().equals("HEAD")) {
        // An answer without a body: whether it was there is all it says.
        stash.put("body", BooleanNode.valueOf(response.status() < 400));
        ignored.add(404);
      } else {
        stash.put(
            "body",
            response.body().isMissingNode() ? TextNode.valueOf(response.text()) : response.body());
      }
      expectation.check(response, ignored);
    }

    private void skip(JsonNode condition) {
      String reason = reason(condition);
      for (String feature : texts(condition.path("features"))) {
        requireFeature(feature, reason);
      }
      for (Map.Entry<String, JsonNode> each : condition.properties()) {
        switch (each.getKey()) {
          case "reason", "features" -> {}
          case "awaits_fix" -> throw new TestAbortedException(each.getValue().asText());
          case "os" -> {
            for (String os : texts(each.getValue())) {
              if (System.getProperty("os.name").startsWith(os)) {
                throw new TestAbortedException("on " + os + ": " + reason);
              }
            }
          }
          default -> throw new StepFailure("unknown condition [" + each + "]");
        }
      }
    }

    private void require(JsonNode condition) {
      String reason = reason(condition);
      for (Map.Entry<String, JsonNode> each : condition.properties()) {
        switch (each.getKey()) {
          case "reason" -> {}
          case "test_runner_features" ->
              texts(each.getValue()).forEach(feature -> requireFeature(feature, reason));
          default -> throw new StepFailure("unknown condition [" + each + "]");
        }
      }
    }

    private void requireFeature(String feature, String reason) {
      if (FEATURES.contains(feature) == false) {
        throw new TestAbortedException("the runner has no [" + feature + "]: " + reason);
      }
    }

    private String reason(JsonNode condition) {
      return condition.path("reason").asText("no reason given");
    }
  }

  private static Set<Integer> statuses(JsonNode ignore) {
    Set<Integer> statuses = new HashSet<>();
    for (String status : texts(ignore)) {
      statuses.add(Integer.valueOf(status));
    }
    return statuses;
  }

  /** The elements of a list, or the one value that stands for a list of one. */
  static List<String> texts(JsonNode value) {
    if (value == null || value.isMissingNode()) {
      return List.of();
    }
    if (value.isArray()) {
      List<String> texts = new ArrayList<>();
      value.forEach(text -> texts.add(text.asText()));
      return texts;
    }
    return List.of(value.asText());
  }
}
