package org.learnedsparse.search;

import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;

/** Documents of one reader that were found and scored before. */
final class ScoredDocumentsQuery extends Query {
  /** A query that finds documents before any is gone through. */
  interface Origin {
    /** Asks for the statistics that scores depend on, of a searcher that may record them. */
    void askForStatistics(IndexSearcher searcher) throws IOException;

    /** Explains the score of a document that was found. */
    Explanation explain(
        IndexSearcher searcher, LeafReaderContext segment, int document, float boost)
        throws IOException;
  }

  private final Origin origin;
  private final FoundDocuments documents;
  private final String statistics;
  private final IndexSearcher finder;
  private final Object readerId;

  /**
   * @param origin the query that found them, which explains their scores
   * @param documents with their scores
   * @param statistics how they were found
   * @param finder where they were found: their ids are those of its reader
   */
  ScoredDocumentsQuery(
      Origin origin, FoundDocuments documents, String statistics, IndexSearcher finder) {
    this.origin = origin;
    this.documents = documents;
    this.statistics = statistics;
    this.finder = finder;
    this.readerId = id(finder);
  }

  private static Object id(IndexSearcher searcher) {
    return searcher.getIndexReader().getContext().id();
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost)
      throws IOException {
    if (id(searcher) != readerId) {
      throw new IllegalStateException("the documents were found in another reader: " + this);
    }
    if (searcher != finder) {
      // Maybe one that gathers statistics, before all shards search with those of all.
      origin.askForStatistics(searcher);
    }
    return new Weight(this) {
      @Override
      public Scorer scorer(LeafReaderContext context) {
        FoundScorer scorer = new FoundScorer(this, documents, context, boost);
        return scorer.count() == 0 ? null : scorer;
      }

      @Override
      public int count(LeafReaderContext context) {
        return new FoundScorer(this, documents, context, boost).count();
      }

      @Override
      public Explanation explain(LeafReaderContext context, int doc) throws IOException {
        return documents.contains(context.docBase + doc)
            ? origin.explain(searcher, context, doc, boost)
            : Explanation.noMatch("not among the " + documents.size() + " best of " + origin);
      }

      @Override
      public boolean isCacheable(LeafReaderContext context) {
        // Which documents of one segment are found depends on the others.
        return false;
      }
    };
  }

  @Override
  public void visit(QueryVisitor visitor) {
    visitor.visitLeaf(this);
  }

  @Override
  public String toString(String field) {
    return "best(" + documents.size() + " of " + origin + ": " + statistics + ")";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScoredDocumentsQuery that
        && readerId == that.readerId
        && origin.equals(that.origin)
        && documents.equals(that.documents);
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), readerId, origin, documents);
  }
}
