package org.learnedsparse.bench.http;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.util.IOUtils;
import org.learnedsparse.bench.HttpConnection;

/** Concurrent clients, each with a connection and a thread of its own. */
final class Clients implements AutoCloseable {
  private final List<HttpConnection> connections = new ArrayList<>();
  private final ExecutorService threads;

  /**
   * @param count how many, at least 1
   */
  Clients(URI node, int count) throws IOException {
    try {
      for (int i = 0; i < count; i++) {
        connections.add(new HttpConnection(node));
      }
    } catch (IOException e) {
      IOUtils.closeWhileHandlingException(connections);
      throw e;
    }
    threads = Executors.newFixedThreadPool(count);
  }

  /** Looks at an answer, on the client's thread. */
  @FunctionalInterface
  interface Check {
    void accept(byte[] answer) throws IOException;
  }

  /**
   * Sends all requests, each client the next one that is left.
   *
   * @return seconds from the first request to the last answer
   */
  double send(List<byte[]> requests, Check check) throws IOException {
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> running = new ArrayList<>();
    long start = System.nanoTime();
    for (HttpConnection connection : connections) {
      running.add(
          threads.submit(
              () -> {
                for (int i = next.getAndIncrement();
                    i < requests.size();
                    i = next.getAndIncrement()) {
                  check.accept(connection.send(requests.get(i)));
                }
                return null;
              }));
    }
    try {
      for (Future<?> client : running) {
        client.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("a client failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while clients were at work", e);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  @Override
  public void close() throws IOException {
    threads.shutdownNow();
    IOUtils.close(connections);
  }
}
