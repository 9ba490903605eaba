package org.learnedsparse.ingest;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.ActionRequestValidationException;
import org.elasticsearch.action.ActionResponse;
import org.elasticsearch.action.ActionType;
import org.elasticsearch.action.IndicesRequest;
import org.elasticsearch.action.admin.indices.mapping.put.PutMappingRequest;
import org.elasticsearch.action.support.ActionFilters;
import org.elasticsearch.action.support.IndicesOptions;
import org.elasticsearch.action.support.SubscribableListener;
import org.elasticsearch.action.support.master.MasterNodeRequest;
import org.elasticsearch.action.support.master.TransportMasterNodeAction;
import org.elasticsearch.client.internal.Client;
import org.elasticsearch.client.internal.OriginSettingClient;
import org.elasticsearch.cluster.ClusterState;
import org.elasticsearch.cluster.block.ClusterBlockException;
import org.elasticsearch.cluster.block.ClusterBlockLevel;
import org.elasticsearch.cluster.metadata.IndexMetadata;
import org.elasticsearch.cluster.service.ClusterService;
import org.elasticsearch.common.io.stream.StreamInput;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.core.TimeValue;
import org.elasticsearch.index.Index;
import org.elasticsearch.ingest.IngestService;
import org.elasticsearch.injection.guice.Inject;
import org.elasticsearch.tasks.Task;
import org.elasticsearch.threadpool.ThreadPool;
import org.elasticsearch.transport.TransportService;
import org.learnedsparse.mapper.FieldModel;
import org.learnedsparse.mapper.FieldModels;
import org.learnedsparse.mapper.RecordedModel;

/**
 * Records in a field's mapping which model encodes its documents, unless one is recorded already,
 * and answers with the one that is: so if several nodes encode the first documents of an index with
 * different models, one of these counts. It runs on the master, one recording at a time for a
 * field.
 *
 * <p>Who may index into the index may do this; the mapping is changed on behalf of the plugin.
 */
public final class RecordModelAction
    extends TransportMasterNodeAction<RecordModelAction.Request, RecordModelAction.Response> {
  /** Named so that each privilege to add documents includes it. */
  public static final ActionType<Response> TYPE =
      new ActionType<>("indices:data/write/index[learned_sparse/model]");

  private record Key(Index index, String field) {}

  private final Client client;
  private final FieldModels fieldModels = new FieldModels();

  /** What is being recorded; guarded by itself. */
  private final Map<Key, SubscribableListener<Response>> recordings = new HashMap<>();

  @Inject
  public RecordModelAction(
      TransportService transportService,
      ClusterService clusterService,
      ThreadPool threadPool,
      ActionFilters filters,
      Client client) {
    super(
        TYPE.name(),
        transportService,
        clusterService,
        threadPool,
        filters,
        Request::new,
        Response::new,
        threadPool.executor(ThreadPool.Names.MANAGEMENT));
    this.client = new OriginSettingClient(client, IngestService.INGEST_ORIGIN);
  }

  @Override
  protected ClusterBlockException checkBlock(Request request, ClusterState state) {
    return state.blocks().globalBlockedException(ClusterBlockLevel.METADATA_WRITE);
  }

  @Override
  protected void masterOperation(
      Task task, Request request, ClusterState state, ActionListener<Response> listener) {
    Optional<IndexMetadata> index;
    Optional<FieldModel> field;
    SubscribableListener<Response> shared = null;
    boolean first = false;
    synchronized (recordings) {
      // Not the state that came along: it may be from before a recording that has ended.
      index = TargetIndex.of(clusterService.state(), request.target);
      field = index.flatMap(found -> fieldModels.find(request.field, found));
      if (field.isPresent() && field.get().encodedBy() == null) {
        Key key = new Key(index.get().getIndex(), request.field);
        shared = recordings.get(key);
        first = shared == null;
        if (first) {
          shared = new SubscribableListener<>();
          recordings.put(key, shared);
        }
      }
    }
    if (shared == null) {
      listener.onResponse(new Response(field.map(FieldModel::encodedBy).orElse(null)));
      return;
    }
    shared.addListener(
        listener, threadPool.executor(ThreadPool.Names.MANAGEMENT), threadPool.getThreadContext());
    if (first) {
      record(index.get(), request, shared);
    }
  }

  private void record(IndexMetadata index, Request request, SubscribableListener<Response> shared) {
    Key key = new Key(index.getIndex(), request.field);
    ActionListener.run(
        ActionListener.runBefore(
            shared,
            () -> {
              synchronized (recordings) {
                recordings.remove(key);
              }
            }),
        listener -> {
          PutMappingRequest put =
              new PutMappingRequest()
                  .setConcreteIndex(index.getIndex())
                  .source(
                      RecordedModel.update(
                          index.mapping(), request.field, request.model, request.digest));
          // Until all nodes know it: what they encode from then on, they encode with this model.
          put.ackTimeout(TimeValue.MINUS_ONE);
          client
              .admin()
              .indices()
              .putMapping(put, listener.map(done -> new Response(request.model)));
        });
  }

  /** The model that encodes a field's documents. */
  public static final class Request extends MasterNodeRequest<Request> implements IndicesRequest {
    private final String target;
    private final String field;
    private final String model;
    private final String digest;

    /**
     * @param target the documents' {@code _index}
     * @param model the id
     * @param digest null if it is not known
     */
    Request(String target, String field, String model, String digest) {
      super(TimeValue.timeValueSeconds(30));
      this.target = target;
      this.field = field;
      this.model = model;
      this.digest = digest;
    }

    Request(StreamInput in) throws IOException {
      super(in);
      target = in.readString();
      field = in.readString();
      model = in.readString();
      digest = in.readOptionalString();
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
      super.writeTo(out);
      out.writeString(target);
      out.writeString(field);
      out.writeString(model);
      out.writeOptionalString(digest);
    }

    @Override
    public String[] indices() {
      return new String[] {target};
    }

    @Override
    public IndicesOptions indicesOptions() {
      return IndicesOptions.strictSingleIndexNoExpandForbidClosed();
    }

    @Override
    public boolean includeDataStreams() {
      return true;
    }

    @Override
    public ActionRequestValidationException validate() {
      return null;
    }
  }

  /** The model that is recorded; null if there is no such field. */
  public static final class Response extends ActionResponse {
    private final String model;

    Response(String model) {
      this.model = model;
    }

    Response(StreamInput in) throws IOException {
      model = in.readOptionalString();
    }

    String model() {
      return model;
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
      out.writeOptionalString(model);
    }
  }
}
