package org.learnedsparse.rest.models;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.elasticsearch.ElasticsearchStatusException;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.ActionType;
import org.elasticsearch.action.support.ActionFilters;
import org.elasticsearch.client.internal.Client;
import org.elasticsearch.cluster.service.ClusterService;
import org.elasticsearch.injection.guice.Inject;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.threadpool.ThreadPool;
import org.elasticsearch.transport.TransportService;
import org.learnedsparse.model.registry.ModelRegistry;
import org.learnedsparse.model.registry.StoredModel;

/** Deletes an uploaded model, unless something names it. */
public final class DeleteModelAction extends ModelsAction<DeleteModelAction.Request> {
  public static final ActionType<ModelsAction.Response> TYPE =
      new ActionType<>("cluster:admin/learned_sparse/models/delete");

  private final ClusterService clusterService;
  private final ModelRegistry registry;
  private final Client client;

  @Inject
  public DeleteModelAction(
      TransportService transportService,
      ActionFilters filters,
      ThreadPool threadPool,
      ClusterService clusterService,
      ModelRegistry registry,
      Client client) {
    super(TYPE, transportService, filters, threadPool);
    this.clusterService = clusterService;
    this.registry = registry;
    this.client = client;
  }

  @Override
  void run(Request request, ActionListener<Response> listener) {
    StoredModel model = registry.require(request.id);
    List<String> aliases = aliases(request.id);
    List<String> users = new ArrayList<>();
    aliases.forEach(alias -> users.add("alias [" + alias + "]"));
    users.addAll(ModelUsers.of(clusterService.state(), request.id));
    if (users.isEmpty() == false && request.force == false) {
      throw new ElasticsearchStatusException(
          "model [{}] is named by {}; change them first, or add [?force=true], and what names it fails",
          RestStatus.CONFLICT,
          request.id,
          users);
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("model", request.id);
    answer.put("result", "deleted");
    if (aliases.isEmpty() == false) {
      registry.aliases().change(all -> without(all, request.id));
      answer.put("removed_aliases", aliases);
    }
    registry.store().delete(model);
    ForgetModelAction.everywhere(client, request.id, listener.map(done -> new Response(answer)));
  }

  private List<String> aliases(String id) {
    return registry.aliases().all().entrySet().stream()
        .filter(alias -> alias.getValue().equals(id))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static NavigableMap<String, String> without(
      NavigableMap<String, String> aliases, String id) {
    aliases.values().removeIf(id::equals);
    return aliases;
  }

  /** A model, and whether it is deleted even if something names it. */
  static final class Request extends ModelRequest {
    private final boolean force;

    Request(String id, boolean force) {
      super(id);
      this.force = force;
    }
  }
}
