package org.learnedsparse.rest;

import static org.elasticsearch.rest.RestRequest.Method.GET;

import java.util.List;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.action.RestActions;

/** {@code GET _learned_sparse/stats}. */
public final class RestStatsAction extends BaseRestHandler {
  @Override
  public List<Route> routes() {
    return List.of(new Route(GET, "/_learned_sparse/stats"));
  }

  @Override
  public String getName() {
    return "learned_sparse_stats";
  }

  @Override
  protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
    return channel ->
        client.execute(
            StatsAction.TYPE,
            new StatsAction.Request(),
            new RestActions.NodesResponseRestListener<>(channel));
  }
}
