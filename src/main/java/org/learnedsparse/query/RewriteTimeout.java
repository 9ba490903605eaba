package org.learnedsparse.query;

import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.elasticsearch.index.shard.SearchOperationListener;
import org.elasticsearch.search.internal.SearchContext;
import org.elasticsearch.search.query.QueryPhase;
import org.learnedsparse.search.TopDocumentsQuery;

/**
 * Lets a request's timeout end the search for the k best documents. That search is done while the
 * query is rewritten, and Elasticsearch looks at the timeout only from then on.
 */
public final class RewriteTimeout implements SearchOperationListener {
  @Override
  public void onPreQueryPhase(SearchContext search) {
    Runnable check = QueryPhase.getTimeoutCheck(search);
    if (check != null && search.query() != null && searchesInRewrite(search.query())) {
      search.searcher().addQueryCancellation(check);
    }
  }

  private static boolean searchesInRewrite(Query query) {
    Finder finder = new Finder();
    query.visit(finder);
    return finder.found;
  }

  private static final class Finder extends QueryVisitor {
    private boolean found;

    @Override
    public QueryVisitor getSubVisitor(BooleanClause.Occur occur, Query parent) {
      found |= parent instanceof TopDocumentsQuery;
      return this;
    }
  }
}
