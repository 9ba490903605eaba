package org.learnedsparse.search;

import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Weight;

/**
 * Matches what another query does, for a collector that keeps the k best hits of all that match.
 *
 * <p>The k-th score is found beforehand. Once the collector has counted as many hits as it wants
 * to, only documents that reach this score follow.
 */
public final class TopHitsQuery extends Query {
  private final LearnedSparseQuery query;
  private final int k;

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
    LearnedSparseWeight weight = new LearnedSparseWeight(this, query, boost, 0);
    if (scoreMode != ScoreMode.TOP_SCORES) {
      return weight;
    }
    TopDocuments top = new TopDocuments(searcher, null, k, Approximation.NONE);
    long[] best = top.find(weight);
    float least = best.length < k ? 0 : TopScores.score(best[0]);
    return new LearnedSparseWeight(this, query, boost, least);
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
    return query.toString(field);
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
