package org.learnedsparse.rest;

import static org.elasticsearch.rest.RestRequest.Method.GET;

import java.util.List;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.action.RestToXContentListener;

/** {@code GET _learned_sparse/models} and {@code GET _learned_sparse/models/{id}}. */
public final class RestGetModelsAction extends BaseRestHandler {
  @Override
  public List<Route> routes() {
    return List.of(
        new Route(GET, "/_learned_sparse/models"), new Route(GET, "/_learned_sparse/models/{id}"));
  }

  @Override
  public String getName() {
    return "learned_sparse_get_models";
  }

  @Override
  protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
    GetModelsAction.Request get = new GetModelsAction.Request(request.param("id"));
    return channel ->
        client.execute(GetModelsAction.TYPE, get, new RestToXContentListener<>(channel));
  }
}
