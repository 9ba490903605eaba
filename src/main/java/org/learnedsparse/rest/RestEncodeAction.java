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
import org.elasticsearch.xcontent.ParseField;
import org.elasticsearch.xcontent.XContentParser;
import org.learnedsparse.encode.Mode;
import org.learnedsparse.mapper.LearnedSparseFieldMapper;

/** {@code POST _learned_sparse/encode}: shows what a model makes of texts. */
public final class RestEncodeAction extends BaseRestHandler {
  private record Body(String model, String mode, List<String> texts) {}

  @SuppressWarnings("unchecked")
  private static final ConstructingObjectParser<Body, Void> PARSER =
      new ConstructingObjectParser<>(
          "encode",
          false,
          values -> new Body((String) values[0], (String) values[1], (List<String>) values[2]));

  static {
    PARSER.declareString(
        ConstructingObjectParser.optionalConstructorArg(), new ParseField("model"));
    PARSER.declareString(ConstructingObjectParser.optionalConstructorArg(), new ParseField("mode"));
    PARSER.declareStringArray(
        ConstructingObjectParser.optionalConstructorArg(), new ParseField("texts"));
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
      Body body = PARSER.apply(parser, null);
      EncodeAction.Request encode =
          new EncodeAction.Request(
              Objects.requireNonNullElse(body.model(), LearnedSparseFieldMapper.DEFAULT_MODEL),
              body.mode() == null ? Mode.DOCUMENT : Mode.of(body.mode()),
              body.texts());
      return channel ->
          client.execute(EncodeAction.TYPE, encode, new RestToXContentListener<>(channel));
    }
  }
}
