package org.learnedsparse.encode;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Map;
import java.util.TreeSet;
import org.learnedsparse.vector.SparseVector;

/**
 * The query side of an inference-free model: a text is the set of its tokens, special tokens left
 * out, each with the weight that a static table gives (such as {@code idf.json}). A token outside
 * the table weighs nothing; neither does repetition.
 */
final class TokenTable {
  private final float[] weights;

  /**
   * @param file the table's name, for messages
   * @param table weights by token
   */
  TokenTable(String file, JsonObject table, Vocabulary vocabulary) {
    weights = new float[vocabulary.size()];
    Map<String, Integer> ids = vocabulary.ids();
    for (Map.Entry<String, JsonElement> entry : table.entrySet()) {
      Integer id = ids.get(entry.getKey());
      if (id == null) {
        throw new ModelException(
            "["
                + file
                + "] has a weight for ["
                + entry.getKey()
                + "], which is no token of [tokenizer.json]; the two belong to different models");
      }
      try {
        weights[id] = SparseVector.checked(entry.getKey(), entry.getValue().getAsFloat());
      } catch (RuntimeException e) {
        throw new ModelException(
            "[" + file + "]: the weight of [" + entry.getKey() + "]: " + e.getMessage(), e);
      }
    }
  }

  IdWeights encode(long[] tokens, Vocabulary vocabulary) {
    TreeSet<Integer> distinct = new TreeSet<>();
    for (long token : tokens) {
      distinct.add((int) token);
    }
    IdWeights.Builder builder = new IdWeights.Builder();
    for (int id : distinct) {
      if (weights[id] > 0 && vocabulary.isSpecial(id) == false) {
        builder.add(id, weights[id]);
      }
    }
    return builder.build();
  }
}
