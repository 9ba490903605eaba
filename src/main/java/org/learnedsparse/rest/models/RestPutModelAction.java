package org.learnedsparse.rest.models;

import static org.elasticsearch.rest.RestRequest.Method.PUT;

import java.io.IOException;
import java.util.List;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.common.Strings;
import org.elasticsearch.common.xcontent.XContentParserUtils;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.action.RestToXContentListener;
import org.elasticsearch.xcontent.XContentBuilder;
import org.elasticsearch.xcontent.XContentFactory;
import org.elasticsearch.xcontent.XContentParser;

/** {@code PUT _learned_sparse/models/{id}}; the body is what a folder's {@code model.json} says. */
public final class RestPutModelAction extends BaseRestHandler {
  private static final String NO_SETTINGS = "{}";

  @Override
  public List<Route> routes() {
    return List.of(new Route(PUT, "/_learned_sparse/models/{id}"));
  }

  @Override
  public String getName() {
    return "learned_sparse_put_model";
  }

  @Override
  protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client)
      throws IOException {
    String json = request.hasContent() ? settings(request) : NO_SETTINGS;
    PutModelAction.Request put =
        new PutModelAction.Request(request.param("id"), json.equals(NO_SETTINGS) ? "" : json);
    return channel ->
        client.execute(PutModelAction.TYPE, put, new RestToXContentListener<>(channel));
  }

  /** As JSON without spaces, whatever the request came as, with its fields in their order. */
  private static String settings(RestRequest request) throws IOException {
    try (XContentParser parser = request.contentParser();
        XContentBuilder json = XContentFactory.jsonBuilder()) {
      XContentParserUtils.ensureExpectedToken(
          XContentParser.Token.START_OBJECT, parser.nextToken(), parser);
      return Strings.toString(json.map(parser.mapOrdered()));
    }
  }
}
