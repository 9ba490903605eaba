package org.learnedsparse.search;

import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.ConstantScoreScorer;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.FilteredDocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.FixedBitSet;

/** Matches some documents of one reader, as a cached filter would or as any other. */
final class DocumentsQuery extends Query {
  private final FixedBitSet documents;
  private final boolean cached;

  /**
   * @param documents a bit for each document of the reader
   * @param cached whether matches are handed out as a bit set, no longer than needed
   */
  DocumentsQuery(FixedBitSet documents, boolean cached) {
    this.documents = documents;
    this.cached = cached;
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
    return new Weight(this) {
      @Override
      public Scorer scorer(LeafReaderContext leaf) {
        FixedBitSet its = of(leaf);
        if (its == null) {
          return null;
        }
        DocIdSetIterator matches = new BitSetIterator(its, its.cardinality());
        return new ConstantScoreScorer(
            this, boost, scoreMode, cached ? matches : uncached(matches));
      }

      @Override
      public Explanation explain(LeafReaderContext leaf, int document) {
        throw new UnsupportedOperationException();
      }

      @Override
      public boolean isCacheable(LeafReaderContext leaf) {
        return false;
      }
    };
  }

  private FixedBitSet of(LeafReaderContext leaf) {
    int end = leaf.docBase + leaf.reader().maxDoc();
    FixedBitSet its = null;
    for (int document = end - 1; document >= leaf.docBase; document--) {
      if (documents.get(document)) {
        int local = document - leaf.docBase;
        its = its == null ? new FixedBitSet(local + 1) : its;
        its.set(local);
      }
    }
    return its;
  }

  private static DocIdSetIterator uncached(DocIdSetIterator matches) {
    return new FilteredDocIdSetIterator(matches) {
      @Override
      protected boolean match(int document) {
        return true;
      }
    };
  }

  @Override
  public void visit(QueryVisitor visitor) {
    visitor.visitLeaf(this);
  }

  @Override
  public String toString(String field) {
    return documents.cardinality() + " documents";
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
