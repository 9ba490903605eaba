package org.learnedsparse.rest.models;

import java.util.LinkedHashMap;
import java.util.Map;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.ActionType;
import org.elasticsearch.action.support.ActionFilters;
import org.elasticsearch.client.internal.Client;
import org.elasticsearch.injection.guice.Inject;
import org.elasticsearch.threadpool.ThreadPool;
import org.elasticsearch.transport.TransportService;
import org.learnedsparse.model.ModelService;
import org.learnedsparse.model.registry.ModelRegistry;
import org.learnedsparse.model.registry.StoredModel;

/** Tries an uploaded model, and lets it be used from then on. */
public final class VerifyModelAction extends ModelsAction<VerifyModelAction.Request> {
  public static final ActionType<ModelsAction.Response> TYPE =
      new ActionType<>("cluster:admin/learned_sparse/models/verify");

  private final ModelService models;
  private final ModelRegistry registry;
  private final Client client;

  @Inject
  public VerifyModelAction(
      TransportService transportService,
      ActionFilters filters,
      ThreadPool threadPool,
      ModelService models,
      ModelRegistry registry,
      Client client) {
    super(TYPE, transportService, filters, threadPool);
    this.models = models;
    this.registry = registry;
    this.client = client;
  }

  @Override
  void run(Request request, ActionListener<Response> listener) throws Exception {
    StoredModel model = registry.require(request.id);
    registry.checkNoAlias(request.id);
    StoredModel verified =
        registry.verify(model, request.sha256, folder -> models.tryOut(request.id, folder));
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("model", request.id);
    answer.put("result", "verified");
    answer.put("digest", verified.digest());
    answer.put("bytes", verified.bytes());
    answer.put("files", UploadedModels.files(verified));
    ForgetModelAction.everywhere(client, request.id, listener.map(done -> new Response(answer)));
  }

  /** What the files' digests should be. */
  static final class Request extends ModelRequest {
    private final Map<String, String> sha256;

    /**
     * @param sha256 by file name; files that are not named are not compared
     */
    Request(String id, Map<String, String> sha256) {
      super(id);
      this.sha256 = sha256;
    }
  }
}
