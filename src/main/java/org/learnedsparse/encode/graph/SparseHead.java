package org.learnedsparse.encode.graph;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.learnedsparse.encode.folder.Activation;
import org.learnedsparse.encode.folder.ModelException;
import org.learnedsparse.encode.folder.Pooling;
import org.learnedsparse.encode.folder.Route;
import org.learnedsparse.encode.folder.SpecialTokens;
import org.learnedsparse.encode.folder.TermRules;
import org.learnedsparse.encode.text.TokenTerms;
import org.learnedsparse.encode.text.TokenWeights;
import org.learnedsparse.encode.text.TokenWindow;
import org.learnedsparse.encode.text.Vocabulary;
import org.learnedsparse.vector.SparseVector;

/** Turns an output into term weights: pooling, autoencoder, top-k, activation, names, literals. */
final class SparseHead {
  private final Route.SparseHead route;
  private final Pooling pooling;
  private final Activation activation;
  private final SpecialTokens special;
  private final Dimensions dimensions;
  private final TokenTerms terms;
  private final TokenTerms literalTerms;
  private final Autoencoder autoencoder;
  private final TokenWeights literal;

  /**
   * @param pooling the route's, or what was found
   */
  SparseHead(Path folder, Route.SparseHead route, Pooling pooling, Vocabulary vocabulary)
      throws IOException {
    boolean overVocabulary = pooling == Pooling.MAX || pooling == Pooling.SUM;
    this.route = route;
    this.pooling = pooling;
    this.activation =
        route.activation() != null
            ? route.activation()
            : overVocabulary ? Activation.LOG1P_RELU : Activation.RELU;
    TermRules rules =
        route.rules().usually(overVocabulary ? SpecialTokens.ALL : SpecialTokens.NONE);
    this.special = rules.special();
    this.dimensions = Dimensions.of(folder, route.terms(), vocabulary);
    this.terms = new TokenTerms(vocabulary, rules);
    this.literalTerms = new TokenTerms(vocabulary, rules.with(SpecialTokens.NONE));
    this.autoencoder =
        route.autoencoder() == null
            ? null
            : Autoencoder.read(folder, route.autoencoder(), route.autoencoderNormalize());
    this.literal =
        route.literal() == null
            ? null
            : TokenWeights.read(folder, route.literal(), vocabulary, rules.words());
  }

  /**
   * Checks that the output's rows fit what follows.
   *
   * @param graph its name, for messages
   */
  void check(String graph, int width) {
    if (pooling == Pooling.TOKEN) {
      return;
    }
    boolean exactly = autoencoder != null || dimensions instanceof Dimensions.Listed;
    int wanted = autoencoder != null ? autoencoder.inputs() : dimensions.size();
    // Graphs are often padded to a round number of entries; fewer than the tokenizer's is an error.
    if (width == wanted || (width > wanted && exactly == false) || isNumbered()) {
      return;
    }
    throw new ModelException(
        "["
            + graph
            + "] gives ["
            + width
            + "] weights a token, but ["
            + (autoencoder != null
                ? route.autoencoder() + "] takes"
                : exactly ? route.terms() + "] names" : "tokenizer.json] has")
            + " ["
            + wanted
            + "]; the two belong to different models");
  }

  private boolean isNumbered() {
    return autoencoder == null && dimensions instanceof Dimensions.Numbers;
  }

  /** How wide an output is that does not declare it; 0 if there is no telling. */
  int dynamicWidth() {
    return autoencoder != null ? autoencoder.inputs() : isNumbered() ? 0 : dimensions.size();
  }

  /**
   * The weights of a batch.
   *
   * @param length of the batch, padding included
   * @param width numbers in a row
   */
  SparseVector[] encode(Rows rows, TokenWindow[] windows, int length, int width) {
    SparseVector[] vectors = new SparseVector[windows.length];
    float[] row = new float[pooling == Pooling.TOKEN ? length : width];
    RowPooling rowPooling = new RowPooling(pooling, activation, row.length);
    for (int i = 0; i < windows.length; i++) {
      Map<String, Float> weights = new HashMap<>();
      if (pooling == Pooling.TOKEN) {
        rows.get(i * length, row, windows[i].tokens().length);
        addTokens(weights, row, windows[i]);
      } else {
        rowPooling.pool(rows, i, length, windows[i], row);
        addDimensions(weights, autoencoder == null ? row : autoencoder.encode(row));
      }
      addLiterals(weights, windows[i]);
      vectors[i] = SparseVector.of(weights);
    }
    return vectors;
  }

  /** The weights of one window, where the graph gives the ids of all that has weight. */
  SparseVector encode(long[] ids, float[] values, TokenWindow window) {
    Map<String, Float> weights = new HashMap<>();
    for (int i = 0; i < values.length; i++) {
      add(weights, Math.toIntExact(ids[i]), activation.apply(values[i]));
    }
    addLiterals(weights, window);
    return SparseVector.of(weights);
  }

  private void addTokens(Map<String, Float> weights, float[] values, TokenWindow window) {
    for (TokenTerms.Occurrence occurrence :
        terms.of(window.tokens(), window.pooledFrom(), window.pooledTo())) {
      float weight = checked(occurrence.term(), activation.apply(values[occurrence.position()]));
      weights.merge(occurrence.term(), weight, route.repeats()::merge);
    }
  }

  /**
   * The positive weights. Activations are monotone, so one after the maximum over the tokens gives
   * the same as the maximum after one for every token.
   */
  private void addDimensions(Map<String, Float> weights, float[] values) {
    float least = route.topK() == 0 ? Float.NEGATIVE_INFINITY : kthLargest(values, route.topK());
    int ties = route.topK() == 0 ? 0 : route.topK() - above(values, least);
    for (int i = 0; i < values.length; i++) {
      // Nearly all are 0 or below, which no activation gives weight; of equal ones, the first
      // count.
      if (values[i] <= 0 || values[i] < least || (values[i] == least && ties-- <= 0)) {
        continue;
      }
      add(weights, i, pooling == Pooling.SUM ? values[i] : activation.apply(values[i]));
    }
  }

  /** NaN counts as larger than any, so that it is not left out unnoticed. */
  private static float kthLargest(float[] values, int k) {
    if (k >= values.length) {
      return Float.NEGATIVE_INFINITY;
    }
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length - k];
  }

  private static int above(float[] values, float least) {
    int above = 0;
    for (float value : values) {
      above += value > least ? 1 : 0;
    }
    return above;
  }

  private void add(Map<String, Float> weights, int dimension, float weight) {
    if (weight == 0) {
      return;
    }
    String term = dimensions.term(dimension);
    if (dimensions.isSpecial(dimension) && special.keeps(term) == false) {
      return;
    }
    if (term == null) {
      throw new ModelException(
          "the graph gives weight to dimension ["
              + dimension
              + "], for which there is no name in ["
              + (route.terms().equals(Route.SparseHead.TOKENS) ? "tokenizer.json" : route.terms())
              + "]; the two belong to different models");
    }
    weights.put(term, checked(term, weight));
  }

  private static float checked(String term, float weight) {
    if (Float.isFinite(weight)) {
      return weight;
    }
    throw new ModelException(
        "the graph gives weight [" + weight + "] to [" + term + "]; the model is broken");
  }

  private void addLiterals(Map<String, Float> weights, TokenWindow window) {
    if (literal == null) {
      return;
    }
    literalTerms.of(window.tokens(), window.textFrom(), window.textTo()).stream()
        .map(TokenTerms.Occurrence::term)
        .distinct()
        .forEach(term -> weights.merge(term, literal.of(term), Float::sum));
  }

  /** Every step, as {@code model.json} would state it. */
  Map<String, Object> describe() {
    Map<String, Object> steps = new LinkedHashMap<>();
    steps.put("pooling", pooling.toString());
    if (pooling == Pooling.TOKEN) {
      steps.put("repeats", route.repeats().toString());
      steps.put("words", route.rules().words());
      steps.put("punctuation", route.rules().punctuation());
    }
    if (autoencoder != null) {
      steps.put("autoencoder", route.autoencoder());
      steps.put("autoencoder_normalize", route.autoencoderNormalize());
    }
    if (route.topK() > 0) {
      steps.put("top_k", route.topK());
    }
    steps.put("activation", activation.toString());
    steps.put("special_tokens", special.stated());
    if (pooling != Pooling.TOKEN) {
      steps.put("terms", route.terms());
    }
    if (literal != null) {
      steps.put("literal", route.literal().stated());
    }
    return steps;
  }
}
