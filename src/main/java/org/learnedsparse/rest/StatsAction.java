package org.learnedsparse.rest;

import java.io.IOException;
import java.util.List;
import org.elasticsearch.action.ActionType;
import org.elasticsearch.action.FailedNodeException;
import org.elasticsearch.action.support.ActionFilters;
import org.elasticsearch.action.support.nodes.BaseNodesRequest;
import org.elasticsearch.action.support.nodes.BaseNodesResponse;
import org.elasticsearch.action.support.nodes.TransportNodesAction;
import org.elasticsearch.cluster.ClusterName;
import org.elasticsearch.cluster.node.DiscoveryNode;
import org.elasticsearch.cluster.service.ClusterService;
import org.elasticsearch.common.io.stream.StreamInput;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.injection.guice.Inject;
import org.elasticsearch.tasks.Task;
import org.elasticsearch.threadpool.ThreadPool;
import org.elasticsearch.transport.TransportRequest;
import org.elasticsearch.transport.TransportService;
import org.elasticsearch.xcontent.ToXContentFragment;
import org.elasticsearch.xcontent.XContentBuilder;
import org.learnedsparse.engine.ReorderStatistics;
import org.learnedsparse.ingest.BelowQuality;
import org.learnedsparse.mapper.WeightsAboveMaximum;
import org.learnedsparse.model.ModelService;

/** Gathers what every node has encoded, indexed and merged since it started. */
public final class StatsAction
    extends TransportNodesAction<
        StatsAction.Request, StatsAction.Response, StatsAction.NodeRequest, NodeStats, Void> {
  public static final ActionType<Response> TYPE =
      new ActionType<>("cluster:monitor/learned_sparse/stats");

  private final ModelService models;
  private final WeightsAboveMaximum aboveMaximum;
  private final BelowQuality belowQuality;
  private final ReorderStatistics reorders;

  @Inject
  public StatsAction(
      ClusterService clusterService,
      TransportService transportService,
      ActionFilters filters,
      ThreadPool threadPool,
      ModelService models,
      WeightsAboveMaximum aboveMaximum,
      BelowQuality belowQuality,
      ReorderStatistics reorders) {
    super(
        TYPE.name(),
        clusterService,
        transportService,
        filters,
        NodeRequest::new,
        threadPool.executor(ThreadPool.Names.MANAGEMENT));
    this.models = models;
    this.aboveMaximum = aboveMaximum;
    this.belowQuality = belowQuality;
    this.reorders = reorders;
  }

  @Override
  protected Response newResponse(
      Request request, List<NodeStats> nodes, List<FailedNodeException> failures) {
    return new Response(clusterService.getClusterName(), nodes, failures);
  }

  @Override
  protected NodeRequest newNodeRequest(Request request) {
    return new NodeRequest();
  }

  @Override
  protected NodeStats newNodeResponse(StreamInput in, DiscoveryNode node) throws IOException {
    return new NodeStats(in);
  }

  @Override
  protected NodeStats nodeOperation(NodeRequest request, Task task) {
    return new NodeStats(
        clusterService.localNode(),
        models.stats(),
        models.memory(),
        aboveMaximum.snapshot(),
        belowQuality.snapshot(),
        reorders.snapshot());
  }

  /** Asks all nodes. */
  public static final class Request extends BaseNodesRequest<Request> {
    Request() {
      super(new String[0]);
    }
  }

  /** Asks one node. */
  public static final class NodeRequest extends TransportRequest {
    NodeRequest() {}

    NodeRequest(StreamInput in) throws IOException {
      super(in);
    }
  }

  /** The answers of all nodes. */
  public static final class Response extends BaseNodesResponse<NodeStats>
      implements ToXContentFragment {
    Response(ClusterName clusterName, List<NodeStats> nodes, List<FailedNodeException> failures) {
      super(clusterName, nodes, failures);
    }

    @Override
    protected List<NodeStats> readNodesFrom(StreamInput in) throws IOException {
      return in.readCollectionAsList(NodeStats::new);
    }

    @Override
    protected void writeNodesTo(StreamOutput out, List<NodeStats> nodes) throws IOException {
      out.writeCollection(nodes);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
      builder.startObject("nodes");
      for (NodeStats node : getNodes()) {
        node.toXContent(builder, params);
      }
      return builder.endObject();
    }
  }
}
