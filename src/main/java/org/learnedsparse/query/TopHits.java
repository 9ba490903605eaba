package org.learnedsparse.query;

import org.elasticsearch.index.query.ParsedQuery;
import org.elasticsearch.index.shard.SearchOperationListener;
import org.elasticsearch.search.internal.SearchContext;
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
    if (search.query() instanceof LearnedSparseQuery query
        && wantsTopHitsAlone(search)
        && hits >= 1
        && hits <= LearnedSparseQueryBuilder.MAX_K) {
      search.parsedQuery(new ParsedQuery(new TopHitsQuery(query, hits), search.parsedQuery()));
    }
  }

  private static boolean wantsTopHitsAlone(SearchContext search) {
    return search.sort() == null
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
}
