package org.learnedsparse.integ;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.RealNode;

/**
 * Whatever an operator does with an index whose merges renumber documents, searches give what a
 * scan of all documents gives.
 *
 * <p>{@code -Dlearned_sparse.seed=} repeats a run.
 */
class OperationsIT {

  private static RealNode node;
  private static Http http;
  private static ReorderingIndices indices;

  private final long seed =
      Long.getLong("learned_sparse.seed", new Random().nextLong() & 0xFFFF_FFFFL);
  private final Random random = new Random(seed);
  private ExactDocuments documents;

  @BeforeAll
  static void start() throws IOException {
    node = RealNode.builder("operations").heap("512m").start();
    http = node.http();
    indices = new ReorderingIndices(http);
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.close();
    }
  }

  @AfterEach
  void deleteAll() {
    request("DELETE", "docs,more,restored-first,restored-second?ignore_unavailable=true", null);
    System.out.println("seed " + seed);
  }

  private static JsonNode request(String method, String path, Object body) {
    return indices.request(method, path, body);
  }

  private void create(int shards, String moreSettings) throws IOException {
    indices.create("docs", shards, moreSettings);
    documents = indices.index("docs");
  }

  private void check(String index) {
    indices.check(index, documents, random);
  }

  private static int deletedInSegments() {
    return request("GET", "docs/_stats/docs", null).at("/_all/total/docs/deleted").asInt(-1);
  }

  @Test
  void updatesAndDeletesWithBestCompression() throws IOException {
    create(1, ", \"index.codec\": \"best_compression\"");
    check("docs");
    indices.reorder("docs");
    check("docs");
    documents.index(http, "docs", 100, 400, 3);
    documents.delete(http, "docs", 3);
    check("docs");
    request("POST", "docs/_forcemerge?only_expunge_deletes=true", null);
    check("docs");
    documents.index(http, "docs", 0, 200, 4);
    indices.reorder("docs");
    check("docs");
  }

  /** Merges keep deleted documents for replicas that may come back, and searches must not. */
  @Test
  void softDeletesThatAreRetained() throws IOException {
    create(1, ", \"index.soft_deletes.retention.operations\": 1000000");
    indices.reorder("docs");
    request("POST", "docs/_refresh", null);
    assertTrue(deletedInSegments() > 100, "nothing was retained");
    check("docs");
    documents.delete(http, "docs", 2);
    documents.index(http, "docs", 0, 300, 5);
    indices.forceMerge("docs");
    check("docs");
    assertTrue(deletedInSegments() > 500, "nothing more was retained");
  }

  @Test
  void closedAndOpened() throws IOException {
    create(2, "");
    indices.reorder("docs");
    documents.delete(http, "docs", 5);
    request("POST", "docs/_close", null);
    request("POST", "docs/_open", null);
    indices.awaitGreen("docs");
    check("docs");
    documents.index(http, "docs", 0, 300, 3);
    check("docs");
    indices.forceMerge("docs");
    check("docs");
  }

  /** The same documents are written and merged again and again, so that every answer is known. */
  @Test
  void mergesDuringSearches() throws Exception {
    create(2, "");
    check("docs");
    AtomicBoolean stopped = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Integer>> searching = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Random choices = new Random(random.nextLong());
        searching.add(
            threads.submit(
                () -> {
                  int checks = 0;
                  while (stopped.get() == false) {
                    documents.check(http, "docs/_search", 1, choices);
                    checks++;
                  }
                  return checks;
                }));
      }
      long before = indices.reordered();
      for (int i = 0; i < 8; i++) {
        // Of other documents than these, the index keeps what it has.
        ExactDocuments again = new ExactDocuments();
        again.index(http, "docs", 10_000, 10_100, 1);
        again.delete(http, "docs", 1);
        request("POST", "docs/_refresh", null);
        indices.forceMerge("docs");
        request("POST", "docs/_refresh", null);
      }
      stopped.set(true);
      for (Future<Integer> each : searching) {
        assertTrue(each.get() > 0);
      }
      assertTrue(indices.reordered() > before);
    } finally {
      stopped.set(true);
      threads.shutdownNow();
    }
    check("docs");
  }

  @Test
  void snapshotsAndRestores() throws IOException {
    create(2, "");
    String repository = "_snapshot/backup";
    request(
        "PUT",
        repository,
        Map.of(
            "type",
            "fs",
            "settings",
            Map.of("location", node.home().resolve("snapshots").toString())));
    snapshot(repository + "/first");
    ExactDocuments first = documents.copy();
    indices.reorder("docs");
    documents.delete(http, "docs", 4);
    documents.index(http, "docs", 50, 350, 9);
    snapshot(repository + "/second"); // which shares with the first what both have
    check("docs");
    restore(repository, "first");
    restore(repository, "second");
    indices.check("restored-first", first, random);
    indices.check("restored-second", documents, random);
    indices.reorder("restored-first");
    indices.check("restored-first", first, random);
    request("DELETE", repository + "/first", null);
    request("DELETE", "restored-second", null);
    restore(repository, "second");
    indices.check("restored-second", documents, random);
  }

  private static void snapshot(String path) {
    JsonNode done = request("PUT", path + "?wait_for_completion=true", Map.of("indices", "docs"));
    assertEquals("SUCCESS", done.at("/snapshot/state").asText(), done::toString);
  }

  private static void restore(String repository, String snapshot) {
    JsonNode done =
        request(
            "POST",
            repository + "/" + snapshot + "/_restore?wait_for_completion=true",
            Map.of(
                "indices",
                "docs",
                "rename_pattern",
                "docs",
                "rename_replacement",
                "restored-" + snapshot));
    assertEquals(0, done.at("/snapshot/shards/failed").asInt(-1), done::toString);
  }

  @Test
  void shrunkSplitAndCloned() throws IOException {
    create(2, ", \"index.number_of_routing_shards\": 8");
    indices.reorder("docs");
    documents.delete(http, "docs", 5);
    request("PUT", "docs/_settings", Map.of("index.blocks.write", true));
    Map<String, Integer> shards = Map.of("_shrink", 1, "_split", 4, "_clone", 2);
    for (Map.Entry<String, Integer> resize : shards.entrySet()) {
      request(
          "PUT",
          "docs/" + resize.getKey() + "/more",
          """
          {"settings": {"index.number_of_shards": %d, "index.number_of_replicas": 0,
                        "index.blocks.write": null}}
          """
              .formatted(resize.getValue()));
      indices.awaitGreen("more");
      check("more");
      // A part of each copy's documents is deleted: those that went to other shards.
      indices.forceMerge("more");
      check("more");
      ExactDocuments changed = documents.copy();
      changed.index(http, "more", 0, 200, 7);
      indices.check("more", changed, random);
      request("DELETE", "more", null);
    }
    check("docs");
  }
}
