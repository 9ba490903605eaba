package org.learnedsparse.integ;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.RealNode;

/**
 * Twenty models that take a gigabyte together, on a node that lets them have 300 MB: all encode,
 * and the process keeps to the limit.
 *
 * <p>That is measured from outside, as the growth of the node's resident memory over what it had
 * before the first of these models. Elasticsearch's JVM touches its whole heap when it starts, and
 * the heap here cannot grow: so the heap is in both. What the JVM compiles and loads, and the
 * native libraries, come with the default model, which is used for a while before. What the node's
 * JVM takes beside that counts against the limit here.
 */
class EvictionIT {
  private static final int MODELS = 20;
  private static final int THREADS = 3;
  private static final int ROUNDS = 2;
  private static final long LIMIT = 300L << 20;
  private static final String TEXT = "plants make energy from light and water";

  private final AtomicInteger refused = new AtomicInteger();

  @Test
  void manyModelsTakeTurnsInLittleMemory() throws Exception {
    assumeTrue(ResidentMemory.isKnown(), "only Linux tells the resident memory of a process");
    try (RealNode node =
        RealNode.builder("eviction")
            .heap("512m")
            .setting("learned_sparse.models.memory_limit", "300mb")
            .start()) {
      LargeModels.write(node.home().resolve("config/learned-sparse/models"), MODELS);
      Http http = node.http();
      warmUp(http);
      try (ResidentMemory memory = new ResidentMemory(node.pid())) {
        long before = memory.now();
        memory.start();
        JsonNode expected = encode(http, "m0");
        for (int round = 0; round < ROUNDS; round++) {
          for (int i = 0; i < MODELS; i++) {
            assertEquals(expected, encode(http, "m" + i), "m" + i);
          }
        }
        long alone = memory.most() - before;
        assertEquals(0, refused.get(), "one after the other there is always room");
        inThreads(http, expected);
        long together = memory.most() - before;
        System.out.printf(
            "EvictionIT: resident memory grew by at most %d MB with one thread, %d MB with %d; now"
                + " %d MB; %d refusals; %s%n",
            alone >> 20,
            together >> 20,
            THREADS,
            (memory.now() - before) >> 20,
            refused.get(),
            stats(http).without("models"));
        check(stats(http));
        assertTrue(together > LargeModels.BYTES, "the memory was not measured");
        assertTrue(together <= LIMIT, "resident memory grew by " + together);
      }
    }
  }

  private static void warmUp(Http http) {
    String body = "{\"texts\": [\"" + "the river floods its banks ".repeat(30) + "\"]}";
    for (int i = 0; i < 500; i++) {
      http.request("POST", "_learned_sparse/encode", body).orThrow();
      stats(http);
    }
  }

  private void inThreads(Http http, JsonNode expected) throws Exception {
    long seed = System.nanoTime();
    System.out.println("EvictionIT: seed " + seed);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        Random random = new Random(seed + thread);
        all.add(
            threads.submit(
                () -> {
                  List<Integer> order = new ArrayList<>();
                  for (int i = 0; i < MODELS; i++) {
                    order.add(i);
                  }
                  Collections.shuffle(order, random);
                  for (int i : order) {
                    assertEquals(expected, encode(http, "m" + i), "m" + i);
                  }
                  return null;
                }));
      }
      for (Future<?> each : all) {
        each.get(80, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Every model encoded as often as it was asked, and the node says where its memory is. */
  private static void check(JsonNode node) {
    JsonNode models = node.get("models");
    int loaded = 0;
    long bytes = 0;
    for (int i = 0; i < MODELS; i++) {
      JsonNode model = models.get("m" + i);
      int expected = ROUNDS + THREADS + (i == 0 ? 1 : 0);
      assertEquals(expected, model.get("encodes").asInt(), "m" + i + ": " + model);
      assertEquals(expected, model.get("latency").get("document").get("count").asInt());
      boolean isLoaded = model.get("state").asText().equals("loaded");
      assertEquals(isLoaded ? 1 : 0, model.get("sessions").asInt(), model.toString());
      assertEquals(isLoaded, model.get("native_bytes").asLong() >= LargeModels.BYTES);
      loaded += isLoaded ? 1 : 0;
      bytes += model.get("native_bytes").asLong();
    }
    JsonNode other = models.get("default");
    loaded += other.get("state").asText().equals("loaded") ? 1 : 0;
    bytes += other.get("native_bytes").asLong();
    assertEquals(LIMIT, node.get("memory_limit_bytes").asLong());
    assertEquals(bytes, node.get("native_bytes").asLong());
    assertTrue(bytes <= LIMIT, node.toString());
    assertTrue(loaded >= 2, node.toString());
    assertEquals(loaded, node.get("loads").asInt() - node.get("evictions").asInt());
    assertTrue(node.get("evictions").asInt() >= MODELS * ROUNDS - 4, node.toString());
  }

  /** What a model makes of the text; asks again while there is no room for it. */
  private JsonNode encode(Http http, String id) throws InterruptedException {
    while (true) {
      Http.Response answer =
          http.request(
              "POST", "_learned_sparse/encode", Map.of("model", id, "texts", List.of(TEXT)));
      if (answer.status() != 429) {
        return answer.orThrow().body().get("results");
      }
      String reason = answer.body().get("error").get("reason").asText();
      assertTrue(reason.contains("[learned_sparse.models.memory_limit]"), reason);
      refused.incrementAndGet();
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static ObjectNode stats(Http http) {
    JsonNode nodes = http.request("GET", "_learned_sparse/stats", null).orThrow().body();
    return nodes.get("nodes").elements().next().deepCopy();
  }
}
