package org.learnedsparse.rest.models;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.ActionType;
import org.elasticsearch.action.FailedNodeException;
import org.elasticsearch.action.support.ActionFilters;
import org.elasticsearch.action.support.TransportAction;
import org.elasticsearch.action.support.nodes.BaseNodeResponse;
import org.elasticsearch.action.support.nodes.BaseNodesRequest;
import org.elasticsearch.action.support.nodes.BaseNodesResponse;
import org.elasticsearch.action.support.nodes.TransportNodesAction;
import org.elasticsearch.client.internal.Client;
import org.elasticsearch.client.internal.OriginSettingClient;
import org.elasticsearch.cluster.node.DiscoveryNode;
import org.elasticsearch.cluster.service.ClusterService;
import org.elasticsearch.common.io.stream.StreamInput;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.ingest.IngestService;
import org.elasticsearch.injection.guice.Inject;
import org.elasticsearch.tasks.Task;
import org.elasticsearch.threadpool.ThreadPool;
import org.elasticsearch.transport.TransportRequest;
import org.elasticsearch.transport.TransportService;
import org.learnedsparse.model.ModelService;
import org.learnedsparse.model.registry.CopyCheck;
import org.learnedsparse.model.registry.ModelRegistry;

/**
 * Makes every node forget the aliases, and a model that has changed: the next use loads what the
 * registry has then.
 */
public final class ForgetModelAction
    extends TransportNodesAction<
        ForgetModelAction.Request,
        ForgetModelAction.Response,
        ForgetModelAction.NodeRequest,
        ForgetModelAction.NodeResponse,
        Void> {
  public static final ActionType<Response> TYPE =
      new ActionType<>("cluster:admin/learned_sparse/models/forget");

  private final ModelService models;
  private final ModelRegistry registry;

  @Inject
  public ForgetModelAction(
      ClusterService clusterService,
      TransportService transportService,
      ActionFilters filters,
      ThreadPool threadPool,
      ModelService models,
      ModelRegistry registry) {
    super(
        TYPE.name(),
        clusterService,
        transportService,
        filters,
        NodeRequest::new,
        threadPool.generic());
    this.models = models;
    this.registry = registry;
  }

  /**
   * Tells all nodes. One that does not get it goes on with what it has loaded until it looks itself
   * ({@link CopyCheck}).
   */
  static void everywhere(Client client, String id, ActionListener<Void> listener) {
    new OriginSettingClient(client, IngestService.INGEST_ORIGIN)
        .execute(TYPE, new Request(id), listener.map(response -> null));
  }

  /**
   * Tells all nodes that aliases have changed. One that does not answer goes on with what it knows
   * for a second.
   */
  static void aliasesEverywhere(Client client, ActionListener<Void> listener) {
    everywhere(client, null, listener);
  }

  @Override
  protected Response newResponse(
      Request request, List<NodeResponse> nodes, List<FailedNodeException> failures) {
    return new Response(clusterService, nodes, failures);
  }

  @Override
  protected NodeRequest newNodeRequest(Request request) {
    return new NodeRequest(request.id);
  }

  @Override
  protected NodeResponse newNodeResponse(StreamInput in, DiscoveryNode node) throws IOException {
    return new NodeResponse(in, node);
  }

  @Override
  protected NodeResponse nodeOperation(NodeRequest request, Task task) {
    models.forgetAliases();
    if (request.id != null) {
      models.forget(request.id);
      try {
        registry.drop(request.id);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new NodeResponse(clusterService.localNode());
  }

  /** To all nodes. */
  public static final class Request extends BaseNodesRequest<Request> {
    private final String id;

    /**
     * @param id null for the aliases alone
     */
    Request(String id) {
      super(new String[0]);
      this.id = id;
    }
  }

  /** To one node. */
  public static final class NodeRequest extends TransportRequest {
    private final String id;

    NodeRequest(String id) {
      this.id = id;
    }

    NodeRequest(StreamInput in) throws IOException {
      super(in);
      id = in.readOptionalString();
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
      super.writeTo(out);
      out.writeOptionalString(id);
    }
  }

  /** Of one node. */
  public static final class NodeResponse extends BaseNodeResponse {
    NodeResponse(DiscoveryNode node) {
      super(node);
    }

    NodeResponse(StreamInput in, DiscoveryNode node) throws IOException {
      super(in, node);
    }
  }

  /** Of all nodes. */
  public static final class Response extends BaseNodesResponse<NodeResponse> {
    Response(
        ClusterService clusterService,
        List<NodeResponse> nodes,
        List<FailedNodeException> failures) {
      super(clusterService.getClusterName(), nodes, failures);
    }

    @Override
    protected List<NodeResponse> readNodesFrom(StreamInput in) {
      return TransportAction.localOnly();
    }

    @Override
    protected void writeNodesTo(StreamOutput out, List<NodeResponse> nodes) {
      TransportAction.localOnly();
    }
  }
}
