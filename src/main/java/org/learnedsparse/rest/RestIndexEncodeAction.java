package org.learnedsparse.rest;

import static org.elasticsearch.rest.RestRequest.Method.POST;

import java.io.IOException;
import java.util.List;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.action.RestToXContentListener;
import org.elasticsearch.xcontent.ConstructingObjectParser;

/** {@code POST {index}/_learned_sparse/encode}: shows what a field's model makes of texts. */
public final class RestIndexEncodeAction extends BaseRestHandler {
  private static final ConstructingObjectParser<EncodeBody, Void> PARSER =
      EncodeBody.parser("field");

  @Override
  public List<Route> routes() {
    return List.of(new Route(POST, "/{index}/_learned_sparse/encode"));
  }

  @Override
  public String getName() {
    return "learned_sparse_index_encode";
  }

  @Override
  protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client)
      throws IOException {
    EncodeBody body = EncodeBody.of(request, PARSER);
    IndexEncodeAction.Request encode =
        new IndexEncodeAction.Request(request.param("index"), body.by(), body.mode(), body.texts());
    return channel ->
        client.execute(IndexEncodeAction.TYPE, encode, new RestToXContentListener<>(channel));
  }
}
