package org.learnedsparse.models;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Texts as token ids, through the very tokenizer that the model ships. */
final class Tokens implements AutoCloseable {
  private static final int BATCH = 512;

  private final HuggingFaceTokenizer tokenizer;
  private final List<String> names;

  private Tokens(HuggingFaceTokenizer tokenizer, List<String> names) {
    this.tokenizer = tokenizer;
    this.names = names;
  }

  /** Opens a {@code tokenizer.json}. */
  static Tokens open(Path file) throws IOException {
    JsonNode vocabulary = new ObjectMapper().readTree(file.toFile()).path("model").path("vocab");
    String[] names = new String[vocabulary.size()];
    vocabulary.fields().forEachRemaining(entry -> names[entry.getValue().asInt()] = entry.getKey());
    HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.newInstance(
            file, Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
    return new Tokens(tokenizer, List.of(names));
  }

  /** The token of each id. */
  List<String> names() {
    return names;
  }

  /** The token ids of each text, in order, with repeats. */
  List<int[]> encode(List<String> texts) {
    List<int[]> ids = new ArrayList<>(texts.size());
    for (int from = 0; from < texts.size(); from += BATCH) {
      List<String> batch = texts.subList(from, Math.min(texts.size(), from + BATCH));
      for (Encoding encoding : tokenizer.batchEncode(batch)) {
        long[] long64 = encoding.getIds();
        ids.add(IntStream.range(0, long64.length).map(i -> (int) long64[i]).toArray());
      }
    }
    return ids;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
