package org.learnedsparse.rest.models;

import static org.elasticsearch.rest.RestRequest.Method.POST;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.action.RestToXContentListener;
import org.elasticsearch.xcontent.ConstructingObjectParser;
import org.elasticsearch.xcontent.ParseField;
import org.elasticsearch.xcontent.XContentParser;

/** {@code POST _learned_sparse/models/{id}/_verify}. */
public final class RestVerifyModelAction extends BaseRestHandler {
  @SuppressWarnings("unchecked")
  private static final ConstructingObjectParser<Map<String, String>, Void> PARSER =
      new ConstructingObjectParser<>("verify", false, values -> (Map<String, String>) values[0]);

  static {
    PARSER.declareObject(
        ConstructingObjectParser.constructorArg(),
        (parser, context) -> parser.mapStrings(),
        new ParseField("sha256"));
  }

  @Override
  public List<Route> routes() {
    return List.of(new Route(POST, "/_learned_sparse/models/{id}/_verify"));
  }

  @Override
  public String getName() {
    return "learned_sparse_verify_model";
  }

  @Override
  protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client)
      throws IOException {
    VerifyModelAction.Request verify =
        new VerifyModelAction.Request(request.param("id"), digests(request));
    return channel ->
        client.execute(VerifyModelAction.TYPE, verify, new RestToXContentListener<>(channel));
  }

  private static Map<String, String> digests(RestRequest request) throws IOException {
    if (request.hasContent() == false) {
      return Map.of();
    }
    try (XContentParser parser = request.contentParser()) {
      return PARSER.apply(parser, null);
    }
  }
}
