package org.learnedsparse.encode.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.learnedsparse.encode.folder.ModelException;
import org.learnedsparse.encode.folder.ModelFiles;
import org.learnedsparse.encode.folder.Route;
import org.learnedsparse.encode.folder.SafeTensors;
import org.learnedsparse.vector.SparseVector;

/**
 * Static weights of terms: a constant, a JSON object ({@code idf.json}), lines of term, tab and
 * weight ({@code query_token_weights.txt}), or a tensor by vocabulary id ({@code
 * SparseStaticEmbedding}'s safetensors).
 */
public final class TokenWeights {
  private static final String TENSOR = "weight";

  private final float constant;

  /** By term; null for a constant. */
  private final Map<String, Float> weights;

  private TokenWeights(float constant, Map<String, Float> weights) {
    this.constant = constant;
    this.weights = weights;
  }

  /**
   * Reads weights.
   *
   * @param words whether terms are words, which the vocabulary need not hold
   * @throws ModelException if the file cannot be read, or belongs to another vocabulary
   */
  public static TokenWeights read(
      Path folder, Route.Weights source, Vocabulary vocabulary, boolean words) throws IOException {
    String file = source.file();
    if (file == null) {
      return new TokenWeights(source.constant(), null);
    }
    Map<String, Float> weights = new HashMap<>();
    if (source.isTensor()) {
      addTensor(weights, folder, file, vocabulary);
    } else if (file.endsWith(".txt")) {
      addLines(weights, folder, file);
    } else {
      addObject(weights, ModelFiles.object(folder, file), file);
    }
    if (words == false) {
      Map<String, Integer> ids = vocabulary.ids();
      for (String term : weights.keySet()) {
        if (ids.containsKey(term) == false) {
          throw new ModelException(
              "["
                  + file
                  + "] has a weight for ["
                  + term
                  + "], which is no token of the tokenizer; the two belong to different models");
        }
      }
    }
    return new TokenWeights(0, weights);
  }

  private static void addObject(Map<String, Float> weights, JsonObject object, String file) {
    for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
      try {
        weights.put(
            entry.getKey(), SparseVector.checked(entry.getKey(), entry.getValue().getAsFloat()));
      } catch (RuntimeException e) {
        throw new ModelException(
            "[" + file + "]: the weight of [" + entry.getKey() + "]: " + e.getMessage(), e);
      }
    }
  }

  private static void addLines(Map<String, Float> weights, Path folder, String file)
      throws IOException {
    List<String> lines = ModelFiles.lines(folder, file);
    for (int i = 0; i < lines.size(); i++) {
      int tab = lines.get(i).lastIndexOf('\t');
      try {
        String term = lines.get(i).substring(0, tab);
        weights.put(
            term, SparseVector.checked(term, Float.parseFloat(lines.get(i).substring(tab + 1))));
      } catch (RuntimeException e) {
        throw new ModelException(
            "["
                + file
                + "], line ["
                + (i + 1)
                + "] is ["
                + lines.get(i)
                + "]; it must be a token, a tab and its weight, 0 or above",
            e);
      }
    }
  }

  private static void addTensor(
      Map<String, Float> weights, Path folder, String file, Vocabulary vocabulary)
      throws IOException {
    float[] values = SafeTensors.open(file, ModelFiles.file(folder, file)).floats(TENSOR);
    for (int id = 0; id < values.length; id++) {
      String token = vocabulary.token(id);
      if (values[id] == 0 || token == null) {
        continue; // Tensors are often padded.
      }
      weights.put(token, SparseVector.checked(token, values[id]));
    }
    if (values.length > vocabulary.size() * 2L || weights.isEmpty()) {
      throw new ModelException(
          "["
              + file
              + "] has ["
              + values.length
              + "] weights, but the tokenizer has ["
              + vocabulary.size()
              + "] tokens; the two belong to different models");
    }
  }

  /** A term's weight, 0 for one that has none. */
  public float of(String term) {
    return weights == null ? constant : weights.getOrDefault(term, 0f);
  }
}
