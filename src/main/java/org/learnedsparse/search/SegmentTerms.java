package org.learnedsparse.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.TermState;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.util.BytesRef;
import org.learnedsparse.postings.ImpactCursor;

/** The terms of a query that a segment has, with their weights. */
final class SegmentTerms {
  private record Found(BytesRef term, TermState state, int documentFrequency, int weight) {}

  private final TermsEnum terms;
  private final List<Found> found;
  private final TermWeights weights;
  private final long postings;

  private SegmentTerms(TermsEnum terms, List<Found> found, TermWeights weights) {
    this.terms = terms;
    this.found = found;
    this.weights = weights;
    this.postings = found.stream().mapToLong(Found::documentFrequency).sum();
  }

  /**
   * Looks up a query's terms.
   *
   * @return null if the segment has none of them
   */
  static SegmentTerms find(
      LeafReaderContext context, String field, QueryTerms query, TermWeights weights)
      throws IOException {
    // Whatever wraps the reader may hide the field.
    Terms terms = context.reader().terms(field);
    if (terms == null) {
      return null;
    }
    TermsEnum iterator = terms.iterator();
    int size = query.vector().size();
    List<Found> found = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      if (query.seek(iterator, i, context)) {
        BytesRef term = new BytesRef(query.vector().term(i));
        found.add(new Found(term, iterator.termState(), iterator.docFreq(), weights.get(i)));
      }
    }
    return found.isEmpty() ? null : new SegmentTerms(iterator, found, weights);
  }

  int size() {
    return found.size();
  }

  int weight(int term) {
    return found.get(term).weight();
  }

  TermWeights weights() {
    return weights;
  }

  /** How many postings the terms have together. */
  long postings() {
    return postings;
  }

  private TermsEnum at(int term) throws IOException {
    terms.seekExact(found.get(term).term(), found.get(term).state());
    return terms;
  }

  /** New cursors, before their first superblocks. */
  ImpactCursor[] cursors() throws IOException {
    ImpactCursor[] cursors = new ImpactCursor[size()];
    for (int i = 0; i < cursors.length; i++) {
      cursors[i] = ImpactCursor.of(at(i));
    }
    return cursors;
  }

  /** The terms' postings, before their first documents. */
  PostingsEnum[] documents() throws IOException {
    PostingsEnum[] documents = new PostingsEnum[size()];
    for (int i = 0; i < documents.length; i++) {
      documents[i] = at(i).postings(null, PostingsEnum.FREQS);
    }
    return documents;
  }
}
