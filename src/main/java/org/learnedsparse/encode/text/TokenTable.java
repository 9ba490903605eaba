package org.learnedsparse.encode.text;

import java.util.HashMap;
import java.util.Map;
import org.learnedsparse.vector.SparseVector;

/**
 * The query side of an inference-free model: a text is the set of its terms, special tokens left
 * out, each with the weight that a static table gives. A term outside the table weighs nothing;
 * neither does repetition.
 */
public final class TokenTable {
  private final TokenWeights weights;
  private final TokenTerms terms;

  public TokenTable(TokenWeights weights, TokenTerms terms) {
    this.weights = weights;
    this.terms = terms;
  }

  /** The terms of a vector, each weight times the table's. */
  public SparseVector weigh(SparseVector vector) {
    Map<String, Float> weighed = new HashMap<>();
    for (int i = 0; i < vector.size(); i++) {
      weighed.put(vector.term(i), vector.weight(i) * weights.of(vector.term(i)));
    }
    return SparseVector.of(weighed);
  }

  /** The weights of these tokens. */
  public SparseVector encode(long[] tokens) {
    Map<String, Float> vector = new HashMap<>();
    for (TokenTerms.Occurrence occurrence : terms.of(tokens, 0, tokens.length)) {
      vector.put(occurrence.term(), weights.of(occurrence.term()));
    }
    return SparseVector.of(vector);
  }
}
