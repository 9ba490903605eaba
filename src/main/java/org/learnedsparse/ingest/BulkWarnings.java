package org.learnedsparse.ingest;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.ActionRequest;
import org.elasticsearch.action.ActionResponse;
import org.elasticsearch.action.DocWriteRequest;
import org.elasticsearch.action.bulk.BulkRequest;
import org.elasticsearch.action.bulk.TransportBulkAction;
import org.elasticsearch.action.index.IndexRequest;
import org.elasticsearch.action.support.ActionFilter;
import org.elasticsearch.action.support.ActionFilterChain;
import org.elasticsearch.common.logging.HeaderWarning;
import org.elasticsearch.common.util.concurrent.ThreadContext;
import org.elasticsearch.tasks.Task;

/**
 * Brings what processors warn of into the answer of a bulk request. The documents' threads have
 * thread contexts of their own, and the response headers in most of them are lost; so the request
 * keeps a set with its context, which goes along with each document.
 *
 * <p>It also tells documents that are to be indexed from those that are only simulated, and gives
 * those that lack it the name of their index.
 */
public final class BulkWarnings implements ActionFilter {
  private static final String GATHERED = "learned_sparse_bulk_warnings";

  private final Supplier<ThreadContext> context;

  /**
   * @param context asked when the node has started
   */
  public BulkWarnings(Supplier<ThreadContext> context) {
    this.context = context;
  }

  /** Whether the current thread is about a document that is to be indexed. */
  boolean isBulk() {
    ThreadContext threads = context.get();
    return threads != null && threads.getTransient(GATHERED) != null;
  }

  /** To be called in a thread of a document; a simulated one's warning is for its own thread. */
  void add(String warning) {
    Set<String> gathered = context.get() == null ? null : context.get().getTransient(GATHERED);
    if (gathered == null) {
      HeaderWarning.addWarning("{}", warning);
    } else {
      gathered.add(warning);
    }
  }

  /** After the filters that may refuse the request. */
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
    if (TransportBulkAction.NAME.equals(action) == false) {
      chain.proceed(task, action, request, listener);
      return;
    }
    if (request instanceof BulkRequest bulk) {
      bulk.requests().forEach(BulkWarnings::nameIndex);
    }
    ThreadContext threads = context.get();
    Set<String> warnings = ConcurrentHashMap.newKeySet();
    try (ThreadContext.StoredContext ignored =
        threads.newStoredContextPreservingResponseHeaders(List.of(GATHERED), List.of())) {
      threads.putTransient(GATHERED, warnings);
      chain.proceed(
          task,
          action,
          request,
          listener.delegateFailureAndWrap(
              (next, response) -> {
                warnings.forEach(warning -> HeaderWarning.addWarning("{}", warning));
                next.onResponse(response);
              }));
    }
  }

  /** What an update would create goes through pipelines without a name of its index. */
  private static void nameIndex(DocWriteRequest<?> request) {
    IndexRequest created = TransportBulkAction.getIndexWriteRequest(request);
    if (created != null && created.index() == null) {
      created.index(request.index());
    }
  }
}
