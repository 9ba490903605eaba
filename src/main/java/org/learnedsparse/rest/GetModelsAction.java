package org.learnedsparse.rest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.elasticsearch.ElasticsearchException;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.ActionRequest;
import org.elasticsearch.action.ActionRequestValidationException;
import org.elasticsearch.action.ActionResponse;
import org.elasticsearch.action.ActionType;
import org.elasticsearch.action.support.ActionFilters;
import org.elasticsearch.action.support.ThreadedActionListener;
import org.elasticsearch.action.support.TransportAction;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.injection.guice.Inject;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.tasks.Task;
import org.elasticsearch.threadpool.ThreadPool;
import org.elasticsearch.transport.TransportService;
import org.elasticsearch.xcontent.ToXContentObject;
import org.elasticsearch.xcontent.XContentBuilder;
import org.learnedsparse.model.ModelService;
import org.learnedsparse.model.registry.ModelRegistry;
import org.learnedsparse.model.registry.StoredModel;
import org.learnedsparse.rest.models.UploadedModels;

/** Tells which models the node that is asked has, or everything about one of them. */
public final class GetModelsAction
    extends TransportAction<GetModelsAction.Request, GetModelsAction.Response> {
  public static final ActionType<Response> TYPE =
      new ActionType<>("cluster:monitor/learned_sparse/models/get");

  private final ModelService models;
  private final ModelRegistry registry;
  private final Executor generic;

  @Inject
  public GetModelsAction(
      TransportService transportService,
      ActionFilters filters,
      ThreadPool threadPool,
      ModelService models,
      ModelRegistry registry) {
    super(TYPE.name(), filters, transportService.getTaskManager(), threadPool.generic());
    this.models = models;
    this.registry = registry;
    this.generic = threadPool.generic();
  }

  @Override
  protected void doExecute(Task task, Request request, ActionListener<Response> listener) {
    if (request.id == null) {
      all(listener);
      return;
    }
    models.resolve(
        request.id,
        new ThreadedActionListener<>(
            generic, listener.delegateFailureAndWrap((next, id) -> one(id, next))));
  }

  private void all(ActionListener<Response> listener) {
    Map<String, Map<String, Object>> all = new TreeMap<>();
    String missing = null;
    try {
      registry.store().all().forEach((id, model) -> all.put(id, place(model)));
    } catch (ElasticsearchException e) {
      missing = missing(e);
    }
    models.list().forEach((id, folder) -> all.put(id, place(id, folder)));
    Aliases aliases = aliases();
    all.forEach((id, place) -> putAliases(place, aliases, id));
    listener.onResponse(new Response(all, missing == null ? aliases.missing() : missing));
  }

  /**
   * The ids of models by alias.
   *
   * @param missing why they are not here; null if they are
   */
  private record Aliases(NavigableMap<String, String> all, String missing) {}

  private Aliases aliases() {
    try {
      return new Aliases(registry.aliases().all(), null);
    } catch (ElasticsearchException e) {
      return new Aliases(Collections.emptyNavigableMap(), missing(e));
    }
  }

  /** What is missing while the registry's shard is away; any other failure is thrown on. */
  private static String missing(ElasticsearchException failure) {
    if (failure.status() != RestStatus.SERVICE_UNAVAILABLE) {
      throw failure;
    }
    return "uploaded models and aliases cannot be listed now: " + failure.getMessage();
  }

  private void one(String id, ActionListener<Response> listener) {
    Map<String, Object> place = new LinkedHashMap<>();
    Path folder = models.list().get(id);
    Optional<StoredModel> uploaded = folder == null ? registry.store().find(id) : Optional.empty();
    if (uploaded.isPresent() && uploaded.get().isVerified() == false) {
      place.putAll(UploadedModels.summary(uploaded.get()));
      place.put("files", UploadedModels.progress(registry.store(), uploaded.get()));
      listener.onResponse(new Response(Map.of(id, place)));
      return;
    }
    Aliases aliases = aliases();
    // What a model does shows when it is loaded, and not before.
    models.encoder(
        id,
        listener.map(
            encoder -> {
              place.putAll(uploaded.map(this::place).orElseGet(() -> place(id, folder)));
              putAliases(place, aliases, id);
              place.putAll(encoder.describe());
              return new Response(Map.of(id, place), aliases.missing());
            }));
  }

  private static void putAliases(Map<String, Object> place, Aliases aliases, String id) {
    List<String> names =
        aliases.all().entrySet().stream()
            .filter(alias -> alias.getValue().equals(id))
            .map(Map.Entry::getKey)
            .toList();
    if (names.isEmpty() == false) {
      place.put("aliases", names);
    }
  }

  private Map<String, Object> place(StoredModel model) {
    Map<String, Object> place = new LinkedHashMap<>();
    place.put("loaded", models.isLoaded(model.id()));
    place.putAll(UploadedModels.summary(model));
    return place;
  }

  private Map<String, Object> place(String id, Path folder) {
    Map<String, Object> place = new LinkedHashMap<>();
    place.put("loaded", models.isLoaded(id));
    place.put("folder", String.valueOf(folder));
    String digest = models.digest(id);
    if (digest != null) {
      place.put("digest", digest);
    }
    return place;
  }

  /** A model's id or alias, or null for a list of all. */
  public static final class Request extends ActionRequest {
    private final String id;

    Request(String id) {
      this.id = id;
    }

    @Override
    public ActionRequestValidationException validate() {
      return null;
    }

    @Override
    public void writeTo(StreamOutput out) {
      TransportAction.localOnly();
    }
  }

  /** What is known of each model, by id. */
  public static final class Response extends ActionResponse implements ToXContentObject {
    private final Map<String, Map<String, Object>> models;
    private final String incomplete;

    Response(Map<String, Map<String, Object>> models) {
      this(models, null);
    }

    /**
     * @param incomplete why some are missing; null if none are
     */
    Response(Map<String, Map<String, Object>> models, String incomplete) {
      this.models = models;
      this.incomplete = incomplete;
    }

    @Override
    public void writeTo(StreamOutput out) {
      TransportAction.localOnly();
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
      builder.startObject().field("models", models);
      if (incomplete != null) {
        builder.field("incomplete", incomplete);
      }
      return builder.endObject();
    }
  }
}
