package org.learnedsparse.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.elasticsearch.ResourceNotFoundException;
import org.elasticsearch.common.util.concurrent.EsRejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.learnedsparse.encode.EncodeStats;
import org.learnedsparse.encode.ModelBytes;

@SuppressWarnings("FutureReturnValueIgnored") // those that matter are waited for
class ModelCacheTest {
  private static final long LIMIT = 100;

  /** A model without anything in it. */
  private static final class Fake {
    private final EncodeStats stats;
    private final long bytes;
    private int texts;
    private boolean retired;
    private boolean closed;

    Fake(EncodeStats stats, long bytes) {
      this.stats = stats;
      this.bytes = bytes;
    }

    /** Takes a text, unless it is retired. */
    synchronized boolean begin() {
      if (retired == false) {
        texts++;
      }
      return retired == false;
    }

    synchronized void end() {
      texts--;
    }

    synchronized boolean retire() {
      retired |= texts == 0;
      return retired;
    }

    synchronized boolean isIdle() {
      return texts == 0;
    }
  }

  /** Models by their sizes; counts what those that live, or are being loaded, take. */
  private static final class Fakes implements ModelCache.Lifecycle<Fake> {
    private final Map<String, ModelBytes> sizes = new ConcurrentHashMap<>();
    private final Map<String, Exception> failures = new ConcurrentHashMap<>();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong most = new AtomicLong();

    /** Completes what is freed; null for at once. */
    private CompletableFuture<Void> freeing;

    Fakes with(String id, long loading, long loaded) {
      sizes.put(id, new ModelBytes(loading, loaded));
      return this;
    }

    @Override
    public ModelCache.Plan<Fake> find(String id) {
      ModelBytes bytes = sizes.get(id);
      if (bytes == null) {
        throw new ResourceNotFoundException("no [{}]", id);
      }
      return new ModelCache.Plan<>() {
        @Override
        public String digest() {
          return "digest of " + id;
        }

        @Override
        public ModelBytes bytes() {
          return bytes;
        }

        @Override
        public Fake load(EncodeStats stats) throws Exception {
          take(bytes.loading());
          LockSupport.parkNanos(1000);
          Exception failure = failures.get(id);
          if (failure != null) {
            take(-bytes.loading());
            throw failure;
          }
          take(bytes.loaded() - bytes.loading());
          return new Fake(stats, bytes.loaded());
        }
      };
    }

    private void take(long bytes) {
      long now = taken.addAndGet(bytes);
      most.accumulateAndGet(now, Math::max);
    }

    @Override
    public boolean isIdle(Fake model) {
      return model.isIdle();
    }

    @Override
    public boolean retire(Fake model) {
      return model.retire();
    }

    @Override
    public CompletableFuture<Void> free(Fake model) {
      model.closed = true;
      take(-model.bytes);
      return freeing == null ? CompletableFuture.completedFuture(null) : freeing;
    }

    @Override
    public CompletableFuture<Void> stop(Fake model) {
      return free(model);
    }

    @Override
    public void freed() {}
  }

  private final Fakes fakes = new Fakes();
  private final ModelCache<Fake> cache = new ModelCache<>(LIMIT, Runnable::run, fakes);

  private Map<String, ModelState> states() {
    Map<String, ModelState> states = new HashMap<>();
    cache.status().forEach(status -> states.put(status.id(), status.state()));
    return states;
  }

  private Throwable failure(String id) {
    return assertThrows(CompletionException.class, () -> cache.get(id).join()).getCause();
  }

  @Test
  void theLeastRecentlyUsedMakeRoomAndNoMoreThanNeedTo() {
    for (String id : List.of("a", "b", "c", "d")) {
      fakes.with(id, 25, 25);
    }
    Fake a = cache.get("a").join();
    Fake b = cache.get("b").join();
    Fake c = cache.get("c").join();
    cache.get("d").join();
    assertSame(a, cache.get("a").join(), "used again: now b is the oldest");
    fakes.with("large", 50, 40);
    cache.get("large").join();
    assertTrue(b.closed && c.closed);
    assertEquals(
        Map.of(
            "a", ModelState.LOADED,
            "b", ModelState.EVICTED,
            "c", ModelState.EVICTED,
            "d", ModelState.LOADED,
            "large", ModelState.LOADED),
        states());
    assertEquals(new MemoryStatus(LIMIT, 90, 5, 2), cache.totals());
    assertNotSame(b, cache.get("b").join());
    assertEquals(ModelState.EVICTED, states().get("d"), "the oldest but for a, which was used");
  }

  @Test
  void whatAModelHasDoneIsNotForgotten() {
    fakes.with("a", 60, 60).with("b", 60, 60);
    EncodeStats stats = cache.get("a").join().stats;
    cache.get("b").join();
    ModelCache.Status<Fake> evicted =
        cache.status().stream().filter(status -> status.id().equals("a")).findFirst().orElseThrow();
    assertEquals(
        new ModelCache.Status<>("a", "digest of a", ModelState.EVICTED, 0, null, stats), evicted);
    assertSame(stats, cache.get("a").join().stats);
  }

  @Test
  void aModelThatIsLargerThanTheLimitIsRefused() {
    fakes.with("small", 10, 10).with("large", 101, 60);
    cache.get("small").join();
    Throwable failure = failure("large");
    assertTrue(failure instanceof IllegalArgumentException, failure::toString);
    for (String part :
        List.of("[large]", "[101]", "[100]", "[learned_sparse.models.memory_limit]")) {
      assertTrue(failure.getMessage().contains(part), failure::getMessage);
    }
    assertEquals(Map.of("small", ModelState.LOADED, "large", ModelState.FAILED), states());
    fakes.with("large", 100, 60);
    cache.get("large").join();
  }

  @Test
  void busyModelsAreKeptAndTheNextOneIsRefusedWithoutAnEviction() {
    fakes.with("idle", 30, 30).with("busy", 60, 60).with("next", 50, 50);
    cache.get("idle").join();
    Fake busy = cache.get("busy").join();
    assertTrue(busy.begin());
    Throwable failure = failure("next");
    assertTrue(failure instanceof EsRejectedExecutionException, failure::toString);
    for (String part : List.of("[next]", "[50]", "[90]", "[100]", "memory_limit]")) {
      assertTrue(failure.getMessage().contains(part), failure::getMessage);
    }
    assertEquals(new MemoryStatus(LIMIT, 90, 2, 0), cache.totals());
    busy.end();
    cache.get("next").join();
    assertEquals(new MemoryStatus(LIMIT, 50, 3, 2), cache.totals());
  }

  @Test
  void modelsThatAreBeingLoadedKeepTheirRoom() {
    Deque<Runnable> waiting = new ArrayDeque<>();
    ModelCache<Fake> slow = new ModelCache<>(LIMIT, waiting::add, fakes);
    fakes.with("a", 60, 20).with("b", 60, 20);
    CompletableFuture<Fake> a = slow.get("a");
    assertSame(a, slow.get("a"), "loaded once");
    assertEquals(ModelState.LOADING, slow.status().get(0).state());
    CompletableFuture<Throwable> refused = new CompletableFuture<>();
    // While the first is there for those who waited for it, it is not freed.
    a.thenAccept(
        model -> {
          fakes.with("b", 100, 20);
          CompletableFuture<Fake> b = slow.get("b");
          waiting.pollLast().run();
          b.whenComplete((none, failure) -> refused.complete(failure));
        });
    waiting.poll().run();
    assertTrue(refused.join() instanceof EsRejectedExecutionException, refused::toString);
    assertFalse(a.join().closed);
    CompletableFuture<Fake> again = slow.get("b");
    waiting.poll().run();
    again.join();
    assertTrue(a.join().closed);
  }

  @Test
  void whatDoesNotLoadGivesItsRoomBackAndIsTriedAgain() {
    fakes.with("a", 80, 80);
    fakes.failures.put("a", new IOException("the disk is gone"));
    assertEquals("the disk is gone", failure("a").getMessage());
    assertEquals(new MemoryStatus(LIMIT, 0, 0, 0), cache.totals());
    assertEquals(Map.of("a", ModelState.FAILED), states());
    fakes.failures.clear();
    cache.get("a").join();
    assertEquals(Map.of("a", ModelState.LOADED), states());
  }

  @Test
  void onlyWhatWasLoadedFromTheFilesThatChangedIsForgotten() {
    fakes.with("a", 60, 60).with("b", 60, 60);
    Fake a = cache.get("a").join();
    cache.forget("a", "another digest");
    cache.forget("none", "digest of none");
    assertSame(a, cache.get("a").join());
    cache.forget("a", "digest of a");
    assertTrue(a.closed);
    assertEquals(Map.of(), states());
    assertEquals(0, cache.totals().nativeBytes());
    cache.get("a").join();
    cache.get("b").join();
    cache.forget("a", "digest of a");
    assertEquals(Map.of("b", ModelState.LOADED), states(), "one that was evicted too");
  }

  @Test
  void namesOfNoModelAreNotKept() {
    assertTrue(failure("none") instanceof ResourceNotFoundException);
    assertEquals(Map.of(), states());
  }

  @Test
  void roomIsTakenOnlyWhenItHasBeenFreed() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      ModelCache<Fake> busy = new ModelCache<>(LIMIT, threads, fakes);
      fakes.with("a", 60, 60).with("b", 60, 60);
      busy.get("a").join();
      while (busy.totals().loads() == 0) {
        Thread.onSpinWait();
      }
      fakes.freeing = new CompletableFuture<>();
      CompletableFuture<Fake> b = new CompletableFuture<>();
      while (busy.totals().evictions() == 0) {
        // The first is there to be freed a moment after it is complete.
        CompletableFuture<Fake> loading = busy.get("b");
        loading.thenAccept(b::complete);
        TimeUnit.MILLISECONDS.sleep(5);
      }
      TimeUnit.MILLISECONDS.sleep(50);
      assertFalse(b.isDone());
      assertEquals(60, busy.totals().nativeBytes());
      fakes.freeing.complete(null);
      b.get(10, TimeUnit.SECONDS);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void afterTheEndNothingIsLoaded() {
    fakes.with("a", 10, 10);
    Fake a = cache.get("a").join();
    cache.stop().join();
    assertTrue(a.closed);
    assertTrue(failure("a") instanceof EsRejectedExecutionException);
  }

  @Test
  void theLimitHoldsAtAnyTimeUnderManyThreads() throws Exception {
    long seed = System.nanoTime();
    System.out.println("ModelCacheTest: seed " + seed);
    Random sizes = new Random(seed);
    for (int i = 0; i < 12; i++) {
      long loaded = 1L + sizes.nextInt(40);
      fakes.with("m" + i, loaded + sizes.nextInt(50), loaded);
    }
    ExecutorService loaders = Executors.newFixedThreadPool(4);
    ExecutorService users = Executors.newFixedThreadPool(4);
    ModelCache<Fake> shared = new ModelCache<>(LIMIT, loaders, fakes);
    AtomicInteger used = new AtomicInteger();
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int user = 0; user < 4; user++) {
        Random random = new Random(seed + user);
        all.add(
            users.submit(
                () -> {
                  for (int i = 0; i < 2000; i++) {
                    use(shared, "m" + random.nextInt(12), used);
                  }
                }));
      }
      for (Future<?> each : all) {
        each.get(60, TimeUnit.SECONDS);
      }
    } finally {
      users.shutdownNow();
      loaders.shutdownNow();
    }
    assertTrue(fakes.most.get() <= LIMIT, "at most " + fakes.most + ", seed " + seed);
    assertTrue(used.get() > 1000, used + " uses, seed " + seed);
    MemoryStatus totals = shared.totals();
    assertEquals(fakes.taken.get(), totals.nativeBytes(), "seed " + seed);
    assertTrue(totals.evictions() > 100, totals + ", seed " + seed);
  }

  private static void use(ModelCache<Fake> cache, String id, AtomicInteger used) {
    try {
      while (true) {
        Fake model = cache.get(id).join();
        if (model.begin()) {
          LockSupport.parkNanos(1000);
          assertFalse(model.closed);
          model.end();
          used.incrementAndGet();
          return;
        }
      }
    } catch (CompletionException e) {
      assertTrue(e.getCause() instanceof EsRejectedExecutionException, e::toString);
    }
  }
}
