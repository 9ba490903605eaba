package org.learnedsparse.tools.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** JSON over HTTP to one Elasticsearch node. Safe for use by several threads. */
public final class Http {

  /** The mapper behind every request and response. */
  public static final ObjectMapper JSON = new ObjectMapper();

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(10);

  private final URI base;
  private final HttpClient client;

  /** Sent with every request. */
  private final Map<String, String> always;

  /**
   * @param base where the node answers, for example {@code http://127.0.0.1:9200}
   */
  public Http(URI base) {
    this(base, client().build(), Map.of());
  }

  /**
   * @param base where the node answers, for example {@code https://127.0.0.1:9200}
   * @param trust knows whom to trust
   */
  public Http(URI base, SSLContext trust) {
    this(base, client().sslContext(trust).build(), Map.of());
  }

  private Http(URI base, HttpClient client, Map<String, String> always) {
    this.base = base;
    this.client = client;
    this.always = always;
  }

  private static HttpClient.Builder client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(CONNECT_TIMEOUT);
  }

  /** The same node, asked by a user who gives a password with each request. */
  public Http as(String user, String password) {
    byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return new Http(
        base, client, Map.of("Authorization", "Basic " + Base64.getEncoder().encodeToString(both)));
  }

  /** Where the node answers. */
  public URI url() {
    return base;
  }

  /** A request without headers of its own. */
  public Response request(String method, String path, Object body) {
    return request(method, path, body, Map.of());
  }

  /**
   * Sends one request and waits for its answer, whatever its status.
   *
   * @param path path and query string, percent-encoded, with or without a leading slash
   * @param body null for none, a {@code String} that is JSON already (NDJSON for {@code _bulk} and
   *     {@code _msearch}), a {@code byte[]} to send as it is, or anything Jackson can write: a
   *     tree, a map, a list
   * @param headers sent as they are, and stronger than the default content type
   * @throws UncheckedIOException when no answer came: refused, broken off, or too late
   */
  public Response request(String method, String path, Object body, Map<String, String> headers) {
    URI uri = base.resolve(path.startsWith("/") ? path : "/" + path);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(REQUEST_TIMEOUT);
    if (body == null) {
      request.method(method, BodyPublishers.noBody());
    } else {
      byte[] bytes =
          body instanceof byte[] octets ? octets : json(body).getBytes(StandardCharsets.UTF_8);
      request.method(method, BodyPublishers.ofByteArray(bytes));
      request.setHeader(
          "Content-Type", body == bytes ? "application/octet-stream" : contentType(uri));
    }
    always.forEach(request::setHeader);
    headers.forEach(request::setHeader);
    try {
      return response(client.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + uri + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(method + " " + uri + " was interrupted", e);
    }
  }

  /**
   * An answer.
   *
   * @param status the HTTP status
   * @param body the JSON tree; a missing node when the answer is not JSON
   * @param text the answer as it came
   * @param headers by lower-case name
   */
  public record Response(
      int status, JsonNode body, String text, Map<String, List<String>> headers) {

    /** This answer, when its status is below 300. */
    public Response orThrow() {
      if (status >= 300) {
        throw new IllegalStateException("status " + status + ": " + text);
      }
      return this;
    }
  }

  private static Response response(HttpResponse<String> answer) throws JsonProcessingException {
    String type = answer.headers().firstValue("content-type").orElse("");
    boolean isJson = type.contains("json") && answer.body().isBlank() == false;
    JsonNode body = isJson ? JSON.readTree(answer.body()) : MissingNode.getInstance();
    return new Response(answer.statusCode(), body, answer.body(), answer.headers().map());
  }

  private static String json(Object body) {
    if (body instanceof String text) {
      return text;
    }
    try {
      return JSON.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as JSON: " + body, e);
    }
  }

  private static String contentType(URI uri) {
    boolean lines = uri.getPath().endsWith("_bulk") || uri.getPath().endsWith("_msearch");
    return lines ? "application/x-ndjson" : "application/json";
  }
}
