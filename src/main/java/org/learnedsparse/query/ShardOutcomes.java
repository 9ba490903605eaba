package org.learnedsparse.query;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.ActionRequest;
import org.elasticsearch.action.ActionResponse;
import org.elasticsearch.action.search.TransportSearchAction;
import org.elasticsearch.action.search.TransportSearchScrollAction;
import org.elasticsearch.action.support.ActionFilter;
import org.elasticsearch.action.support.ActionFilterChain;
import org.elasticsearch.common.io.stream.StreamInput;
import org.elasticsearch.common.util.concurrent.ThreadContext;
import org.elasticsearch.tasks.Task;
import org.elasticsearch.transport.Transport;
import org.elasticsearch.transport.TransportException;
import org.elasticsearch.transport.TransportInterceptor;
import org.elasticsearch.transport.TransportRequest;
import org.elasticsearch.transport.TransportRequestOptions;
import org.elasticsearch.transport.TransportResponse;
import org.elasticsearch.transport.TransportResponseHandler;

/**
 * Brings the shards' {@link OutcomeHeader}s into the response of a search. Elasticsearch itself
 * answers with the response headers of the shard that comes last, and drops those of the others.
 *
 * <p>The node that coordinates a search keeps a set with the search's thread context, which goes
 * along with every request that the search sends, and puts what the answers say into it.
 */
public final class ShardOutcomes implements ActionFilter, TransportInterceptor {
  private static final String GATHERED = "learned_sparse_outcomes";

  private static final Set<String> SEARCHES =
      Set.of(TransportSearchAction.TYPE.name(), TransportSearchScrollAction.TYPE.name());

  private final Supplier<ThreadContext> context;

  /**
   * @param context asked at search time, when the node has started
   */
  public ShardOutcomes(Supplier<ThreadContext> context) {
    this.context = context;
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
    if (SEARCHES.contains(action) == false) {
      chain.proceed(task, action, request, listener);
      return;
    }
    ThreadContext threads = context.get();
    // A search that follows on another one, or is part of it as a retriever's is, has that one's
    // set. It answers with its own, and its part of the other's answer is not to be lost.
    Set<String> others = threads.getTransient(GATHERED);
    Set<String> outcomes = ConcurrentHashMap.newKeySet();
    try (ThreadContext.StoredContext ignored =
        threads.newStoredContextPreservingResponseHeaders(List.of(GATHERED), List.of())) {
      threads.putTransient(GATHERED, outcomes);
      chain.proceed(
          task,
          action,
          request,
          listener.delegateFailureAndWrap(
              (next, response) -> {
                outcomes.forEach(outcome -> threads.addResponseHeader(OutcomeHeader.NAME, outcome));
                if (others != null) {
                  others.addAll(outcomes);
                }
                next.onResponse(response);
              }));
    }
  }

  @Override
  public AsyncSender interceptSender(AsyncSender sender) {
    return new AsyncSender() {
      @Override
      public <T extends TransportResponse> void sendRequest(
          Transport.Connection connection,
          String action,
          TransportRequest request,
          TransportRequestOptions options,
          TransportResponseHandler<T> handler) {
        Set<String> outcomes = context.get().getTransient(GATHERED);
        sender.sendRequest(
            connection,
            action,
            request,
            options,
            outcomes == null ? handler : new Gathering<>(handler, outcomes));
      }
    };
  }

  /** Called where the response headers of the answer are in the thread's context. */
  private final class Gathering<T extends TransportResponse>
      implements TransportResponseHandler<T> {
    private final TransportResponseHandler<T> handler;
    private final Set<String> outcomes;

    Gathering(TransportResponseHandler<T> handler, Set<String> outcomes) {
      this.handler = handler;
      this.outcomes = outcomes;
    }

    @Override
    public void handleResponse(T response) {
      outcomes.addAll(
          context.get().getResponseHeaders().getOrDefault(OutcomeHeader.NAME, List.of()));
      handler.handleResponse(response);
    }

    @Override
    public void handleException(TransportException exception) {
      handler.handleException(exception);
    }

    @Override
    public T read(StreamInput in) throws IOException {
      return handler.read(in);
    }

    @Override
    public Executor executor() {
      return handler.executor();
    }
  }
}
