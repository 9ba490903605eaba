package org.learnedsparse.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.elasticsearch.common.bytes.BytesArray;
import org.elasticsearch.common.util.concurrent.ThreadContext;
import org.elasticsearch.rest.AbstractRestChannel;
import org.elasticsearch.rest.RestController;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.rest.RestResponseUtils;
import org.elasticsearch.test.InternalTestCluster;
import org.elasticsearch.test.rest.FakeRestRequest;
import org.elasticsearch.threadpool.ThreadPool;
import org.elasticsearch.transport.Transports;
import org.elasticsearch.xcontent.NamedXContentRegistry;
import org.elasticsearch.xcontent.XContentParserConfiguration;

/** Sends requests to one node as an HTTP client would, from the REST layer inwards. */
final class NodeRest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RestController controller;
  private final NamedXContentRegistry registry;
  private final ThreadContext threadContext;

  NodeRest(InternalTestCluster cluster, String node) {
    controller = cluster.getInstance(RestController.class, node);
    registry = cluster.getInstance(NamedXContentRegistry.class, node);
    threadContext = cluster.getInstance(ThreadPool.class, node).getThreadContext();
  }

  /**
   * What a request was answered with.
   *
   * @param headers by name
   */
  record Reply(int status, JsonNode body, Map<String, List<String>> headers) {
    List<String> warnings() {
      return headers.getOrDefault("Warning", List.of());
    }

    /** The body of a request that went well. */
    JsonNode ok() {
      if (status >= 300) {
        throw new AssertionError("status " + status + ": " + body);
      }
      return body;
    }
  }

  private static final class Channel extends AbstractRestChannel {
    private final ThreadContext threadContext;
    private final CompletableFuture<Reply> reply = new CompletableFuture<>();

    Channel(RestRequest request, ThreadContext threadContext) {
      super(request, true);
      this.threadContext = threadContext;
    }

    @Override
    public void sendResponse(RestResponse response) {
      Map<String, List<String>> headers = Map.copyOf(threadContext.getResponseHeaders());
      onTransportThread(
          () -> {
            try (response) {
              String body = RestResponseUtils.getBodyContent(response).utf8ToString();
              reply.complete(
                  new Reply(response.status().getStatus(), JSON.readTree(body), headers));
            } catch (IOException | RuntimeException | AssertionError e) {
              reply.completeExceptionally(e);
            }
          });
    }
  }

  /** HTTP is served on transport threads, and Elasticsearch asserts that nothing blocks them. */
  private static void onTransportThread(Runnable work) {
    if (Transports.isTransportThread(Thread.currentThread())) {
      work.run();
      return;
    }
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread = new Thread(work, Transports.TEST_MOCK_TRANSPORT_THREAD_PREFIX + "[rest]");
    thread.setUncaughtExceptionHandler((self, e) -> thrown.set(e));
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    if (thrown.get() != null) {
      throw new AssertionError(thrown.get());
    }
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @param path with the query string, if any
   * @param body JSON or NDJSON, null for none
   */
  @SuppressWarnings("try") // the stored context is only there to be closed
  Reply send(String method, String path, String body) {
    Map<String, List<String>> headers =
        body == null ? Map.of() : Map.of("Content-Type", List.of("application/json"));
    FakeRestRequest.FakeHttpChannel connection = new FakeRestRequest.FakeHttpChannel(null);
    RestRequest request =
        RestRequest.request(
            XContentParserConfiguration.EMPTY.withRegistry(registry),
            new FakeRestRequest.FakeHttpRequest(
                RestRequest.Method.valueOf(method),
                path,
                body == null ? null : new BytesArray(body),
                headers),
            connection);
    Channel channel = new Channel(request, threadContext);
    onTransportThread(
        () -> {
          try (ThreadContext.StoredContext ignored = threadContext.stashContext()) {
            controller.dispatchRequest(request, channel, threadContext);
          }
        });
    try {
      return channel.reply.get(60, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(method + " " + path, e);
    } finally {
      connection.close();
    }
  }

  JsonNode get(String path) {
    return send("GET", path, null).ok();
  }

  JsonNode put(String path, Object body) {
    return send("PUT", path, json(body)).ok();
  }

  JsonNode post(String path, Object body) {
    return send("POST", path, json(body)).ok();
  }

  /** Searches; no shard may fail. */
  JsonNode search(String indices, Object body) {
    JsonNode found = post("/" + indices + "/_search", body);
    if (found.at("/_shards/failed").asInt() > 0 || found.get("timed_out").asBoolean()) {
      throw new AssertionError(found.toString());
    }
    return found;
  }

  static String json(Object body) {
    try {
      return body == null || body instanceof String ? (String) body : JSON.writeValueAsString(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
