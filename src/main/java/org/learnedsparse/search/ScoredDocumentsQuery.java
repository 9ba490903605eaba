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
  private final LearnedSparseQuery origin;
  private final FoundDocuments documents;
  private final SearchStatistics statistics;
  private final IndexSearcher finder;
  private final Object readerId;

  /**
   * @param origin the query that found them, which explains their scores
   * @param found of {@link TopScores#best}
   * @param statistics how they were found
   * @param finder where they were found: their ids are those of its reader
   */
  ScoredDocumentsQuery(
      LearnedSparseQuery origin, long[] found, SearchStatistics statistics, IndexSearcher finder) {
    this.origin = origin;
    this.documents = new FoundDocuments(found);
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
        int at = documents.first(context.docBase + doc);
        if (at == documents.size() || documents.id(at) != context.docBase + doc) {
          return Explanation.noMatch("not among the " + documents.size() + " best of " + origin);
        }
        return searcher
            .rewrite(origin)
            .createWeight(searcher, ScoreMode.COMPLETE, boost)
            .explain(context, doc);
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
