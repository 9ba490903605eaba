package org.learnedsparse.integ.families;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.RealNode;
import org.learnedsparse.tools.node.Repository;
import org.learnedsparse.tools.onnx.TinyModel;

/** Texts that no one should write, over REST: each has an encoding, or a clear refusal. */
class EdgeTextsIT {
  private static final int LARGE = 5_000_000;

  private static RealNode node;

  @BeforeAll
  static void start() throws IOException {
    Path tiny = Repository.root().resolve("target/edge-texts/tiny");
    new TinyModel(17).writeSplade(tiny);
    node =
        RealNode.builder("edge-texts")
            .heap("512m")
            .configDirectory(tiny, "learned-sparse/models/tiny")
            .start();
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.close();
    }
  }

  static Stream<String> models() {
    return Stream.of("default", "tiny");
  }

  /**
   * @param texts a JSON array, so that escapes go out as they are
   */
  private static Http.Response encode(String model, String mode, String texts) {
    return node.http()
        .request(
            "POST",
            "_learned_sparse/encode",
            "{\"model\":\"%s\",\"mode\":\"%s\",\"texts\":%s}".formatted(model, mode, texts));
  }

  private static JsonNode first(String model, String mode, String text) {
    Http.Response response = encode(model, mode, "[\"" + text + "\"]");
    assertEquals(200, response.status(), response.text());
    return response.body().at("/results/0");
  }

  @ParameterizedTest
  @MethodSource("models")
  void textsOfNothing(String model) {
    for (String mode : List.of("document", "query")) {
      for (String text : List.of("", " ", "\\t\\n\\r", "\\u0000", "\\u0001\\u001f\\u007f\\u0085")) {
        JsonNode result = first(model, mode, text);
        assertEquals(Map.of(), Http.JSON.convertValue(result.get("weights"), Map.class), text);
        assertEquals(0, result.get("tokens").asInt(-1), text);
        assertEquals(0, result.get("windows").asInt(-1), text);
      }
    }
  }

  /** BERT's tokenizers leave control characters out: they join what is beside them. */
  @ParameterizedTest
  @MethodSource("models")
  void controlCharacters(String model) {
    for (String mode : List.of("document", "query")) {
      JsonNode plain = first(model, mode, "water green");
      assertTrue(plain.get("weights").size() > 0, plain::toString);
      for (String text :
          List.of("wa\\u0000ter green", "water\\u0001\\tgreen\\u007f", "\\ufeffwater\\r\\ngreen")) {
        assertEquals(plain, first(model, mode, text), text);
      }
    }
  }

  /** Half a character is encoded as the replacement character, U+FFFD, in its place. */
  @ParameterizedTest
  @MethodSource("models")
  void loneSurrogates(String model) {
    for (String mode : List.of("document", "query")) {
      for (String text :
          List.of(
              "water %s green",
              "%s", "%swater", "x%s", "x%swater", "water%s", "%s%s water", "%s\\ud83d\\ude00")) {
        JsonNode replaced = first(model, mode, text.replace("%s", "\\ufffd"));
        for (String lone : List.of("\\ud800", "\\udbff", "\\udc00", "\\udfff")) {
          assertEquals(replaced, first(model, mode, text.replace("%s", lone)), text + lone);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void textsOfFiveMegabytes(String model) {
    String sentence = "The green water makes energy of light. ";
    String text = sentence.repeat(LARGE / sentence.length());
    JsonNode one = first(model, "document", sentence);
    JsonNode all = first(model, "document", text);
    int tokens = one.get("tokens").asInt() * (LARGE / sentence.length());
    assertEquals(tokens, all.get("tokens").asInt());
    JsonNode settings =
        node.http()
            .request("GET", "_learned_sparse/models/" + model, null)
            .orThrow()
            .body()
            .at("/models/" + model);
    int marks = model.equals("tiny") ? 2 : 0;
    int room = settings.get("max_length").asInt() - marks;
    int step = room - settings.get("overlap").asInt();
    // The first window, and as many more as the rest needs.
    assertEquals(1 + (tokens - room + step - 1) / step, all.get("windows").asInt());
    assertEquals(names(one), names(all));
    // Without a single space.
    JsonNode word = first(model, "document", "x".repeat(LARGE));
    assertTrue(word.get("tokens").asInt() >= 1, word::toString);
    assertTrue(first(model, "query", text).get("weights").size() > 0);
  }

  private static List<String> names(JsonNode result) {
    return Stream.of(result.get("weights"))
        .flatMap(weights -> weights.properties().stream())
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }
}
