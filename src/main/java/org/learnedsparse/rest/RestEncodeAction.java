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
import org.learnedsparse.mapper.LearnedSparseFieldMapper;

/** {@code POST _learned_sparse/encode}: shows what a model makes of texts. */
public final class RestEncodeAction extends BaseRestHandler {
  private static final ConstructingObjectParser<EncodeAction.Request, Void> PARSER =
      new ConstructingObjectParser<>("encode", false, RestEncodeAction::request);

  static {
    PARSER.declareString(
        ConstructingObjectParser.optionalConstructorArg(), new ParseField("model"));
    PARSER.declareString(ConstructingObjectParser.optionalConstructorArg(), new ParseField("mode"));
    PARSER.declareStringArray(
        ConstructingObjectParser.optionalConstructorArg(), new ParseField("texts"));
  }

  @SuppressWarnings("unchecked")
  private static EncodeAction.Request request(Object[] arguments) {
    return new EncodeAction.Request(
        arguments[0] != null ? (String) arguments[0] : LearnedSparseFieldMapper.DEFAULT_MODEL,
        arguments[1] != null ? Mode.of((String) arguments[1]) : Mode.DOCUMENT,
        (List<String>) arguments[2]);
  }

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
    try (XContentParser parser = request.contentParser()) {
      EncodeAction.Request encode = PARSER.apply(parser, null);
      return channel ->
          client.execute(EncodeAction.TYPE, encode, new RestToXContentListener<>(channel));
    }
  }
}
