package org.learnedsparse.rest.models;

import static org.elasticsearch.rest.RestRequest.Method.DELETE;

import java.util.List;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.action.RestToXContentListener;

/** {@code DELETE _learned_sparse/models/{id}}. */
public final class RestDeleteModelAction extends BaseRestHandler {
  @Override
  public List<Route> routes() {
    return List.of(new Route(DELETE, "/_learned_sparse/models/{id}"));
  }

  @Override
  public String getName() {
    return "learned_sparse_delete_model";
  }

  @Override
  protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
    DeleteModelAction.Request delete =
        new DeleteModelAction.Request(request.param("id"), request.paramAsBoolean("force", false));
    return channel ->
        client.execute(DeleteModelAction.TYPE, delete, new RestToXContentListener<>(channel));
  }
}
