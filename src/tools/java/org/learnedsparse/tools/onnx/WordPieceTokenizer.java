package org.learnedsparse.tools.onnx;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes a {@code tokenizer.json} in the manner of BERT: lowercased WordPiece without accents. */
public final class WordPieceTokenizer {
  /** The special tokens, with ids 0 to 3. */
  public static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]");

  private static final ObjectMapper JSON = new ObjectMapper();

  private WordPieceTokenizer() {}

  /**
   * Writes the file into a folder; a text becomes [CLS] text [SEP].
   *
   * @param pieces the vocabulary after the special tokens; continuations begin with {@code ##}
   */
  public static void write(Path folder, List<String> pieces) throws IOException {
    ObjectNode markers = JSON.createObjectNode().put("type", "BertProcessing");
    markers.putArray("sep").add("[SEP]").add(SPECIAL.indexOf("[SEP]"));
    markers.putArray("cls").add("[CLS]").add(SPECIAL.indexOf("[CLS]"));
    write(folder, pieces, markers);
  }

  /** Writes the file into a folder likewise, but a text gets no special tokens around it. */
  public static void writeWithoutMarkers(Path folder, List<String> pieces) throws IOException {
    write(folder, pieces, JSON.nullNode());
  }

  private static void write(Path folder, List<String> pieces, JsonNode postProcessor)
      throws IOException {
    ObjectNode root = JSON.createObjectNode().put("version", "1.0");
    root.putNull("truncation").putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    ObjectNode vocab = JSON.createObjectNode();
    for (String token : SPECIAL) {
      added
          .addObject()
          .put("id", vocab.size())
          .put("content", token)
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
      vocab.put(token, vocab.size());
    }
    pieces.forEach(piece -> vocab.put(piece, vocab.size()));
    root.putObject("normalizer")
        .put("type", "BertNormalizer")
        .put("clean_text", true)
        .put("handle_chinese_chars", true)
        .put("strip_accents", true)
        .put("lowercase", true);
    root.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    root.set("post_processor", postProcessor);
    root.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
    root.putObject("model")
        .put("type", "WordPiece")
        .put("unk_token", "[UNK]")
        .put("continuing_subword_prefix", "##")
        .put("max_input_chars_per_word", 100)
        .set("vocab", vocab);
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("tokenizer.json"), JSON.writeValueAsString(root) + "\n");
  }
}
