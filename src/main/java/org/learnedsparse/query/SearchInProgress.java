package org.learnedsparse.query;

import java.util.List;
import java.util.function.Supplier;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.ActionRequest;
import org.elasticsearch.action.ActionResponse;
import org.elasticsearch.action.search.SearchRequest;
import org.elasticsearch.action.support.ActionFilter;
import org.elasticsearch.action.support.ActionFilterChain;
import org.elasticsearch.common.util.concurrent.ThreadContext;
import org.elasticsearch.tasks.Task;
import org.elasticsearch.tasks.TaskId;

/**
 * Keeps the search that is being coordinated with its thread context: a query that searches by
 * itself first does so with the same routing and preference, and is cancelled with it.
 */
public final class SearchInProgress implements ActionFilter {
  private static final String KEY = "learned_sparse_search";

  /** A request with its task. */
  record Search(SearchRequest request, TaskId task) {}

  private final Supplier<ThreadContext> context;
  private final Supplier<String> node;

  /**
   * @param context asked at search time, when the node has started
   * @param node gives this node's id, likewise
   */
  public SearchInProgress(Supplier<ThreadContext> context, Supplier<String> node) {
    this.context = context;
    this.node = node;
  }

  /** The search of a thread; null where it does something else. */
  static Search of(ThreadContext context) {
    return context.getTransient(KEY);
  }

  @Override
  public int order() {
    return Integer.MAX_VALUE;
  }

  @Override
  @SuppressWarnings("try") // the stored context is only there to be closed
  public <Request extends ActionRequest, Response extends ActionResponse> void apply(
      Task task,
      String action,
      Request request,
      ActionListener<Response> listener,
      ActionFilterChain<Request, Response> chain) {
    if (request instanceof SearchRequest search) {
      ThreadContext threads = context.get();
      try (ThreadContext.StoredContext ignored =
          threads.newStoredContextPreservingResponseHeaders(List.of(KEY), List.of())) {
        threads.putTransient(KEY, new Search(search, new TaskId(node.get(), task.getId())));
        chain.proceed(task, action, request, listener);
      }
    } else {
      chain.proceed(task, action, request, listener);
    }
  }
}
