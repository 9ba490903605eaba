package org.learnedsparse.rest;

import static org.elasticsearch.rest.RestRequest.Method.POST;

import java.io.IOException;
import java.util.List;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.action.RestToXContentListener;
import org.elasticsearch.xcontent.ConstructingObjectParser;
import org.elasticsearch.xcontent.ParseField;
import org.elasticsearch.xcontent.XContentParser;
import org.learnedsparse.encode.Mode;

/** {@code POST {index}/_learned_sparse/encode}: shows what a field's model makes of texts. */
public final class RestIndexEncodeAction extends BaseRestHandler {
  private record Body(String field, String mode, List<String> texts) {}

  @SuppressWarnings("unchecked")
  private static final ConstructingObjectParser<Body, Void> PARSER =
      new ConstructingObjectParser<>(
          "encode",
          false,
          values -> new Body((String) values[0], (String) values[1], (List<String>) values[2]));

  static {
    PARSER.declareString(
        ConstructingObjectParser.optionalConstructorArg(), new ParseField("field"));
    PARSER.declareString(ConstructingObjectParser.optionalConstructorArg(), new ParseField("mode"));
    PARSER.declareStringArray(
        ConstructingObjectParser.optionalConstructorArg(), new ParseField("texts"));
  }

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
    try (XContentParser parser = request.contentParser()) {
      Body body = PARSER.apply(parser, null);
      IndexEncodeAction.Request encode =
          new IndexEncodeAction.Request(
              request.param("index"),
              body.field(),
              body.mode() == null ? Mode.DOCUMENT : Mode.of(body.mode()),
              body.texts());
      return channel ->
          client.execute(IndexEncodeAction.TYPE, encode, new RestToXContentListener<>(channel));
    }
  }
}
