package org.learnedsparse.query;

import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.SortField;
import org.elasticsearch.index.query.ParsedQuery;
import org.elasticsearch.index.shard.SearchOperationListener;
import org.elasticsearch.search.internal.SearchContext;
import org.elasticsearch.search.sort.ShardDocSortField;
import org.elasticsearch.search.sort.SortAndFormats;
import org.learnedsparse.search.LearnedSparseQuery;
import org.learnedsparse.search.TopHitsQuery;

/**
 * Tells a {@code learned_sparse} query how many hits are wanted, where a search wants nothing but
 * the top hits of this one query.
 */
public final class TopHits implements SearchOperationListener {
  @Override
  public void onPreQueryPhase(SearchContext search) {
    int hits = Math.max(0, search.from()) + search.size();
    if (hits >= 1 && hits <= LearnedSparseQueryBuilder.MAX_K && wantsTopHitsAlone(search)) {
      Query query = withHits(search.query(), hits);
      if (query != null) {
        search.parsedQuery(new ParsedQuery(query, search.parsedQuery()));
      }
    }
  }

  /** Null for other queries. */
  private static Query withHits(Query query, int hits) {
    if (query instanceof BoostQuery boosted) {
      Query inner = withHits(boosted.getQuery(), hits);
      return inner == null ? null : new BoostQuery(inner, boosted.getBoost());
    }
    return query instanceof LearnedSparseQuery sparse ? new TopHitsQuery(sparse, hits) : null;
  }

  private static boolean wantsTopHitsAlone(SearchContext search) {
    return isByScore(search.sort())
        && search.aggregations() == null
        && search.parsedPostFilter() == null
        && search.minimumScore() == null
        && search.collapse() == null
        && search.searchAfter() == null
        && search.scrollContext() == null
        && search.rescore().isEmpty()
        && search.terminateAfter() == SearchContext.DEFAULT_TERMINATE_AFTER
        && search.queryPhaseRankShardContext() == null
        && (search.request().source() == null || search.request().source().rankBuilder() == null);
  }

  /**
   * Whether the order is that of a request that says none, or the same in words, in which
   * retrievers ask their children for hits: by score, equal ones by shard and document.
   */
  private static boolean isByScore(SortAndFormats sort) {
    if (sort == null) {
      return true;
    }
    SortField[] fields = sort.sort.getSort();
    return fields.length == 2
        && fields[0].equals(SortField.FIELD_SCORE)
        && fields[1] instanceof ShardDocSortField
        && fields[1].getReverse() == false;
  }
}
