package org.learnedsparse.models;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.learnedsparse.tools.evaluate.Hit;
import org.learnedsparse.vector.Quantiser;
import org.learnedsparse.vector.SparseVector;

/** Documents by term, in memory, with the 8-bit impacts that an index would hold. */
final class ImpactIndex {
  /** A field's with the default {@code max_weight}: what is heavier counts as 4. */
  static final Quantiser QUANTISER = new Quantiser(DocumentModel.MAX_WEIGHT);

  private record Posting(int document, int impact) {}

  private final List<String> ids;
  private final Map<String, List<Posting>> postings = new HashMap<>();

  /**
   * @param ids of the documents
   * @param vectors of the documents
   */
  ImpactIndex(List<String> ids, List<SparseVector> vectors) {
    this.ids = ids;
    for (int d = 0; d < vectors.size(); d++) {
      SparseVector vector = vectors.get(d);
      for (int i = 0; i < vector.size(); i++) {
        postings
            .computeIfAbsent(vector.term(i), term -> new ArrayList<>())
            .add(new Posting(d, QUANTISER.impact(vector.weight(i))));
      }
    }
  }

  /** Every document that shares a term with the query, in any order. */
  List<Hit> search(SparseVector query) {
    double[] scores = new double[ids.size()];
    for (int i = 0; i < query.size(); i++) {
      for (Posting posting : postings.getOrDefault(query.term(i), List.of())) {
        scores[posting.document()] += (double) query.weight(i) * posting.impact();
      }
    }
    return IntStream.range(0, scores.length)
        .filter(d -> scores[d] > 0)
        .mapToObj(d -> new Hit(ids.get(d), scores[d]))
        .toList();
  }
}
