package org.learnedsparse.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpConnectionTest {
  private final Set<InetSocketAddress> clients = new HashSet<>();
  private HttpServer server;
  private URI url;

  /** A server that answers with what it was sent: in one piece, in chunks, or with an error. */
  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          clients.add(exchange.getRemoteAddress());
          byte[] body = exchange.getRequestBody().readAllBytes();
          String path = exchange.getRequestURI().getPath();
          exchange.sendResponseHeaders(
              path.equals("/error") ? 400 : 200, path.equals("/chunks") ? 0 : body.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(body, 0, body.length / 2);
            out.flush();
            out.write(body, body.length / 2, body.length - body.length / 2);
          }
        });
    server.start();
    url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String send(HttpConnection connection, String path, String body) throws IOException {
    byte[] request = HttpConnection.post(url, path, body.getBytes(StandardCharsets.UTF_8));
    return new String(connection.send(request), StandardCharsets.UTF_8);
  }

  @Test
  void answersOfEveryFormAreReadOverOneConnection() throws IOException {
    String large = "überall ".repeat(50_000);
    try (HttpConnection connection = new HttpConnection(url)) {
      for (String path : new String[] {"/whole", "/chunks", "/whole", "/chunks"}) {
        assertEquals("{}", send(connection, path, "{}"));
        assertEquals(large, send(connection, path, large));
      }
    }
    assertEquals(1, clients.size());
  }

  @Test
  void errorsSayWhatTheServerSaid() throws IOException {
    try (HttpConnection connection = new HttpConnection(url)) {
      IOException failure =
          assertThrows(IOException.class, () -> send(connection, "/error", "no such field"));
      assertTrue(failure.getMessage().contains("400"), failure::getMessage);
      assertTrue(failure.getMessage().contains("no such field"), failure::getMessage);
      assertEquals("{}", send(connection, "/whole", "{}"));
    }
  }
}
