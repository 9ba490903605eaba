package org.learnedsparse.search;

import java.io.IOException;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.TermState;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.BytesRef;
import org.learnedsparse.vector.SparseVector;

/** A query's terms, with the weights that count where it is searched. */
final class QueryTerms {
  private final LearnedSparseQuery query;
  private final SparseVector vector;

  /** Null where the weights are the query's own: then nothing was looked up. */
  private final TermLookups lookups;

  private QueryTerms(LearnedSparseQuery query, SparseVector vector, TermLookups lookups) {
    this.query = query;
    this.vector = vector;
    this.lookups = lookups;
  }

  /** With the query's own weights. */
  static QueryTerms of(LearnedSparseQuery query) {
    return new QueryTerms(query, query.vector(), null);
  }

  /** With weights that are adapted to an index, if the query wants that. */
  static QueryTerms in(IndexSearcher searcher, LearnedSparseQuery query) throws IOException {
    if (query.indexIdf().adapts() == false) {
      return of(query);
    }
    TermLookups lookups = new TermLookups(searcher, query);
    SparseVector table = query.vector();
    float[] adapted = new float[table.size()];
    for (int i = 0; i < adapted.length; i++) {
      adapted[i] =
          query
              .indexIdf()
              .weight(table.weight(i), lookups.documentFrequency(i), lookups.documents());
    }
    return new QueryTerms(query, table.withWeights(adapted), lookups);
  }

  SparseVector vector() {
    return vector;
  }

  /** Moves to a term of the query, and says whether the segment has it. */
  boolean seek(TermsEnum terms, int term, LeafReaderContext context) throws IOException {
    BytesRef bytes = new BytesRef(vector.term(term));
    if (lookups == null) {
      return terms.seekExact(bytes);
    }
    TermState state = lookups.state(term, context);
    if (state == null) {
      return false;
    }
    terms.seekExact(bytes, state);
    return true;
  }

  Explanation explainWeight(int term) {
    float weight = vector.weight(term);
    if (lookups == null) {
      return Explanation.match(weight, "query weight");
    }
    return Explanation.match(
        weight,
        "query weight, the table's adapted to the index, of:",
        Explanation.match(query.vector().weight(term), "table weight"),
        Explanation.match(lookups.documentFrequency(term), "documents with the term"),
        Explanation.match(lookups.documents(), "documents with the field"),
        Explanation.match(query.indexIdf().share(), "index_idf, the index's share"));
  }
}
