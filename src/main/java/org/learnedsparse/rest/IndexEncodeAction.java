package org.learnedsparse.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.ActionRequest;
import org.elasticsearch.action.ActionRequestValidationException;
import org.elasticsearch.action.ActionType;
import org.elasticsearch.action.IndicesRequest;
import org.elasticsearch.action.ValidateActions;
import org.elasticsearch.action.support.ActionFilters;
import org.elasticsearch.action.support.IndicesOptions;
import org.elasticsearch.action.support.TransportAction;
import org.elasticsearch.cluster.ClusterState;
import org.elasticsearch.cluster.metadata.IndexMetadata;
import org.elasticsearch.cluster.metadata.IndexNameExpressionResolver;
import org.elasticsearch.cluster.service.ClusterService;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.index.Index;
import org.elasticsearch.indices.IndicesService;
import org.elasticsearch.injection.guice.Inject;
import org.elasticsearch.tasks.Task;
import org.elasticsearch.threadpool.ThreadPool;
import org.elasticsearch.transport.TransportService;
import org.learnedsparse.encode.Mode;
import org.learnedsparse.mapper.FieldModels;
import org.learnedsparse.mapper.LearnedSparseFieldMapper;
import org.learnedsparse.model.ModelService;

/**
 * Encodes texts with the model of an index's field, on the node that is asked. Who may search the
 * index may do this: it tells what a query on that field becomes, and needs no right on the
 * cluster.
 */
public final class IndexEncodeAction
    extends TransportAction<IndexEncodeAction.Request, EncodeAction.Response> {
  public static final ActionType<EncodeAction.Response> TYPE =
      new ActionType<>("indices:data/read/learned_sparse/encode");

  private final ModelService models;
  private final ClusterService clusterService;
  private final IndexNameExpressionResolver resolver;
  private final IndicesService indicesService;
  private final FieldModels fieldModels = new FieldModels();

  @Inject
  public IndexEncodeAction(
      TransportService transportService,
      ActionFilters filters,
      ThreadPool threadPool,
      ModelService models,
      ClusterService clusterService,
      IndexNameExpressionResolver resolver,
      IndicesService indicesService) {
    super(
        TYPE.name(),
        filters,
        transportService.getTaskManager(),
        // A mapping may be large.
        threadPool.executor(ThreadPool.Names.SEARCH_COORDINATION));
    this.models = models;
    this.clusterService = clusterService;
    this.resolver = resolver;
    this.indicesService = indicesService;
  }

  @Override
  protected void doExecute(
      Task task, Request request, ActionListener<EncodeAction.Response> listener) {
    String model = model(request);
    models.encodeAll(
        model,
        request.mode,
        request.texts,
        listener.map(encoded -> new EncodeAction.Response(model, request.mode, encoded)));
  }

  private String model(Request request) {
    ClusterState state = clusterService.state();
    List<IndexMetadata> indices = new ArrayList<>();
    for (Index index : resolver.concreteIndices(state, request)) {
      // Where a role hides the field, the answer is that of an index without it.
      if (indicesService.getFieldFilter().apply(index.getName()).test(request.field)) {
        indices.add(state.metadata().index(index));
      }
    }
    NavigableSet<String> named = fieldModels.of(request.field, indices);
    if (named.isEmpty()) {
      throw new IllegalArgumentException(
          "["
              + request.index
              + "] has no field ["
              + request.field
              + "] of type ["
              + LearnedSparseFieldMapper.TYPE
              + "]");
    }
    if (named.size() > 1) {
      throw new IllegalArgumentException(
          "the indices of ["
              + request.index
              + "] name different models for field ["
              + request.field
              + "]: "
              + named
              + "; ask one of the indices");
    }
    return named.first();
  }

  /** The texts to encode, with the index and field whose model does it. */
  public static final class Request extends ActionRequest implements IndicesRequest {
    private final String index;
    private final String field;
    private final Mode mode;
    private final List<String> texts;

    Request(String index, String field, Mode mode, List<String> texts) {
      this.index = index;
      this.field = field;
      this.mode = mode;
      this.texts = texts;
    }

    /** The name of one index, alias or data stream. */
    @Override
    public String[] indices() {
      return new String[] {index};
    }

    @Override
    public IndicesOptions indicesOptions() {
      return IndicesOptions.strictNoExpandForbidClosed();
    }

    @Override
    public boolean includeDataStreams() {
      return true;
    }

    @Override
    public ActionRequestValidationException validate() {
      ActionRequestValidationException errors = EncodeAction.validate(texts);
      return field == null || field.isEmpty()
          ? ValidateActions.addValidationError(
              "[field] is missing or empty; it must name a field of the index", errors)
          : errors;
    }

    @Override
    public void writeTo(StreamOutput out) {
      TransportAction.localOnly();
    }
  }
}
