package org.learnedsparse.rest;

import java.io.IOException;
import java.util.List;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.ActionRequest;
import org.elasticsearch.action.ActionRequestValidationException;
import org.elasticsearch.action.ActionResponse;
import org.elasticsearch.action.ActionType;
import org.elasticsearch.action.ValidateActions;
import org.elasticsearch.action.support.ActionFilters;
import org.elasticsearch.action.support.TransportAction;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.common.util.concurrent.EsExecutors;
import org.elasticsearch.injection.guice.Inject;
import org.elasticsearch.tasks.Task;
import org.elasticsearch.transport.TransportService;
import org.elasticsearch.xcontent.ToXContentObject;
import org.elasticsearch.xcontent.XContentBuilder;
import org.learnedsparse.encode.EncodedText;
import org.learnedsparse.encode.Mode;
import org.learnedsparse.model.ModelService;

/** Encodes texts on the node that is asked. */
public final class EncodeAction
    extends TransportAction<EncodeAction.Request, EncodeAction.Response> {
  public static final ActionType<Response> TYPE =
      new ActionType<>("cluster:monitor/learned_sparse/encode");

  private final ModelService models;

  @Inject
  public EncodeAction(
      TransportService transportService, ActionFilters filters, ModelService models) {
    super(
        TYPE.name(),
        filters,
        transportService.getTaskManager(),
        EsExecutors.DIRECT_EXECUTOR_SERVICE);
    this.models = models;
  }

  @Override
  protected void doExecute(Task task, Request request, ActionListener<Response> listener) {
    models.encodeAll(
        request.model,
        request.mode,
        request.texts,
        listener.map(encoded -> new Response(request.model, request.mode, encoded)));
  }

  /** Null if the texts are there. */
  static ActionRequestValidationException validate(List<String> texts) {
    return texts == null || texts.isEmpty()
        ? ValidateActions.addValidationError(
            "[texts] is missing or empty; it must be an array of strings", null)
        : null;
  }

  /** The texts to encode, with a model's id and the side they are on. */
  public static final class Request extends ActionRequest {
    private final String model;
    private final Mode mode;
    private final List<String> texts;

    Request(String model, Mode mode, List<String> texts) {
      this.model = model;
      this.mode = mode;
      this.texts = texts;
    }

    @Override
    public ActionRequestValidationException validate() {
      return EncodeAction.validate(texts);
    }

    @Override
    public void writeTo(StreamOutput out) {
      TransportAction.localOnly();
    }
  }

  /** One result a text, in the order of the request. */
  public static final class Response extends ActionResponse implements ToXContentObject {
    private final String model;
    private final Mode mode;
    private final List<EncodedText> encoded;

    Response(String model, Mode mode, List<EncodedText> encoded) {
      this.model = model;
      this.mode = mode;
      this.encoded = encoded;
    }

    @Override
    public void writeTo(StreamOutput out) {
      TransportAction.localOnly();
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
      builder.startObject();
      builder.field("model", model);
      builder.field("mode", mode.toString());
      builder.startArray("results");
      for (EncodedText text : encoded) {
        builder.startObject();
        builder.field("weights", text.vector().toMap());
        if (text.dense() != null) {
          builder.array("dense", text.dense());
        }
        if (text.score() != null) {
          builder.field("score", text.score());
        }
        builder.field("tokens", text.tokens());
        builder.field("windows", text.windows().size());
        builder.endObject();
      }
      builder.endArray();
      return builder.endObject();
    }
  }
}
