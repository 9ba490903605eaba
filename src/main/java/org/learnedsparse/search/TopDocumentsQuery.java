package org.learnedsparse.search;

import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollectorManager;

/**
 * Matches the k best documents of a query, no others: equal scores are decided by the lower
 * document id. The filter applies before the k are chosen.
 */
public final class TopDocumentsQuery extends Query {
  private final Query query;
  private final Query filter;
  private final int k;

  /**
   * @param filter what the k best are chosen among; null for all documents
   * @param k 1 or more
   */
  public TopDocumentsQuery(Query query, Query filter, int k) {
    this.query = query;
    this.filter = filter;
    this.k = k;
  }

  /** Searches, as Lucene's kNN queries do: only here is the whole index at hand. */
  @Override
  public Query rewrite(IndexSearcher searcher) throws IOException {
    Query filtered = query;
    if (filter != null) {
      filtered =
          new BooleanQuery.Builder()
              .add(query, BooleanClause.Occur.MUST)
              .add(filter, BooleanClause.Occur.FILTER)
              .build();
    }
    int most = Math.min(k, Math.max(1, searcher.getIndexReader().maxDoc()));
    TopDocs top = searcher.search(filtered, new TopScoreDocCollectorManager(most, null, most));
    return top.scoreDocs.length == 0
        ? new MatchNoDocsQuery("no document matches " + filtered)
        : new ScoredDocumentsQuery(query, top.scoreDocs, searcher.getIndexReader());
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
