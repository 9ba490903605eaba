package org.learnedsparse.search;

import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.FilterWeight;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;

/**
 * Matches what another query does, for a collector that keeps the k best hits of all that match,
 * and maybe counts some.
 *
 * <p>The k best are found beforehand. Once the collector has counted as many hits as it wants to,
 * they are all that follows.
 */
public final class TopHitsQuery extends Query {
  private final LearnedSparseQuery query;
  private final int k;

  /** How the best were found, once they are: a profile tells it, after the search. */
  private volatile SearchStatistics statistics;

  /**
   * @param k how many hits the collector keeps at most, 1 or more
   */
  public TopHitsQuery(LearnedSparseQuery query, int k) {
    this.query = query;
    this.k = k;
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost)
      throws IOException {
    LearnedSparseWeight weight = query.weight(searcher, boost);
    if (scoreMode != ScoreMode.TOP_SCORES) {
      return weight;
    }
    TopDocuments top = new TopDocuments(searcher, /* filter= */ null, k, Approximation.NONE);
    FoundDocuments best = new FoundDocuments(top.find(weight));
    statistics = top.statistics();
    return new FilterWeight(this, weight) {
      @Override
      public Scorer scorer(LeafReaderContext context) throws IOException {
        Scorer all = weight.scorer(context);
        // The scores are with the boost already.
        return all == null
            ? null
            : new TopHitsScorer(this, all, new FoundScorer(this, best, context, /* boost= */ 1));
      }

      @Override
      public boolean isCacheable(LeafReaderContext context) {
        return false;
      }
    };
  }

  @Override
  public Query rewrite(IndexSearcher searcher) throws IOException {
    Query rewritten = query.rewrite(searcher);
    return rewritten.equals(query) ? super.rewrite(searcher) : rewritten;
  }

  @Override
  public void visit(QueryVisitor visitor) {
    query.visit(visitor);
  }

  @Override
  public String toString(String field) {
    SearchStatistics found = statistics;
    return query.toString(field) + (found == null ? "" : ", best " + k + ": " + found);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TopHitsQuery that && query.equals(that.query) && k == that.k;
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), query, k);
  }
}
