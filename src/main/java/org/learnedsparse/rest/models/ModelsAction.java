package org.learnedsparse.rest.models;

import java.io.IOException;
import java.util.Map;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.ActionRequest;
import org.elasticsearch.action.ActionRequestValidationException;
import org.elasticsearch.action.ActionResponse;
import org.elasticsearch.action.ActionType;
import org.elasticsearch.action.support.ActionFilters;
import org.elasticsearch.action.support.TransportAction;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.tasks.Task;
import org.elasticsearch.threadpool.ThreadPool;
import org.elasticsearch.transport.TransportService;
import org.elasticsearch.xcontent.ToXContentObject;
import org.elasticsearch.xcontent.XContentBuilder;

/**
 * What the actions on the cluster's models have in common: each runs on the node that is asked, in
 * a thread that may block, and answers with a JSON object.
 */
abstract class ModelsAction<Request extends ModelsAction.LocalRequest>
    extends TransportAction<Request, ModelsAction.Response> {

  ModelsAction(
      ActionType<Response> type,
      TransportService transportService,
      ActionFilters filters,
      ThreadPool threadPool) {
    super(type.name(), filters, transportService.getTaskManager(), threadPool.generic());
  }

  @Override
  protected void doExecute(Task task, Request request, ActionListener<Response> listener) {
    ActionListener.run(listener, answers -> run(request, answers));
  }

  /** Does it; may block. What is thrown goes to the listener. */
  abstract void run(Request request, ActionListener<Response> listener) throws Exception;

  /** Stays on the node that is asked. */
  abstract static class LocalRequest extends ActionRequest {
    @Override
    public ActionRequestValidationException validate() {
      return null;
    }

    @Override
    public void writeTo(StreamOutput out) {
      TransportAction.localOnly();
    }
  }

  /** Names a model. */
  abstract static class ModelRequest extends LocalRequest {
    final String id;

    ModelRequest(String id) {
      this.id = id;
    }
  }

  /** A JSON object. */
  static final class Response extends ActionResponse implements ToXContentObject {
    private final Map<String, ?> fields;

    Response(Map<String, ?> fields) {
      this.fields = fields;
    }

    @Override
    public void writeTo(StreamOutput out) {
      TransportAction.localOnly();
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
      return builder.map(fields);
    }
  }
}
