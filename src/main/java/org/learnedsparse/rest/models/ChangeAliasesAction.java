package org.learnedsparse.rest.models;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.elasticsearch.ElasticsearchStatusException;
import org.elasticsearch.ResourceNotFoundException;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.ActionType;
import org.elasticsearch.action.support.ActionFilters;
import org.elasticsearch.client.internal.Client;
import org.elasticsearch.injection.guice.Inject;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.threadpool.ThreadPool;
import org.elasticsearch.transport.TransportService;
import org.learnedsparse.mapper.FieldModel;
import org.learnedsparse.model.ModelService;
import org.learnedsparse.model.registry.ModelRegistry;

/** Adds, moves and removes aliases of models: all that a request wants, or nothing of it. */
public final class ChangeAliasesAction extends ModelsAction<ChangeAliasesAction.Request> {
  public static final ActionType<ModelsAction.Response> TYPE =
      new ActionType<>("cluster:admin/learned_sparse/models/aliases");

  private final ModelService models;
  private final ModelRegistry registry;
  private final Client client;

  @Inject
  public ChangeAliasesAction(
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
  void run(Request request, ActionListener<Response> listener) {
    for (AliasChange change : request.changes) {
      if (change.model() != null) {
        checkName(change.alias());
      }
    }
    boolean changed =
        registry
            .aliases()
            .change(
                aliases -> {
                  request.changes.forEach(change -> apply(change, aliases));
                  return aliases;
                });
    Map<String, Object> answer =
        Map.of("acknowledged", true, "result", changed ? "updated" : "noop");
    ForgetModelAction.aliasesEverywhere(client, listener.map(done -> new Response(answer)));
  }

  private void apply(AliasChange change, NavigableMap<String, String> aliases) {
    if (change.model() != null) {
      checkModel(change, aliases);
      aliases.put(change.alias(), change.model());
    } else if (aliases.remove(change.alias()) == null) {
      throw new ResourceNotFoundException(
          "there is no alias [{}] to remove; there are {}", change.alias(), aliases.keySet());
    }
  }

  private void checkName(String alias) {
    ModelService.checkId(alias);
    if (models.list().containsKey(alias)) {
      throw taken(alias, "in this node's folder [" + models.list().get(alias) + "]");
    }
    if (registry.store().find(alias).isPresent()) {
      throw taken(alias, "that was uploaded");
    }
  }

  private static ElasticsearchStatusException taken(String alias, String where) {
    return new ElasticsearchStatusException(
        "[{}] is the id of a model {}; an alias needs a name of its own",
        RestStatus.BAD_REQUEST,
        alias,
        where);
  }

  private void checkModel(AliasChange change, NavigableMap<String, String> aliases) {
    String model = change.model();
    if (model.equals(change.alias()) || aliases.containsKey(model)) {
      throw new IllegalArgumentException(
          "[add] of alias ["
              + change.alias()
              + "]: ["
              + model
              + "] is an alias itself"
              + (aliases.containsKey(model) ? ", of model [" + aliases.get(model) + "]" : "")
              + "; name a model");
    }
    if (model.length() > FieldModel.MAX_LENGTH) {
      throw new IllegalArgumentException(
          "[add] of alias ["
              + change.alias()
              + "]: the id of model ["
              + model
              + "] has ["
              + model.length()
              + "] characters; what encoded an index can be recorded if it has ["
              + FieldModel.MAX_LENGTH
              + "] at the most: take a model with a shorter id");
    }
    if (models.list().containsKey(model)) {
      return;
    }
    boolean isVerified =
        registry
            .store()
            .find(model)
            .orElseThrow(
                () ->
                    new ResourceNotFoundException(
                        "[add] of alias [{}]: there is no model [{}]; [GET _learned_sparse/models] lists those there are",
                        change.alias(),
                        model))
            .isVerified();
    if (isVerified == false) {
      throw new IllegalArgumentException(
          "[add] of alias ["
              + change.alias()
              + "]: model ["
              + model
              + "] is not verified yet; end its upload with [POST _learned_sparse/models/"
              + model
              + "/_verify]");
    }
  }

  /** What is to be done, in this order. */
  static final class Request extends LocalRequest {
    private final List<AliasChange> changes;

    Request(List<AliasChange> changes) {
      this.changes = changes;
    }
  }
}
