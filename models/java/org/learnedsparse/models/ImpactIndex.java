package org.learnedsparse.models;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.learnedsparse.search.IndexIdf;
import org.learnedsparse.tools.evaluate.Hit;
import org.learnedsparse.vector.Quantiser;
import org.learnedsparse.vector.SparseVector;

/**
 * Documents by term, in memory, with the 8-bit impacts that an index would hold, and queries as the
 * index would weigh them.
 */
final class ImpactIndex {
  /** A field's with the default {@code max_weight}: what is heavier counts as 4. */
  static final Quantiser QUANTISER = new Quantiser(DocumentModel.MAX_WEIGHT);

  private record Posting(int document, int impact) {}

  private final List<String> ids;
  private final IndexIdf indexIdf;
  private final Map<String, List<Posting>> postings = new HashMap<>();
  private final long documents;

  /**
   * @param ids of the documents
   * @param vectors of the documents
   * @param indexIdf adapts the weights of queries
   */
  ImpactIndex(List<String> ids, List<SparseVector> vectors, IndexIdf indexIdf) {
    this.ids = ids;
    this.indexIdf = indexIdf;
    // What has no term does not have the field.
    this.documents = vectors.stream().filter(vector -> vector.size() > 0).count();
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
    double[] scores = scores(query).documents();
    return IntStream.range(0, scores.length)
        .filter(d -> scores[d] > 0)
        .mapToObj(d -> new Hit(ids.get(d), scores[d]))
        .toList();
  }

  /**
   * A query's scores.
   *
   * @param documents by document; 0 for one that shares no term
   * @param highest what a document of nothing but the highest impacts would have
   */
  @SuppressWarnings("ArrayRecordComponent") // A list of numbers, never compared.
  record Scores(double[] documents, double highest) {}

  /** The scores of all documents. */
  Scores scores(SparseVector query) {
    double[] scores = new double[ids.size()];
    double highest = 0;
    for (int i = 0; i < query.size(); i++) {
      List<Posting> having = postings.getOrDefault(query.term(i), List.of());
      double weight = indexIdf.weight(query.weight(i), having.size(), documents);
      highest += weight * DocumentModel.MAX_WEIGHT;
      for (Posting posting : having) {
        scores[posting.document()] += weight * QUANTISER.step() * posting.impact();
      }
    }
    return new Scores(scores, highest);
  }
}
