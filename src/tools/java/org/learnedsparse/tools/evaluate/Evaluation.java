package org.learnedsparse.tools.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.learnedsparse.tools.beir.BeirCollection;
import org.learnedsparse.tools.beir.BeirQuery;
import org.learnedsparse.tools.beir.Measures;

/** Runs a collection's judged queries on a system. */
final class Evaluation {
  private final int clients;

  /**
   * Describes how to run.
   *
   * @param clients how many queries may be under way at once
   */
  Evaluation(int clients) {
    this.clients = clients;
  }

  /** Indexes the collection, measures every judged query, and deletes the index. */
  Row measure(RetrievalSystem system, BeirCollection collection) throws IOException {
    try (SearchableIndex index = system.index(collection)) {
      return measure(system.name(), index, collection);
    }
  }

  /** Measures every judged query on an index, which stays open. */
  Row measure(String name, SearchableIndex index, BeirCollection collection) {
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try {
      List<Future<Measures>> running = new ArrayList<>();
      for (BeirQuery query : collection.queries()) {
        running.add(threads.submit(() -> measure(index, collection, query)));
      }
      Progress progress = new Progress(collection.name() + ", " + name, "queries");
      long start = System.nanoTime();
      List<Measures> measures = new ArrayList<>();
      for (Future<Measures> one : running) {
        measures.add(one.get());
        progress.accept(measures.size());
      }
      progress.done(measures.size(), (System.nanoTime() - start) / 1e9);
      return new Row(collection.name(), name, measures, index.cost());
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while searching", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static Measures measure(
      SearchableIndex index, BeirCollection collection, BeirQuery query) {
    try {
      List<String> ranking = Hit.ranking(index.search(query.text(), Measures.RECALL_DEPTH));
      return Measures.of(ranking, collection.judgments().of(query.id()));
    } catch (IOException | RuntimeException e) {
      throw new IllegalStateException("query [" + query.id() + "]: " + e.getMessage(), e);
    }
  }
}
