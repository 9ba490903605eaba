package org.learnedsparse.tools.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import org.learnedsparse.tools.node.Http;

/** A node as a patient client sees it: what it refuses because it is busy is sent again. */
public final class Elasticsearch {

  /** Too many requests; and what proxies and starting nodes say when they cannot answer yet. */
  private static final Set<Integer> BUSY = Set.of(429, 502, 503, 504);

  private final URI url;
  private final Http http;
  private final Map<String, String> headers;

  /**
   * @param url for example {@code http://127.0.0.1:9200} or {@code https://user:password@host:9200}
   * @throws IllegalArgumentException when the URL is not one, or no node answers there
   */
  public Elasticsearch(URI url) {
    if (url.getHost() == null || url.getScheme() == null || !url.getScheme().startsWith("http")) {
      throw new IllegalArgumentException(
          "[" + url + "] is no URL of a node: expected something like http://127.0.0.1:9200");
    }
    this.url = URI.create(url.getScheme() + "://" + url.getHost() + port(url));
    this.http = new Http(this.url);
    this.headers = authorization(url);
    Http.Response health;
    try {
      health = http.request("GET", "_cluster/health", null, headers);
    } catch (UncheckedIOException e) {
      throw new IllegalArgumentException(
          "no node answers at " + this.url + ": " + e.getMessage(), e);
    }
    if (health.status() >= 300) {
      throw new IllegalArgumentException(
          this.url + " answers GET _cluster/health with " + failure(health));
    }
  }

  /** Where the node answers, without user and password. */
  public URI url() {
    return url;
  }

  /**
   * Sends a request and waits for an answer that is not a refusal.
   *
   * @param body null, NDJSON or anything that Jackson can write
   * @throws IllegalStateException naming the request, the status and the node's reason
   */
  public JsonNode request(String method, String path, Object body) {
    Backoff backoff = new Backoff();
    while (true) {
      String failure;
      Duration patience = Backoff.BUSY;
      try {
        Http.Response response = send(method, path, body);
        if (response.status() < 300) {
          return response.body();
        }
        failure = failure(response);
        if (!isBusy(response.status())) {
          throw new IllegalStateException(method + " " + path + ": " + failure);
        }
      } catch (UncheckedIOException e) {
        failure = e.getMessage();
        patience = Backoff.SILENT;
      }
      if (!backoff.pause(patience)) {
        throw new IllegalStateException(
            method + " " + path + ": gave up after " + backoff.attempts() + " tries: " + failure);
      }
    }
  }

  /** Sends a request once; see {@link Http#request}. */
  Http.Response send(String method, String path, Object body) {
    return http.request(method, path, body, headers);
  }

  /** Whether a status asks to come back later. */
  static boolean isBusy(int status) {
    return BUSY.contains(status);
  }

  /** Status, type and reason of an answer that is an error, in one line. */
  static String failure(Http.Response response) {
    JsonNode error = response.body().path("error");
    return response.status() + " " + (error.isObject() ? reason(error) : response.text());
  }

  /** Type and reason of an error, and of what caused it. */
  static String reason(JsonNode error) {
    String reason = error.path("type").asText() + ": " + error.path("reason").asText();
    JsonNode cause = error.path("caused_by");
    return cause.isObject() ? reason + "; caused by " + reason(cause) : reason;
  }

  private static String port(URI url) {
    return url.getPort() < 0 ? "" : ":" + url.getPort();
  }

  private static Map<String, String> authorization(URI url) {
    if (url.getUserInfo() == null) {
      return Map.of();
    }
    byte[] user = url.getUserInfo().getBytes(StandardCharsets.UTF_8);
    return Map.of("Authorization", "Basic " + Base64.getEncoder().encodeToString(user));
  }
}
