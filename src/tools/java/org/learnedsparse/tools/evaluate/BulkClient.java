package org.learnedsparse.tools.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.learnedsparse.tools.node.Http;

/**
 * Sends documents to an index over several connections at once and loses none: what a busy node
 * refuses, whole requests or single documents, is sent again after a while; a document that cannot
 * be indexed ends the work with an error that names it; and in the end the index is counted.
 *
 * <p>At most a few requests' documents are in memory, however many there are in all.
 */
public final class BulkClient {
  private static final int REQUEST_DOCUMENTS = 64;
  private static final int REQUEST_CHARACTERS = 1 << 20;
  private static final int NAMED_IDS = 5;

  private final Elasticsearch node;
  private final String index;
  private final int clients;

  /**
   * Describes the work.
   *
   * @param clients how many requests may be under way at once
   */
  public BulkClient(Elasticsearch node, String index, int clients) {
    this.node = node;
    this.index = index;
    this.clients = clients;
  }

  /**
   * A document to index.
   *
   * @param id its {@code _id}
   * @param source its fields
   */
  public record Document(String id, Map<String, ?> source) {}

  /** Two lines of a bulk request, and the id that they are about. */
  private record Item(String id, String lines) {}

  /**
   * Indexes all documents, refreshes and counts.
   *
   * @param progress told how many documents are acknowledged so far; called by several threads
   * @return how many documents there were
   * @throws IllegalStateException naming the document and the reason, when one cannot be indexed,
   *     and when the index does not hold as many documents as were sent
   */
  public long index(Stream<Document> documents, LongConsumer progress) {
    Run run = new Run(progress);
    long sent = run.index(documents.iterator());
    node.request("POST", index + "/_refresh", null);
    long found = node.request("GET", index + "/_count", null).path("count").asLong();
    if (found != sent) {
      throw new IllegalStateException(
          sent
              + " documents were sent, but "
              + found
              + " are in the index"
              + (run.replaced.isEmpty()
                  ? ""
                  : "; ids that the corpus has more than once: "
                      + run.replaced.stream().limit(NAMED_IDS).toList()));
    }
    return sent;
  }

  /** One call's threads and what they share. */
  private final class Run {
    private final ExecutorService threads = Executors.newFixedThreadPool(clients);
    private final Semaphore waiting = new Semaphore(2 * clients);
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private final AtomicLong acknowledged = new AtomicLong();
    private final Queue<String> replaced = new ConcurrentLinkedQueue<>();
    private final LongConsumer progress;

    Run(LongConsumer progress) {
      this.progress = progress;
    }

    long index(Iterator<Document> documents) {
      try {
        fill(documents);
        threads.shutdown();
        threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while indexing", e);
      } finally {
        threads.shutdownNow();
      }
      if (failure.get() != null) {
        throw failure.get();
      }
      return acknowledged.get();
    }

    private void fill(Iterator<Document> documents) throws InterruptedException {
      List<Item> batch = new ArrayList<>();
      long characters = 0;
      while (documents.hasNext() && failure.get() == null) {
        Item item = item(documents.next());
        batch.add(item);
        characters += item.lines.length();
        if (batch.size() == REQUEST_DOCUMENTS || characters >= REQUEST_CHARACTERS) {
          submit(batch);
          batch = new ArrayList<>();
          characters = 0;
        }
      }
      if (!batch.isEmpty()) {
        submit(batch);
      }
    }

    /** Waits until few enough batches wait, so that memory stays bounded. */
    private void submit(List<Item> batch) throws InterruptedException {
      waiting.acquire();
      threads.execute(
          () -> {
            try {
              send(batch);
            } catch (RuntimeException e) {
              failure.compareAndSet(null, e);
            } finally {
              waiting.release();
            }
          });
    }

    private void send(List<Item> batch) {
      Backoff backoff = new Backoff();
      List<Item> remaining = batch;
      while (failure.get() == null) {
        Attempt attempt = attempt(remaining, backoff.attempts() > 0);
        int accepted = remaining.size() - attempt.refused.size();
        progress.accept(acknowledged.addAndGet(accepted));
        if (attempt.refused.isEmpty()) {
          return;
        }
        if (accepted > 0) {
          backoff.reset();
        }
        remaining = attempt.refused;
        if (!backoff.pause(attempt.patience)) {
          throw new IllegalStateException(
              "document ["
                  + remaining.get(0).id
                  + "]: gave up after "
                  + backoff.attempts()
                  + " tries: "
                  + attempt.reason);
        }
      }
    }

    /** What a request left to be sent again, why, and for how long to try. */
    private record Attempt(List<Item> refused, String reason, Duration patience) {}

    private Attempt attempt(List<Item> items, boolean again) {
      StringBuilder body = new StringBuilder();
      items.forEach(item -> body.append(item.lines));
      Http.Response response;
      try {
        response = node.send("POST", index + "/_bulk", body.toString());
      } catch (UncheckedIOException e) {
        return new Attempt(items, e.getMessage(), Backoff.SILENT);
      }
      if (Elasticsearch.isBusy(response.status())) {
        return new Attempt(items, Elasticsearch.failure(response), Backoff.BUSY);
      }
      if (response.status() >= 300) {
        throw new IllegalStateException(
            "documents ["
                + items.get(0).id
                + "] to ["
                + items.get(items.size() - 1).id
                + "]: "
                + Elasticsearch.failure(response));
      }
      return refused(items, response.body().path("items"), again);
    }

    private Attempt refused(List<Item> items, JsonNode results, boolean again) {
      if (results.size() != items.size()) {
        throw new IllegalStateException(
            "sent " + items.size() + " documents, the answer speaks of " + results.size());
      }
      List<Item> refused = new ArrayList<>();
      String reason = "";
      for (int i = 0; i < items.size(); i++) {
        Item item = items.get(i);
        JsonNode result = results.get(i).path("index");
        int status = result.path("status").asInt();
        if (Elasticsearch.isBusy(status)) {
          refused.add(item);
          reason = status + " " + Elasticsearch.reason(result.path("error"));
        } else if (status < 200 || status >= 300) {
          throw new IllegalStateException(
              "document ["
                  + item.id
                  + "] cannot be indexed: "
                  + status
                  + " "
                  + Elasticsearch.reason(result.path("error")));
        } else if (!again && result.path("result").asText().equals("updated")) {
          replaced.add(item.id);
        }
      }
      return new Attempt(refused, reason, Backoff.BUSY);
    }
  }

  private static Item item(Document document) {
    try {
      String action = Http.JSON.writeValueAsString(Map.of("index", Map.of("_id", document.id)));
      String source = Http.JSON.writeValueAsString(document.source);
      return new Item(document.id, action + "\n" + source + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("document [" + document.id + "]: " + e.getMessage(), e);
    }
  }
}
