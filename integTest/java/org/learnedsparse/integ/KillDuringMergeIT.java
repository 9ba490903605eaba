package org.learnedsparse.integ;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.RealNode;

/**
 * kill -9 while segments are flushed, merged and put into a new order: every change that was
 * acknowledged is there after the restart, searches give what a scan of all documents gives, Lucene
 * finds nothing wrong with the index, and no temporary file stays.
 *
 * <p>{@code -Dlearned_sparse.seed=} repeats the choices, though not what they meet.
 */
class KillDuringMergeIT {
  private static final int CLIENTS = 3;
  private static final int CHANGES_A_BULK = 50;
  private static final int ACKNOWLEDGED_BEFORE_A_KILL = 3_000;
  private static final int DELETED = 0;

  /** When the node is killed. */
  private enum Moment {
    ANY,
    FLUSH,
    REORDER
  }

  private final long seed =
      Long.getLong("learned_sparse.seed", new Random().nextLong() & 0xFFFF_FFFFL);
  private final Random random = new Random(seed);

  /** The last version of each document that was acknowledged; 0 if it was deleted. */
  private final Map<Integer, Integer> acknowledged = new ConcurrentHashMap<>();

  /** What bulks that got no answer would have made of their documents. */
  private final Map<Integer, Integer> pending = new ConcurrentHashMap<>();

  /** How many changes were acknowledged. */
  private final AtomicInteger changes = new AtomicInteger();

  private RealNode node;
  private Http http;

  @Test
  void everyAcknowledgedChangeSurvives() throws Exception {
    System.out.println("seed " + seed);
    node = RealNode.builder("kill-merge").heap("512m").start();
    try {
      http = node.http();
      createIndex();
      ShardFolder shard = new ShardFolder(node, "docs");
      for (Moment moment : Moment.values()) {
        changeUntilKilled(moment, shard);
        List<String> left = shard.temporaryFiles();
        System.out.printf(
            "killed (%s): %d documents known, %d changes without an answer, temporary files %s%n",
            moment, acknowledged.size(), pending.size(), left);
        assertTrue(moment != Moment.REORDER || isReordering(left), "killed too late");
        shard.assertClean();
        node.restart();
        check();
        forceMerge();
        assertEquals(List.of(), shard.temporaryFiles(), "seed " + seed);
        check();
      }
      node.stop();
      shard.assertClean();
      assertEquals(List.of(), shard.temporaryFiles(), "seed " + seed);
    } finally {
      node.close();
    }
  }

  /** Small segments are merged at once; nearly every merge finds a new order. */
  private void createIndex() {
    http.request(
            "PUT",
            "docs",
            """
            {"settings": {
               "number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "300ms",
               "max_result_window": 1000000,
               "index.translog.flush_threshold_size": "1mb",
               "index.merge.policy.segments_per_tier": 4,
               "index.learned_sparse.reorder_min_docs": 100},
             "mappings": %s}
            """
                .formatted(ExactDocuments.MAPPING))
        .orThrow();
  }

  private void forceMerge() {
    http.request("POST", "docs/_forcemerge?max_num_segments=1", null).orThrow();
    assertEquals(
        0,
        http.request("GET", "docs/_stats/merge", null)
            .body()
            .at("/_all/total/merges/current")
            .asInt(1));
    http.request("POST", "docs/_refresh", null).orThrow();
  }

  private void changeUntilKilled(Moment moment, ShardFolder shard) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + 2);
    try {
      List<Future<?>> running = new ArrayList<>();
      int enough = changes.get() + ACKNOWLEDGED_BEFORE_A_KILL;
      for (int client = 0; client < CLIENTS; client++) {
        int own = client;
        Random choices = new Random(random.nextLong());
        running.add(threads.submit(untilBroken(() -> change(own, choices))));
      }
      while (changes.get() < enough) {
        failIfOneFailed(running);
        TimeUnit.MILLISECONDS.sleep(1);
      }
      running.add(
          threads.submit(
              untilBroken(
                  () ->
                      http.request("POST", "docs/_forcemerge?max_num_segments=1", null)
                          .orThrow())));
      switch (moment) {
        case ANY -> TimeUnit.MILLISECONDS.sleep(random.nextInt(2_000));
        case FLUSH -> {
          running.add(
              threads.submit(
                  untilBroken(
                      () -> http.request("POST", "docs/_flush?force=true", null).orThrow())));
          TimeUnit.MILLISECONDS.sleep(random.nextInt(300));
        }
        case REORDER -> {
          ProcessHandle server = ProcessHandle.of(node.pid()).orElseThrow();
          while (isReordering(shard.temporaryFiles()) == false) {
            failIfOneFailed(running);
            TimeUnit.MILLISECONDS.sleep(1);
          }
          server.destroyForcibly(); // at once: an order of few documents is soon found
        }
      }
      node.kill();
      for (Future<?> each : running) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Whether there are files of a computation that looks for a new order. */
  private static boolean isReordering(List<String> temporaryFiles) {
    return temporaryFiles.stream()
        .anyMatch(name -> name.contains("_postings_") || name.contains("_term-ids_"));
  }

  private static void failIfOneFailed(List<Future<?>> running) throws Exception {
    for (Future<?> each : running) {
      if (each.isDone()) {
        each.get();
      }
    }
  }

  /** Does something again and again, until the node does not answer. */
  private static Callable<Void> untilBroken(Callable<?> something) {
    return () -> {
      try {
        while (true) {
          something.call();
        }
      } catch (UncheckedIOException e) {
        return null;
      }
    };
  }

  /** One bulk with each document at most once. Every client has documents of its own. */
  private Void change(int client, Random choices) throws IOException {
    Map<Integer, Integer> bulked = new TreeMap<>();
    StringBuilder bulk = new StringBuilder();
    while (bulked.size() < CHANGES_A_BULK) {
      int id = client + CLIENTS * choices.nextInt(3_000);
      int version = acknowledged.getOrDefault(id, DELETED);
      boolean isThere = version != DELETED;
      int next = isThere && choices.nextInt(4) == 0 ? DELETED : 1 + choices.nextInt(1_000_000);
      if (bulked.putIfAbsent(id, next) == null) {
        bulk.append(
            next == DELETED ? ExactDocuments.deleteLine(id) : ExactDocuments.indexLines(id, next));
      }
    }
    pending.putAll(bulked);
    JsonNode answer = http.request("POST", "docs/_bulk", bulk.toString()).orThrow().body();
    assertFalse(answer.get("errors").asBoolean(), answer::toString);
    acknowledged.putAll(bulked);
    pending.keySet().removeAll(bulked.keySet());
    changes.addAndGet(bulked.size());
    return null;
  }

  /** Afterwards it is known what became of the changes that got no answer. */
  private void check() {
    http.request("POST", "docs/_refresh", null).orThrow();
    Map<Integer, Integer> found = new HashMap<>();
    JsonNode hits =
        http.request("POST", "docs/_search", Map.of("size", 1_000_000, "_source", "version"))
            .orThrow()
            .body()
            .at("/hits/hits");
    for (JsonNode hit : hits) {
      found.put(hit.get("_id").asInt(), hit.at("/_source/version").asInt());
    }
    assertEquals(hits.size(), found.size(), "a document is there twice");
    Set<Integer> ids = new TreeSet<>(found.keySet());
    ids.addAll(acknowledged.keySet());
    for (int id : ids) {
      int version = found.getOrDefault(id, DELETED);
      int expected = acknowledged.getOrDefault(id, DELETED);
      if (version != expected) {
        assertEquals(pending.get(id), version, "document " + id + ", seed " + seed);
      }
      acknowledged.put(id, version);
    }
    pending.clear();
    new ExactDocuments(found).check(http, "docs/_search", 12, random);
  }
}
