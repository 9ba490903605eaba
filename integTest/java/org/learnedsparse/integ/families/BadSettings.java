package org.learnedsparse.integ.families;

import static org.learnedsparse.integ.families.BadFiles.route;
import static org.learnedsparse.integ.families.BadFiles.settings;

import java.util.List;

/** Models whose settings are of another type than they should, and tables that are no tables. */
final class BadSettings {
  private static final String WEIGHTS = "query_token_weights.txt";

  private BadSettings() {}

  static List<BadModel> all() {
    return List.of(
        settings("description-object", "{\"description\":{}}", "[description]"),
        settings("max-length-fraction", "{\"max_length\":100.5}", "[max_length]", "integer"),
        settings("max-length-digits", "{\"max_length\":\"100\"}", "[max_length]", "integer"),
        settings("max-length-null", "{\"max_length\":null}", "[max_length]", "integer"),
        settings("settings-twice", "{\"overlap\":8,\"overlap\":16}", "[overlap]"),
        route("graph-number", "\"graph\":5", "[graph]"),
        route("graph-object", "\"graph\":{}", "[graph]"),
        route("graph-with-nul", "\"graph\":\"a\\u0000b\"", "[graph]"),
        route("graph-empty-name", "\"graph\":\"\"", "[graph]"),
        route("output-object", "\"output\":{}", "[output]"),
        route(
            "ids-and-top-k",
            "\"output\":\"logits\",\"ids_output\":\"logits\",\"top_k\":3",
            "[top_k]",
            "remove them"),
        route(
            "normalize-without-autoencoder",
            "\"autoencoder_normalize\":true",
            "[autoencoder_normalize]",
            "needs an [autoencoder]"),
        route("pooling-list", "\"pooling\":[\"max\",\"sum\"]", "[pooling]"),
        route("special-tokens-text", "\"special_tokens\":\"maybe\"", "[special_tokens]"),
        settings("feedback-empty", "{\"document\":{},\"feedback\":{}}", "[feedback]", "add it"),
        settings(
            "feedback-missing",
            "{\"document\":{},\"feedback\":{\"graph\":\"prf.onnx\"}}",
            "prf.onnx"),
        settings(
            "feedback-of-texts",
            "{\"document\":{},\"feedback\":{\"graph\":\"model.onnx\"}}",
            "model.onnx",
            "[batch, sequence, dims]"),
        weights("no-weight", "plant\t1.5\nleaf\n", "2"),
        weights("no-number", "plant\tmuch\n", "much"),
        weights("negative", "plant\t-1\n", "-1"),
        weights("nan", "plant\tNaN\n", "NaN"),
        weights("unknown-token", "no such token\t1\n", "[no such token]"));
  }

  private static BadModel weights(String id, String lines, String message) {
    return BadModel.of("token-weights-" + id, BadGraphs.GOOD.and(WEIGHTS, lines), WEIGHTS, message);
  }
}
