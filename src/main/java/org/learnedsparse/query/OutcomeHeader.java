package org.learnedsparse.query;

import java.util.function.Supplier;
import org.elasticsearch.common.util.concurrent.ThreadContext;
import org.learnedsparse.search.SearchStatistics;

/**
 * The response header that says whether an answer is exact, and what was left out if not: one value
 * for all exact shards, and one for each other outcome.
 */
public final class OutcomeHeader {
  /** The header's name. */
  public static final String NAME = "X-Learned-Sparse-Search";

  private static final String EXACT = "exact";

  private final Supplier<ThreadContext> context;

  /**
   * @param context asked at search time, when the node has started
   */
  public OutcomeHeader(Supplier<ThreadContext> context) {
    this.context = context;
  }

  /** To be called in the thread of the search. */
  void exact() {
    context.get().addResponseHeader(NAME, EXACT);
  }

  /** To be called in the thread of the search. */
  void add(SearchStatistics statistics) {
    context.get().addResponseHeader(NAME, statistics.outcome());
  }
}
