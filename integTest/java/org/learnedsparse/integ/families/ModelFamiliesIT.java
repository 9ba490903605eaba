package org.learnedsparse.integ.families;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.RealNode;

/** A node encodes with every family of models as the authors' own programs do. */
class ModelFamiliesIT {

  private static final List<String> MODES = List.of("document", "query");

  private static RealNode node;
  private static Http http;

  @BeforeAll
  static void start() throws IOException {
    RealNode.Builder builder = RealNode.builder("families").heap("512m");
    for (Family family : Family.all()) {
      builder.configDirectory(family.model(), "learned-sparse/models/" + family.name());
    }
    node = builder.start();
    http = node.http();
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.close();
    }
  }

  @TestFactory
  Stream<DynamicContainer> families() throws IOException {
    return Family.all().stream()
        .map(
            family ->
                DynamicContainer.dynamicContainer(
                    family.name(),
                    MODES.stream()
                        .flatMap(
                            mode ->
                                Stream.of(
                                    DynamicTest.dynamicTest(
                                        family + " " + mode + " together",
                                        () -> encodesTogether(family, mode)),
                                    DynamicTest.dynamicTest(
                                        family + " " + mode + " alone",
                                        () -> encodesAlone(family, mode)),
                                    DynamicTest.dynamicTest(
                                        family + " " + mode + " settings",
                                        () -> isDetected(family, mode))))));
  }

  /** All texts in one request: batches mix lengths. */
  private static void encodesTogether(Family family, String mode) {
    List<String> texts = new ArrayList<>();
    family.expected(mode).forEach(expected -> texts.add(expected.get("text").asText()));
    check(family, mode, encode(family, mode, texts));
  }

  private static void encodesAlone(Family family, String mode) {
    List<JsonNode> results = new ArrayList<>();
    for (JsonNode expected : family.expected(mode)) {
      results.add(encode(family, mode, List.of(expected.get("text").asText())).get(0));
    }
    check(family, mode, results);
  }

  private static List<JsonNode> encode(Family family, String mode, List<String> texts) {
    JsonNode answer =
        http.request(
                "POST",
                "_learned_sparse/encode",
                Map.of("model", family.name(), "mode", mode, "texts", texts))
            .orThrow()
            .body();
    List<JsonNode> results = new ArrayList<>();
    answer.get("results").forEach(results::add);
    assertEquals(texts.size(), results.size());
    return results;
  }

  private static void check(Family family, String mode, List<JsonNode> results) {
    double largest = 0;
    for (int i = 0; i < results.size(); i++) {
      JsonNode expected = family.expected(mode).get(i);
      Difference difference = Difference.between(expected, results.get(i));
      assertTrue(
          difference.largest() <= family.tolerance(),
          () -> family + " " + mode + ": " + expected.get("text") + " is " + difference);
      largest = Math.max(largest, difference.largest());
    }
    System.out.printf("%s %s: off by %.1e at most%n", family, mode, largest);
  }

  /** What the folder tells of the model shows under the names of {@code model.json}. */
  private static void isDetected(Family family, String mode) {
    JsonNode shown =
        http.request("GET", "_learned_sparse/models/" + family.name(), null)
            .orThrow()
            .body()
            .at("/models/" + family.name() + "/" + mode);
    contains(family.detected(mode), shown, family + " " + mode);
  }

  private static void contains(JsonNode expected, JsonNode shown, String path) {
    if (expected.isObject()) {
      expected
          .fields()
          .forEachRemaining(
              field ->
                  contains(
                      field.getValue(), shown.path(field.getKey()), path + "." + field.getKey()));
    } else if (expected.isArray()) {
      assertEquals(expected, shown, path);
    } else if (expected.isNumber()) {
      assertEquals(expected.asDouble(), shown.asDouble(Double.NaN), path);
    } else {
      assertEquals(expected.asText(), shown.asText(), path);
    }
  }
}
