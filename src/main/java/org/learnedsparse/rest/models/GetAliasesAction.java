package org.learnedsparse.rest.models;

import java.util.Map;
import java.util.TreeMap;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.ActionType;
import org.elasticsearch.action.support.ActionFilters;
import org.elasticsearch.injection.guice.Inject;
import org.elasticsearch.threadpool.ThreadPool;
import org.elasticsearch.transport.TransportService;
import org.learnedsparse.model.registry.ModelRegistry;

/** Tells the aliases of models. */
public final class GetAliasesAction extends ModelsAction<GetAliasesAction.Request> {
  public static final ActionType<ModelsAction.Response> TYPE =
      new ActionType<>("cluster:monitor/learned_sparse/models/aliases");

  private final ModelRegistry registry;

  @Inject
  public GetAliasesAction(
      TransportService transportService,
      ActionFilters filters,
      ThreadPool threadPool,
      ModelRegistry registry) {
    super(TYPE, transportService, filters, threadPool);
    this.registry = registry;
  }

  @Override
  void run(Request request, ActionListener<Response> listener) {
    Map<String, Object> aliases = new TreeMap<>();
    registry.aliases().all().forEach((alias, model) -> aliases.put(alias, Map.of("model", model)));
    listener.onResponse(new Response(Map.of("aliases", aliases)));
  }

  /** Wants all of them. */
  static final class Request extends LocalRequest {}
}
