package org.learnedsparse.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Weight;

/**
 * Matches the k best documents of a query, no others: equal scores are decided by the lower
 * document id. The filter applies before the k are chosen.
 */
public final class TopDocumentsQuery extends Query {
  private final LearnedSparseQuery query;
  private final Query filter;
  private final int k;

  /**
   * @param filter what the k best are chosen among; null for all documents
   * @param k 1 or more
   */
  public TopDocumentsQuery(LearnedSparseQuery query, Query filter, int k) {
    this.query = query;
    this.filter = filter;
    this.k = k;
  }

  /** Searches, as Lucene's kNN queries do: only here is the whole index at hand. */
  @Override
  public Query rewrite(IndexSearcher searcher) throws IOException {
    LearnedSparseWeight weight = new LearnedSparseWeight(query, 1);
    Weight filterWeight =
        filter == null
            ? null
            : searcher.createWeight(
                searcher.rewrite(filter), ScoreMode.COMPLETE_NO_SCORES, /* boost= */ 1);
    int most = Math.min(k, Math.max(1, searcher.getIndexReader().maxDoc()));
    Threshold threshold = new Threshold(most, weight.highestScore());
    BoundsGauge gauge = new BoundsGauge();
    SearchStatistics statistics = new SearchStatistics();
    List<Callable<TopScores>> searches = new ArrayList<>();
    for (LeafReaderContext leaf : searcher.getLeafContexts()) {
      searches.add(
          () ->
              search(
                  leaf, weight, filterWeight, new TopScores(most, threshold), gauge, statistics));
    }
    long[] best = TopScores.best(searcher.getTaskExecutor().invokeAll(searches), most);
    return best.length == 0
        ? new MatchNoDocsQuery("no document matches " + this)
        : new ScoredDocumentsQuery(query, best, statistics, searcher.getIndexReader());
  }

  private static TopScores search(
      LeafReaderContext leaf,
      LearnedSparseWeight weight,
      Weight filter,
      TopScores top,
      BoundsGauge gauge,
      SearchStatistics statistics)
      throws IOException {
    SegmentTerms terms = weight.terms(leaf);
    Accepted accepted = terms == null ? null : Accepted.in(leaf, filter);
    if (accepted != null) {
      new BlockMaxSearch(
              terms,
              accepted,
              leaf.docBase,
              leaf.reader().maxDoc(),
              top,
              gauge,
              statistics,
              () -> weight.checkCancelled(leaf))
          .run();
    }
    return top;
  }

  @Override
  public void visit(QueryVisitor visitor) {
    query.visit(visitor.getSubVisitor(BooleanClause.Occur.MUST, this));
  }

  @Override
  public String toString(String field) {
    return "top(" + k + ", " + query + (filter == null ? "" : ", filter " + filter) + ")";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TopDocumentsQuery that
        && query.equals(that.query)
        && Objects.equals(filter, that.filter)
        && k == that.k;
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), query, filter, k);
  }
}
