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

  /** The weights of these tokens. */
  public SparseVector encode(long[] tokens) {
    Map<String, Float> vector = new HashMap<>();
    for (TokenTerms.Occurrence occurrence : terms.of(tokens, 0, tokens.length)) {
      vector.put(occurrence.term(), weights.of(occurrence.term()));
    }
    return SparseVector.of(vector);
  }
}
