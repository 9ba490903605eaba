package org.learnedsparse.search;

import java.io.IOException;
import java.util.Objects;
import java.util.function.Consumer;
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
  private final Approximation approximation;

  /** Told how the documents were found, once for each search. */
  private final Consumer<SearchStatistics> report;

  /** Finds exactly the k best, as {@link #TopDocumentsQuery} does without an approximation. */
  public TopDocumentsQuery(LearnedSparseQuery query, Query filter, int k) {
    this(query, filter, k, Approximation.NONE, statistics -> {});
  }

  /**
   * @param filter what the k best are chosen among; null for all documents
   * @param k 1 or more
   * @param report told how the documents were found, once for each search
   */
  public TopDocumentsQuery(
      LearnedSparseQuery query,
      Query filter,
      int k,
      Approximation approximation,
      Consumer<SearchStatistics> report) {
    this.query = query;
    this.filter = filter;
    this.k = k;
    this.approximation = approximation;
    this.report = report;
  }

  /** The documents that a search has found. */
  record Found(FoundDocuments documents, SearchStatistics statistics) {}

  /** Searches, as Lucene's kNN queries do: only here is the whole index at hand. */
  @Override
  public Query rewrite(IndexSearcher searcher) throws IOException {
    Found found = find(searcher, query.weight(searcher, 1));
    // Where nothing is found, there still are statistics to tell, if weights depend on them.
    return found.documents().size() == 0 && query.indexIdf().adapts() == false
        ? new MatchNoDocsQuery("no document matches " + this + ": " + found.statistics())
        : new ScoredDocumentsQuery(
            query, found.documents(), found.statistics().toString(), searcher);
  }

  /** Searches, and reports how. */
  Found find(IndexSearcher searcher, LearnedSparseWeight weight) throws IOException {
    Weight filterWeight =
        filter == null
            ? null
            : searcher.createWeight(
                searcher.rewrite(filter), ScoreMode.COMPLETE_NO_SCORES, /* boost= */ 1);
    TopDocuments top = new TopDocuments(searcher, filterWeight, k, approximation);
    long[] best = top.find(weight);
    report.accept(top.statistics());
    return new Found(new FoundDocuments(best), top.statistics());
  }

  /** The query whose best documents are wanted. */
  LearnedSparseQuery query() {
    return query;
  }

  @Override
  public void visit(QueryVisitor visitor) {
    query.visit(visitor.getSubVisitor(BooleanClause.Occur.MUST, this));
  }

  @Override
  public String toString(String field) {
    return "top("
        + k
        + ", "
        + query
        + (filter == null ? "" : ", filter " + filter)
        + (approximation.equals(Approximation.NONE) ? "" : ", " + approximation)
        + ")";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TopDocumentsQuery that
        && query.equals(that.query)
        && Objects.equals(filter, that.filter)
        && k == that.k
        && approximation.equals(that.approximation);
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), query, filter, k, approximation);
  }
}
