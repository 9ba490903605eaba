package org.learnedsparse.encode.folder;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;

/** How many tokens a published model takes at once. */
final class MaxLength {
  /** Above this, a number stands for "no limit" ({@code model_max_length} is often 10^30). */
  private static final double NO_LIMIT = 1 << 20;

  /** Their position embeddings begin behind the padding token's, so fewer can be used. */
  private static final Set<String> POSITIONS_AFTER_PADDING =
      Set.of("roberta", "xlm-roberta", "camembert", "mpnet", "longformer");

  private MaxLength() {}

  /**
   * The least that the configuration files allow.
   *
   * @param places folders within the model's that may hold some, each ending with a slash, or empty
   */
  static int find(Path folder, Collection<String> places, int otherwise) throws IOException {
    double least = Double.MAX_VALUE;
    for (String place : places) {
      least = Math.min(least, find(folder, place));
    }
    return least >= 8 && least <= NO_LIMIT ? (int) least : otherwise;
  }

  private static double find(Path folder, String place) throws IOException {
    JsonObject config = config(folder, place + "config.json");
    double positions = number(config, "max_position_embeddings");
    if (config.get("model_type") instanceof JsonPrimitive type
        && POSITIONS_AFTER_PADDING.contains(type.getAsString())) {
      double padding = number(config, "pad_token_id");
      positions -= 1 + (padding <= NO_LIMIT ? padding : 1);
    }
    double sequence = number(config(folder, place + "sentence_bert_config.json"), "max_seq_length");
    double tokens = number(config(folder, place + "tokenizer_config.json"), "model_max_length");
    return Math.min(sequence, Math.min(tokens, positions));
  }

  private static JsonObject config(Path folder, String name) throws IOException {
    return ModelFiles.exists(folder, name) ? ModelFiles.object(folder, name) : new JsonObject();
  }

  private static double number(JsonObject json, String name) {
    JsonElement value = json.get(name);
    return value instanceof JsonPrimitive primitive && primitive.isNumber()
        ? primitive.getAsDouble()
        : Double.MAX_VALUE;
  }
}
