package org.learnedsparse.rest.models;

import static org.elasticsearch.rest.RestRequest.Method.GET;
import static org.elasticsearch.rest.RestRequest.Method.POST;

import java.io.IOException;
import java.util.List;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.action.RestToXContentListener;
import org.elasticsearch.xcontent.XContentParser;

/** {@code GET} and {@code POST _learned_sparse/models/_aliases}. */
public final class RestModelAliasesAction extends BaseRestHandler {
  private static final String PATH = "/_learned_sparse/models/_aliases";

  @Override
  public List<Route> routes() {
    return List.of(new Route(GET, PATH), new Route(POST, PATH));
  }

  @Override
  public String getName() {
    return "learned_sparse_model_aliases";
  }

  @Override
  protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client)
      throws IOException {
    if (request.method() == GET) {
      GetAliasesAction.Request get = new GetAliasesAction.Request();
      return channel ->
          client.execute(GetAliasesAction.TYPE, get, new RestToXContentListener<>(channel));
    }
    ChangeAliasesAction.Request change;
    try (XContentParser parser = request.contentParser()) {
      change = new ChangeAliasesAction.Request(AliasChange.parse(parser.mapOrdered()));
    }
    return channel ->
        client.execute(ChangeAliasesAction.TYPE, change, new RestToXContentListener<>(channel));
  }
}
