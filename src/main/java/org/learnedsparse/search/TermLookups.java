package org.learnedsparse.search;

import java.io.IOException;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TermState;
import org.apache.lucene.index.TermStates;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.IndexSearcher;

/** What an index knows of a query's terms: where they are, and how many documents have them. */
final class TermLookups {
  private final TermStates[] states;
  private final long[] documentFrequencies;
  private final long documents;

  /**
   * Looks up each term once in each segment. The searcher is asked for its statistics, as Lucene's
   * own queries do: it may record what was asked, or answer for more documents than its own.
   */
  TermLookups(IndexSearcher searcher, LearnedSparseQuery query) throws IOException {
    CollectionStatistics field = searcher.collectionStatistics(query.field());
    this.documents = field == null ? 0 : field.docCount();
    this.states = new TermStates[query.vector().size()];
    this.documentFrequencies = new long[states.length];
    for (int i = 0; i < states.length; i++) {
      Term term = query.term(i);
      states[i] = TermStates.build(searcher, term, /* needsStats= */ true);
      int here = states[i].docFreq();
      documentFrequencies[i] =
          here > 0
              ? searcher.termStatistics(term, here, states[i].totalTermFreq()).docFreq()
              : query.indexIdf().otherShards().documentFrequency(searcher, term);
    }
  }

  /** Where a segment has a term; null if it does not. */
  TermState state(int term, LeafReaderContext context) throws IOException {
    return states[term].get(context);
  }

  /** How many documents have the term. */
  long documentFrequency(int term) {
    return documentFrequencies[term];
  }

  /** How many documents have the field. */
  long documents() {
    return documents;
  }
}
