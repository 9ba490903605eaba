package org.learnedsparse.fusion;

import java.util.List;
import org.elasticsearch.index.query.BoolQueryBuilder;
import org.elasticsearch.index.query.QueryBuilder;
import org.elasticsearch.search.builder.SearchSourceBuilder;
import org.elasticsearch.search.retriever.RetrieverBuilder;
import org.elasticsearch.search.retriever.StandardRetrieverBuilder;
import org.learnedsparse.query.LearnedSparseQueryBuilder;

/**
 * Brings a fusion's filters into a child's {@code learned_sparse} query, as Elasticsearch brings
 * them into a child's {@code knn}. Around the query they would come too late, where it chooses its
 * best documents, or feedback does.
 */
final class ChildFilters {
  private ChildFilters() {}

  /** Adds the filters, if the child's query is such a one; before the child is rewritten. */
  static void push(RetrieverBuilder child, List<QueryBuilder> filters) {
    if (filters.isEmpty() == false
        && child instanceof StandardRetrieverBuilder standard
        && query(standard) instanceof LearnedSparseQueryBuilder query) {
      query.addFilters(filters);
    }
  }

  /** A child's query, without what the child itself puts around it; null for none. */
  private static QueryBuilder query(StandardRetrieverBuilder child) {
    SearchSourceBuilder source = new SearchSourceBuilder();
    child.extractToSearchSourceBuilder(source, /* compoundUsed= */ false);
    if (source.subSearches().isEmpty()) {
      return null;
    }
    QueryBuilder query = source.subSearches().get(0).getQueryBuilder();
    boolean wrapped =
        child.minScore() != null || child.getPreFilterQueryBuilders().isEmpty() == false;
    return wrapped && query instanceof BoolQueryBuilder bool && bool.must().size() == 1
        ? bool.must().get(0)
        : query;
  }
}
