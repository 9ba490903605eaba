package org.learnedsparse.integ;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.node.Http.Response;
import org.learnedsparse.tools.node.RealNode;

/**
 * kill -9 while bulks go through the pipeline: every document that was acknowledged is there after
 * the restart, with its weights, and searchable.
 */
class KillDuringBulkIT {

  private static final int KILLS = 2;
  private static final int CLIENTS = 4;
  private static final int DOCUMENTS_A_BULK = 25;
  private static final int ACKNOWLEDGED_BEFORE_A_KILL = 1_000;
  private static final List<String> WORDS = TestModels.DOCUMENT.keySet().stream().sorted().toList();

  private final AtomicInteger next = new AtomicInteger();
  private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();

  @Test
  void everyAcknowledgedDocumentSurvives() throws Exception {
    try (RealNode node = TestModels.install(RealNode.builder("kill")).start()) {
      createIndex(node);
      for (int kill = 1; kill <= KILLS; kill++) {
        int before = acknowledged.size();
        int inFlight = indexUntilKilled(node, before + ACKNOWLEDGED_BEFORE_A_KILL);
        assertTrue(inFlight > 0, "the node was killed between bulks, not during one");
        node.restart();
        check(node);
        System.out.printf(
            "kill %d: %d documents acknowledged, %d bulks broken off, nothing lost%n",
            kill, acknowledged.size(), inFlight);
      }
    }
  }

  private static void createIndex(RealNode node) {
    node.http()
        .request(
            "PUT",
            "_ingest/pipeline/encode",
            """
            {"processors":[{"learned_sparse":{"field":"t","target_field":"v","model":"tiny"}}]}
            """)
        .orThrow();
    node.http()
        .request(
            "PUT",
            "docs",
            """
            {"settings": {"number_of_shards": 2, "number_of_replicas": 0,
                          "default_pipeline": "encode", "max_result_window": 1000000},
             "mappings": {"properties": {
               "v": {"type": "learned_sparse", "model": "tiny", "max_weight": 31.875}}}}
            """)
        .orThrow();
  }

  /**
   * Indexes from several clients, kills the node when enough is acknowledged.
   *
   * @return how many bulks had been sent and got no answer
   */
  private int indexUntilKilled(RealNode node, int enough)
      throws InterruptedException, ExecutionException {
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<Boolean>> running = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        running.add(clients.submit(() -> indexUntilBroken(node)));
      }
      while (acknowledged.size() < enough) {
        for (Future<Boolean> client : running) {
          if (client.isDone()) {
            client.get(); // it failed, and this tells why
          }
        }
        TimeUnit.MILLISECONDS.sleep(1);
      }
      node.kill();
      int broken = 0;
      for (Future<Boolean> client : running) {
        broken += client.get() ? 1 : 0;
      }
      return broken;
    } finally {
      clients.shutdownNow();
    }
  }

  /** Whether it ended in the middle of a bulk, rather than before one. */
  private boolean indexUntilBroken(RealNode node) {
    while (true) {
      List<Integer> ids = new ArrayList<>();
      StringBuilder bulk = new StringBuilder();
      for (int i = 0; i < DOCUMENTS_A_BULK; i++) {
        int id = next.getAndIncrement();
        ids.add(id);
        bulk.append("{\"index\":{\"_id\":\"").append(id).append("\"}}\n");
        bulk.append("{\"t\":\"").append(word(id)).append("\"}\n");
      }
      Response response;
      try {
        response = node.http().request("POST", "docs/_bulk", bulk.toString());
      } catch (UncheckedIOException e) {
        return e.getCause() instanceof ConnectException == false;
      }
      JsonNode items = response.orThrow().body().get("items");
      for (int i = 0; i < ids.size(); i++) {
        if (items.get(i).at("/index/status").asInt() == 201) {
          acknowledged.add(ids.get(i));
        }
      }
    }
  }

  private static String word(int id) {
    return WORDS.get(id % WORDS.size());
  }

  private void check(RealNode node) throws IOException {
    node.http().request("POST", "docs/_refresh", null).orThrow();
    Set<Integer> found = new TreeSet<>();
    for (String word : WORDS) {
      found.addAll(search(node, word));
    }
    Set<Integer> lost = new TreeSet<>(acknowledged);
    lost.removeAll(found);
    assertEquals(Set.of(), lost, "acknowledged, and not found after the restart");
  }

  /**
   * Searches with one word.
   *
   * @return the documents of this very word, each checked for its weights and its score
   */
  private static Set<Integer> search(RealNode node, String word) {
    JsonNode hits =
        node.http()
            .request(
                "POST",
                "docs/_search",
                Map.of(
                    "size",
                    100_000,
                    "query",
                    Map.of(
                        "learned_sparse", Map.of("field", "v", "query_vector", Map.of(word, 1)))))
            .orThrow()
            .body()
            .at("/hits/hits");
    Set<Integer> own = new TreeSet<>();
    for (JsonNode hit : hits) {
      int id = hit.get("_id").asInt();
      Map<String, Double> weights = TestModels.DOCUMENT.get(word(id));
      assertEquals(weights.get(word), hit.get("_score").asDouble(), 0, hit.toString());
      assertEquals(new TreeMap<>(weights), rounded(hit.at("/_source/v")), hit.toString());
      if (word(id).equals(word)) {
        own.add(id);
      }
    }
    return own;
  }

  /**
   * The graph computes log(1 + exp(weight) - 1) in floats, which is the weight but for rounding.
   */
  private static Map<String, Double> rounded(JsonNode weights) {
    Map<String, Double> rounded = new HashMap<>();
    weights
        .properties()
        .forEach(
            term -> rounded.put(term.getKey(), Math.rint(term.getValue().asDouble() * 1e5) / 1e5));
    return new TreeMap<>(rounded);
  }
}
