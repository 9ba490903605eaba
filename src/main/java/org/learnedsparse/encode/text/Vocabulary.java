package org.learnedsparse.encode.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.learnedsparse.encode.folder.ModelException;

/**
 * The tokens of a {@code tokenizer.json} by id: raw, as the file spells them ({@code ##ing}, {@code
 * Ġword}), so that two ids never share a name.
 */
public final class Vocabulary {
  /** Far above any published vocabulary: a larger id is a mistake, not a reason to take memory. */
  private static final int LARGEST_ID = 1 << 24;

  private static final String CONTINUATION = "##";

  private final String[] tokens;
  private final BitSet special;

  private Vocabulary(String[] tokens, BitSet special) {
    this.tokens = tokens;
    this.special = special;
  }

  /**
   * Reads the vocabulary of a tokenizer: {@code model.vocab}, an object of ids (WordPiece, BPE,
   * WordLevel) or a list of pieces (Unigram), and {@code added_tokens}.
   */
  public static Vocabulary of(JsonObject tokenizer) {
    Map<Integer, String> byId = new HashMap<>();
    BitSet special = new BitSet();
    JsonElement vocab =
        tokenizer.has("model") ? tokenizer.getAsJsonObject("model").get("vocab") : null;
    if (vocab instanceof JsonObject object) {
      object.entrySet().forEach(entry -> byId.put(entry.getValue().getAsInt(), entry.getKey()));
    } else if (vocab instanceof JsonArray pieces) {
      for (int id = 0; id < pieces.size(); id++) {
        byId.put(id, pieces.get(id).getAsJsonArray().get(0).getAsString());
      }
    } else {
      throw new ModelException(
          "[tokenizer.json] has no [model.vocab]; export the tokenizer in Hugging Face's fast format");
    }
    if (tokenizer.get("added_tokens") instanceof JsonArray added) {
      for (JsonElement element : added) {
        JsonObject token = element.getAsJsonObject();
        int id = token.get("id").getAsInt();
        byId.put(id, token.get("content").getAsString());
        special.set(id, token.has("special") && token.get("special").getAsBoolean());
      }
    }
    for (Map.Entry<Integer, String> entry : byId.entrySet()) {
      if (entry.getKey() < 0 || entry.getKey() > LARGEST_ID) {
        throw new ModelException(
            "[tokenizer.json] gives ["
                + entry.getValue()
                + "] the id ["
                + entry.getKey()
                + "]; ids are 0 to "
                + LARGEST_ID);
      }
    }
    int size = byId.keySet().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
    String[] tokens = new String[size];
    byId.forEach((id, token) -> tokens[id] = token);
    return new Vocabulary(tokens, special);
  }

  /** One more than the largest id. */
  public int size() {
    return tokens.length;
  }

  /** The token of an id, or null where the tokenizer leaves a gap. */
  public String token(int id) {
    return id < tokens.length ? tokens[id] : null;
  }

  /** Whether the id is a marker such as [CLS], rather than text. */
  public boolean isSpecial(int id) {
    return special.get(id);
  }

  /** Whether a token goes on with the word of the one before it, as WordPiece marks it. */
  public boolean continuesWord(int id) {
    String token = token(id);
    return token != null && token.startsWith(CONTINUATION) && isSpecial(id) == false;
  }

  /** Whether there are tokens that {@link #continuesWord}. */
  public boolean marksWords() {
    return Arrays.stream(tokens).anyMatch(t -> t != null && t.startsWith(CONTINUATION));
  }

  /** The token as a part of a word, without the mark. */
  public String part(int id) {
    return continuesWord(id) ? token(id).substring(CONTINUATION.length()) : token(id);
  }

  /** The ids by token. */
  public Map<String, Integer> ids() {
    Map<String, Integer> ids = new HashMap<>(tokens.length * 2);
    for (int id = 0; id < tokens.length; id++) {
      if (tokens[id] != null) {
        ids.put(tokens[id], id);
      }
    }
    return ids;
  }

  @Override
  public String toString() {
    return Arrays.stream(tokens).limit(5).toList() + "… (" + size() + ")";
  }
}
