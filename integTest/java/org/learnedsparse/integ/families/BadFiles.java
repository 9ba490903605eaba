package org.learnedsparse.integ.families;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.learnedsparse.integ.families.BadModel.Content;

/** Models whose other files are missing, not what they should be, or somewhere else. */
final class BadFiles {
  private static final String TOKENIZER = "tokenizer.json";
  private static final String SETTINGS = "model.json";

  private BadFiles() {}

  /**
   * @param outside a folder with a whole model, which the bad ones must not reach
   */
  static List<BadModel> all(Path outside) {
    return List.of(
        BadModel.of("empty-folder", folder -> {}, BadGraphs.GRAPH, "export"),
        BadModel.of("tokenizer-missing", BadGraphs.GOOD.without(TOKENIZER), TOKENIZER),
        tokenizer("tokenizer-no-json", "no JSON", TOKENIZER, "JSON"),
        tokenizer("tokenizer-no-object", "[]", TOKENIZER, "JSON object"),
        tokenizer("tokenizer-no-vocabulary", "{\"model\":{}}", TOKENIZER, "fast format"),
        tokenizer(
            "tokenizer-of-unknown-type", "{\"model\":{\"type\":\"No\",\"vocab\":{}}}", TOKENIZER),
        settings("settings-no-json", "{", "JSON"),
        settings("settings-empty", "", "not valid JSON"),
        settings("settings-no-object", "[]", "JSON object"),
        settings("settings-unknown", "{\"max_lenght\":8}", "[max_lenght]", "max_length"),
        settings("max-length-text", "{\"max_length\":\"long\"}", "[max_length]", "integer"),
        settings("max-length-range", "{\"max_length\":-1}", "[max_length]", "8 to 1048576"),
        settings("overlap-range", "{\"overlap\":400}", "[overlap]"),
        settings("route-number", "{\"document\":5}", "[document]", "object"),
        route("graph-outside", "\"graph\":\"../" + outside.getFileName() + "/model.onnx\"", ".."),
        route("pooling-unknown", "\"pooling\":\"average\"", "[pooling]", "[average]", "max"),
        route("activation-unknown", "\"activation\":\"tanh\"", "[activation]", "[tanh]"),
        route("route-setting-unknown", "\"poling\":\"max\"", "[poling]", "pooling"),
        BadModel.of("idf-no-json", BadGraphs.GOOD.and("idf.json", "plant\t1"), "idf.json", "JSON"),
        BadModel.of(
            "idf-unknown-token",
            BadGraphs.GOOD.and("idf.json", "{\"no such token\":1}"),
            "idf.json",
            "[no such token]"),
        BadModel.of(
            "idf-negative", BadGraphs.GOOD.and("idf.json", "{\"plant\":-1}"), "idf.json", "-1"),
        BadModel.of(
            "idf-text",
            BadGraphs.GOOD.and("idf.json", "{\"plant\":\"x\"}"),
            "idf.json",
            "[plant]"));
  }

  /**
   * Models of which a file, or the folder of one, is a link.
   *
   * @param outside what the links lead to
   * @param suffix of the models' ids
   */
  static List<BadModel> links(Path outside, String suffix) {
    return List.of(
        BadModel.of(
            "tokenizer-link" + suffix,
            BadGraphs.GOOD.and(link(TOKENIZER, outside)),
            TOKENIZER,
            "outside the model's folder"),
        BadModel.of(
            "graph-link" + suffix,
            BadGraphs.GOOD.and(link(BadGraphs.GRAPH, outside)),
            BadGraphs.GRAPH,
            "outside the model's folder"),
        BadModel.of(
            "folder-link" + suffix,
            BadGraphs.GOOD.and(folder -> Files.createSymbolicLink(folder.resolve("onnx"), outside)),
            "onnx/model.onnx",
            "outside the model's folder"));
  }

  static BadModel tokenizer(String id, String json, String... message) {
    return BadModel.of(id, BadGraphs.GOOD.and(TOKENIZER, json), message);
  }

  static BadModel settings(String id, String json, String... message) {
    return BadModel.of(id, BadGraphs.GOOD.and(SETTINGS, json), message);
  }

  /** One setting of the document's route; it has a graph, unless the setting names one. */
  static BadModel route(String id, String setting, String... message) {
    String graph = setting.startsWith("\"graph\"") ? "" : "\"graph\":\"model.onnx\",";
    return settings(id, "{\"document\":{" + graph + setting + "}}", message);
  }

  private static Content link(String file, Path outside) {
    return folder -> {
      Files.delete(folder.resolve(file));
      Files.createSymbolicLink(folder.resolve(file), outside.resolve(file));
    };
  }
}
