package org.learnedsparse.bench.encode;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.learnedsparse.tools.node.Http;

/**
 * A folder with a model, as the bare loop needs it.
 *
 * @param folder holds {@code tokenizer.json}, a graph, and {@code model.json} unless the plugin's
 *     defaults suffice
 */
record ModelFolder(Path folder) {
  private static final int BATCH = 256;

  /** The graph that encodes documents. */
  Path graph() throws IOException {
    String named = document().path("graph").asText();
    for (String name :
        named.isEmpty() ? List.of("onnx/model.onnx", "model.onnx") : List.of(named)) {
      if (Files.isRegularFile(folder.resolve(name))) {
        return folder.resolve(name);
      }
    }
    throw new IOException("[" + folder + "] holds no graph that encodes documents");
  }

  /** The name of the output that the plugin reads; empty for the graph's first. */
  String output() throws IOException {
    return document().path("output").asText();
  }

  private JsonNode document() throws IOException {
    Path file = folder.resolve("model.json");
    return Files.exists(file)
        ? Http.JSON.readTree(file.toFile()).path("document")
        : Http.JSON.createObjectNode();
  }

  /** The vocabulary's whole words of letters, in the order of their ids. */
  List<String> words() throws IOException {
    return pieces("[Ġ▁]?\\p{L}+").stream().map(word -> word.replaceFirst("^[Ġ▁]", "")).toList();
  }

  /** The vocabulary's continuations of words, without their mark, in the order of their ids. */
  List<String> suffixes() throws IOException {
    return pieces("##\\p{L}+").stream().map(piece -> piece.substring(2)).toList();
  }

  private List<String> pieces(String pattern) throws IOException {
    Map<Integer, String> byId = new TreeMap<>();
    Http.JSON
        .readTree(folder.resolve("tokenizer.json").toFile())
        .path("model")
        .path("vocab")
        .fields()
        .forEachRemaining(entry -> byId.put(entry.getValue().asInt(), entry.getKey()));
    return byId.values().stream().filter(piece -> piece.matches(pattern)).toList();
  }

  /** The token ids of each text, special tokens included. */
  List<long[]> tokenise(List<String> texts) throws IOException {
    List<long[]> ids = new ArrayList<>(texts.size());
    try (HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.newInstance(
            folder.resolve("tokenizer.json"), Map.of("truncation", "false", "padding", "false"))) {
      for (int from = 0; from < texts.size(); from += BATCH) {
        List<String> batch = texts.subList(from, Math.min(texts.size(), from + BATCH));
        for (Encoding encoding : tokenizer.batchEncode(batch)) {
          ids.add(encoding.getIds());
        }
      }
    }
    return ids;
  }
}
