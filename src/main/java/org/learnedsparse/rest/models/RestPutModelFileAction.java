package org.learnedsparse.rest.models;

import static org.elasticsearch.rest.RestRequest.Method.PUT;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.elasticsearch.ElasticsearchStatusException;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.common.bytes.ReleasableBytesReference;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.rest.action.RestToXContentListener;
import org.elasticsearch.xcontent.ParsedMediaType;
import org.learnedsparse.model.registry.FilePart;

/**
 * {@code PUT _learned_sparse/models/{id}/files/{name}?part=1&parts=1&sha256=…}; the body is the
 * part.
 */
public final class RestPutModelFileAction extends BaseRestHandler {
  private static final String OCTETS = "application/octet-stream";

  /** Of the file's name. */
  private static final List<String> SEGMENTS = List.of("name", "name2", "name3", "name4");

  @Override
  public List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    String path = "/_learned_sparse/models/{id}/files";
    for (String segment : SEGMENTS) {
      path += "/{" + segment + "}";
      routes.add(new Route(PUT, path));
    }
    return routes;
  }

  @Override
  public String getName() {
    return "learned_sparse_put_model_file";
  }

  @Override
  public boolean mediaTypesValid(RestRequest request) {
    ParsedMediaType type = request.getParsedContentType();
    return type != null && OCTETS.equals(type.mediaTypeWithoutParameters());
  }

  @Override
  protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
    if (request.hasContent() == false) {
      throw new IllegalArgumentException(
          "the body is empty; send the file's bytes as [" + OCTETS + "]");
    }
    if (request.contentLength() > FilePart.MAX_BYTES) {
      throw new ElasticsearchStatusException(
          "the body has [{}] bytes, and a part at most [{}]; send the file in numbered parts, with [part] and [parts]",
          RestStatus.REQUEST_ENTITY_TOO_LARGE,
          request.contentLength(),
          FilePart.MAX_BYTES);
    }
    String name =
        SEGMENTS.stream()
            .filter(request::hasParam)
            .map(request::param)
            .collect(Collectors.joining("/"));
    ReleasableBytesReference content = request.content().retain();
    PutModelFileAction.Request put =
        new PutModelFileAction.Request(
            request.param("id"),
            name,
            request.paramAsInt("part", 1),
            request.paramAsInt("parts", 1),
            request.param("sha256"),
            content);
    return channel ->
        client.execute(
            PutModelFileAction.TYPE,
            put,
            ActionListener.releaseAfter(new RestToXContentListener<>(channel), content));
  }
}
