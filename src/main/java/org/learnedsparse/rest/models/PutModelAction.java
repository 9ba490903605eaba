package org.learnedsparse.rest.models;

import java.util.LinkedHashMap;
import java.util.Map;
import org.elasticsearch.ElasticsearchStatusException;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.ActionType;
import org.elasticsearch.action.support.ActionFilters;
import org.elasticsearch.injection.guice.Inject;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.threadpool.ThreadPool;
import org.elasticsearch.transport.TransportService;
import org.learnedsparse.model.ModelService;
import org.learnedsparse.model.registry.ModelRegistry;

/** Begins the upload of a model. */
public final class PutModelAction extends ModelsAction<PutModelAction.Request> {
  public static final ActionType<ModelsAction.Response> TYPE =
      new ActionType<>("cluster:admin/learned_sparse/models/put");

  private final ModelService models;
  private final ModelRegistry registry;

  @Inject
  public PutModelAction(
      TransportService transportService,
      ActionFilters filters,
      ThreadPool threadPool,
      ModelService models,
      ModelRegistry registry) {
    super(TYPE, transportService, filters, threadPool);
    this.models = models;
    this.registry = registry;
  }

  @Override
  void run(Request request, ActionListener<Response> listener) {
    ModelService.checkId(request.id);
    if (models.list().containsKey(request.id)) {
      throw new ElasticsearchStatusException(
          "model [{}] lies in this node's folder [{}], which counts before any that is uploaded;"
              + " take another id",
          RestStatus.CONFLICT,
          request.id,
          models.list().get(request.id));
    }
    registry.checkNoAlias(request.id);
    boolean created = registry.store().create(request.id, request.settings);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("model", request.id);
    answer.put("result", created ? "created" : "noop");
    listener.onResponse(new Response(answer));
  }

  /** A model's settings. */
  static final class Request extends ModelRequest {
    private final String settings;

    /**
     * @param settings the text of {@code model.json}; empty for none
     */
    Request(String id, String settings) {
      super(id);
      this.settings = settings;
    }
  }
}
