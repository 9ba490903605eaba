package org.learnedsparse.tools.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.node.Http;

/**
 * The client against a server that refuses on purpose, in every way a node can: a real node refuses
 * only when it happens to be busy.
 */
class BulkClientTest {
  private final Map<String, JsonNode> stored = new ConcurrentHashMap<>();
  private final Set<String> refusedOnce = ConcurrentHashMap.newKeySet();
  private final AtomicInteger requests = new AtomicInteger();
  private final ExecutorService threads = Executors.newFixedThreadPool(8);
  private HttpServer server;
  private Elasticsearch node;

  /** How the server refuses: by number of the bulk request, and by document. */
  private volatile Refusal refusal = (request, id) -> Answer.ACCEPT;

  private enum Answer {
    ACCEPT,
    REQUEST_429,
    HANG_UP_AFTER_INDEXING,
    ITEM_429,
    ITEM_400
  }

  private interface Refusal {
    Answer answer(int request, String id);
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
    node = new Elasticsearch(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void everyDocumentArrives() {
    AtomicLong progress = new AtomicLong();
    long count =
        client().index(documents(1000), done -> progress.accumulateAndGet(done, Math::max));
    assertEquals(1000, count);
    assertEquals(1000, progress.get());
    assertEquals(1000, stored.size());
    assertEquals("text of 7", stored.get("7").path("body").asText());
  }

  @Test
  void refusedRequestsAreSentAgain() {
    refusal = (request, id) -> request % 3 == 0 ? Answer.REQUEST_429 : Answer.ACCEPT;
    assertEquals(1000, client().index(documents(1000), done -> {}));
    assertEquals(1000, stored.size());
    assertTrue(requests.get() > 1000 / 64 + 1, () -> requests + " requests");
  }

  @Test
  void refusedDocumentsAreSentAgain() {
    refusal =
        (request, id) ->
            Integer.parseInt(id) % 5 == 0 && refusedOnce.add(id) ? Answer.ITEM_429 : Answer.ACCEPT;
    assertEquals(1000, client().index(documents(1000), done -> {}));
    assertEquals(1000, stored.size());
    assertEquals(200, refusedOnce.size());
  }

  @Test
  void brokenConnectionsLoseAndDoubleNothing() {
    refusal = (request, id) -> request % 4 == 1 ? Answer.HANG_UP_AFTER_INDEXING : Answer.ACCEPT;
    assertEquals(500, client().index(documents(500), done -> {}));
    assertEquals(500, stored.size());
  }

  @Test
  void documentThatCannotBeIndexedIsNamed() {
    refusal = (request, id) -> id.equals("77") ? Answer.ITEM_400 : Answer.ACCEPT;
    String message =
        assertThrows(IllegalStateException.class, () -> client().index(documents(1000), done -> {}))
            .getMessage();
    assertEquals(
        "document [77] cannot be indexed: 400 parsing_exception: no good; "
            + "caused by number_exception: too large",
        message);
  }

  @Test
  void idsThatComeTwiceAreNamed() {
    Stream<BulkClient.Document> twice = Stream.concat(documents(100), documents(1));
    String message =
        assertThrows(
                IllegalStateException.class,
                () -> new BulkClient(node, "docs", 1).index(twice, done -> {}))
            .getMessage();
    assertTrue(message.startsWith("101 documents were sent, but 100 are"), message);
    assertTrue(message.endsWith("more than once: [0]"), message);
  }

  @Test
  void failureWhileReadingTheCorpusEndsTheWork() {
    Stream<BulkClient.Document> broken =
        documents(1000)
            .peek(
                document -> {
                  if (document.id().equals("500")) {
                    throw new IllegalArgumentException("line 501");
                  }
                });
    String message =
        assertThrows(IllegalArgumentException.class, () -> client().index(broken, done -> {}))
            .getMessage();
    assertEquals("line 501", message);
  }

  private BulkClient client() {
    return new BulkClient(node, "docs", 4);
  }

  private static Stream<BulkClient.Document> documents(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> new BulkClient.Document(Integer.toString(i), Map.of("body", "text of " + i)));
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    switch (exchange.getRequestURI().getPath()) {
      case "/docs/_bulk" -> bulk(exchange, body.lines().toList());
      case "/docs/_count" -> send(exchange, 200, "{\"count\":" + stored.size() + "}");
      default -> send(exchange, 200, "{}");
    }
  }

  private void bulk(HttpExchange exchange, List<String> lines) throws IOException {
    int request = requests.getAndIncrement();
    ArrayNode items = Http.JSON.createArrayNode();
    for (int i = 0; i < lines.size(); i += 2) {
      String id = Http.JSON.readTree(lines.get(i)).at("/index/_id").asText();
      Answer answer = refusal.answer(request, id);
      if (answer == Answer.REQUEST_429) {
        send(exchange, 429, "{\"error\":{\"type\":\"busy\",\"reason\":\"later\"}}");
        return;
      }
      ObjectNode result = items.addObject().putObject("index").put("_id", id);
      if (answer == Answer.ITEM_429) {
        result.put("status", 429).putObject("error").put("type", "busy").put("reason", "later");
      } else if (answer == Answer.ITEM_400) {
        ObjectNode error = result.put("status", 400).putObject("error");
        error.put("type", "parsing_exception").put("reason", "no good");
        error.putObject("caused_by").put("type", "number_exception").put("reason", "too large");
      } else {
        JsonNode before = stored.put(id, Http.JSON.readTree(lines.get(i + 1)));
        result.put("status", 201).put("result", before == null ? "created" : "updated");
      }
      if (answer == Answer.HANG_UP_AFTER_INDEXING && i + 2 == lines.size()) {
        exchange.close();
        return;
      }
    }
    send(exchange, 200, Http.JSON.createObjectNode().set("items", items).toString());
  }

  private static void send(HttpExchange exchange, int status, String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
