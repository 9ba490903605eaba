package org.learnedsparse.rest;

import static org.elasticsearch.rest.RestRequest.Method.POST;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.action.RestToXContentListener;
import org.elasticsearch.xcontent.ConstructingObjectParser;
import org.learnedsparse.mapper.LearnedSparseFieldMapper;

/** {@code POST _learned_sparse/encode}: shows what a model makes of texts. */
public final class RestEncodeAction extends BaseRestHandler {
  private static final ConstructingObjectParser<EncodeBody, Void> PARSER =
      EncodeBody.parser("model");

  @Override
  public List<Route> routes() {
    return List.of(new Route(POST, "/_learned_sparse/encode"));
  }

  @Override
  public String getName() {
    return "learned_sparse_encode";
  }

  @Override
  protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client)
      throws IOException {
    EncodeBody body = EncodeBody.of(request, PARSER);
    EncodeAction.Request encode =
        new EncodeAction.Request(
            Objects.requireNonNullElse(body.by(), LearnedSparseFieldMapper.DEFAULT_MODEL),
            body.mode(),
            body.texts());
    return channel ->
        client.execute(EncodeAction.TYPE, encode, new RestToXContentListener<>(channel));
  }
}
