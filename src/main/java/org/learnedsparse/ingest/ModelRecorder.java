package org.learnedsparse.ingest;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.elasticsearch.ExceptionsHelper;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.support.SubscribableListener;
import org.elasticsearch.client.internal.Client;
import org.elasticsearch.common.util.concurrent.EsExecutors;
import org.elasticsearch.index.Index;
import org.elasticsearch.rest.RestStatus;

/**
 * Asks the master to record which model encodes a field's documents: once for all documents of this
 * node that wait for it.
 */
public final class ModelRecorder {
  private record Key(Index index, String field) {}

  private final Supplier<Client> client;

  /** Guarded by itself. */
  private final Map<Key, SubscribableListener<String>> recordings = new HashMap<>();

  /**
   * @param client asked when the node has started
   */
  public ModelRecorder(Supplier<Client> client) {
    this.client = client;
  }

  /**
   * Records a model, unless one is recorded; returns at once.
   *
   * @param target the document's {@code _index}
   * @param index that it leads to
   * @param model the id
   * @param digest null if it is not known
   * @param listener gets the id of the model that is recorded; null if the field is gone
   */
  void record(
      String target,
      Index index,
      String field,
      String model,
      String digest,
      ActionListener<String> listener) {
    Key key = new Key(index, field);
    SubscribableListener<String> shared;
    boolean first;
    synchronized (recordings) {
      shared = recordings.get(key);
      first = shared == null;
      if (first) {
        shared = new SubscribableListener<>();
        recordings.put(key, shared);
      }
    }
    if (first == false) {
      // Another user's document asked; what that user may not do, this one perhaps may.
      shared.addListener(
          listener.delegateResponse(
              (next, failure) -> {
                if (ExceptionsHelper.status(failure) == RestStatus.FORBIDDEN) {
                  record(target, index, field, model, digest, next);
                } else {
                  next.onFailure(failure);
                }
              }),
          EsExecutors.DIRECT_EXECUTOR_SERVICE,
          client.get().threadPool().getThreadContext());
      return;
    }
    shared.addListener(listener);
    ActionListener.run(
        ActionListener.runBefore(
            shared,
            () -> {
              synchronized (recordings) {
                recordings.remove(key);
              }
            }),
        all ->
            client
                .get()
                .execute(
                    RecordModelAction.TYPE,
                    new RecordModelAction.Request(target, field, model, digest),
                    all.map(RecordModelAction.Response::model)));
  }
}
