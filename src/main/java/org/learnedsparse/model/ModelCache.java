package org.learnedsparse.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.elasticsearch.ResourceNotFoundException;
import org.elasticsearch.common.util.concurrent.EsRejectedExecutionException;
import org.learnedsparse.encode.EncodeStats;
import org.learnedsparse.encode.ModelBytes;

/**
 * Loads models when they are asked for, and keeps what they take together below a limit: before one
 * is loaded, those that were not used for the longest time are freed. Room is reserved before a
 * model is loaded, for as much as loading takes, and so the limit holds at any time. Models that
 * are being loaded, or have texts to encode, are never freed.
 *
 * <p>What a model has done is counted on when it is loaded again.
 *
 * @param <M> a loaded model
 */
final class ModelCache<M> {
  /** How models are found, loaded and freed. */
  interface Lifecycle<M> {
    /**
     * Finds a model, without loading it.
     *
     * @throws ResourceNotFoundException if there is none
     */
    Plan<M> find(String id) throws Exception;

    /** Whether it has nothing to do. */
    boolean isIdle(M model);

    /** Lets it take no more texts, if it has nothing to do; returns whether it has not. */
    boolean retire(M model);

    /** Frees it when the last of its texts is encoded; completes then. */
    CompletableFuture<Void> free(M model);

    /** Frees it likewise, but what waits fails; completes when what runs is done. */
    CompletableFuture<Void> stop(M model);

    /** Called when memory was given back, and may lie unused in the process. */
    void freed();
  }

  /** A model that can be loaded. */
  interface Plan<M> {
    /** The SHA-256 of its files, once it is loaded; null if nobody took it. */
    String digest();

    /** How many bytes it takes, at the most. */
    ModelBytes bytes();

    /**
     * Loads it.
     *
     * @param stats counts what it does
     */
    M load(EncodeStats stats) throws Exception;
  }

  /**
   * What is known of a model.
   *
   * @param digest of the files it was last loaded from; null if nobody took it
   * @param bytes reserved for it now
   * @param model null unless it is loaded
   * @param stats what it has done, however often it was loaded
   */
  record Status<M>(
      String id, String digest, ModelState state, long bytes, M model, EncodeStats stats) {}

  /** A model that was asked for. */
  private static final class Entry<M> {
    private final String id;
    private final EncodeStats stats = new EncodeStats();
    private ModelState state = ModelState.LOADING;
    private String digest;

    /** Null unless it is loaded or being loaded. */
    private Slot<M> slot;

    private Entry(String id) {
      this.id = id;
    }
  }

  /** One loading of a model, and its memory. */
  private static final class Slot<M> {
    private final CompletableFuture<M> loaded = new CompletableFuture<>();
    private String digest;
    private long bytes;
    private long used;
    private boolean evictable;
  }

  /** More than it takes to put texts into a queue. */
  private static final long HANDOVER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final long limit;
  private final Executor loader;
  private final Lifecycle<M> lifecycle;

  /** Held while room is made, so that two do not count the same room. Never taken by callers. */
  private final Object reserving = new Object();

  // Guarded by this, with all entries and slots. Taken before a model's own lock.
  private final Map<String, Entry<M>> entries = new HashMap<>();
  private long reserved;
  private long uses;
  private long loads;
  private long evictions;
  private boolean closed;

  /**
   * @param limit bytes that all models may take together
   * @param loader runs what takes long, in other threads than the caller's
   */
  ModelCache(long limit, Executor loader, Lifecycle<M> lifecycle) {
    this.limit = limit;
    this.loader = loader;
    this.lifecycle = lifecycle;
  }

  /**
   * A model, loaded if it was not; returns at once. It may be freed later, and then takes no more
   * texts: who finds it so asks for it again.
   *
   * @return fails with {@link ResourceNotFoundException} if there is no such model, with {@link
   *     IllegalArgumentException} if it alone takes more than the limit, with {@link
   *     EsRejectedExecutionException} if those that have work leave no room, or with the failure to
   *     load it
   */
  CompletableFuture<M> get(String id) {
    Entry<M> entry;
    Slot<M> slot;
    synchronized (this) {
      if (closed) {
        return CompletableFuture.failedFuture(closing());
      }
      entry = entries.computeIfAbsent(id, Entry::new);
      uses++;
      if (entry.slot != null) {
        entry.slot.used = uses;
        return entry.slot.loaded;
      }
      slot = new Slot<>();
      slot.used = uses;
      entry.slot = slot;
      entry.state = ModelState.LOADING;
    }
    try {
      loader.execute(() -> load(entry, slot));
    } catch (EsRejectedExecutionException e) {
      fail(entry, slot, e);
    }
    return slot.loaded;
  }

  private static EsRejectedExecutionException closing() {
    return new EsRejectedExecutionException("the node is closing: no text is encoded", true);
  }

  private void load(Entry<M> entry, Slot<M> slot) {
    M model;
    try {
      Plan<M> plan = lifecycle.find(entry.id);
      ModelBytes bytes = plan.bytes();
      reserve(entry.id, slot, bytes.loading());
      model = plan.load(entry.stats);
      lifecycle.freed();
      synchronized (this) {
        reserved -= slot.bytes - bytes.loaded();
        slot.bytes = bytes.loaded();
        slot.digest = plan.digest();
        entry.digest = plan.digest();
        entry.state = ModelState.LOADED;
        loads++;
      }
    } catch (Exception | LinkageError | AssertionError e) {
      // Errors too: libraries throw them where a native does not load, and that must not end the
      // node.
      fail(entry, slot, e);
      return;
    }
    // Those who wait give their texts to it now, in this thread: so it is not freed before.
    slot.loaded.complete(model);
    synchronized (this) {
      slot.evictable = true;
      notifyAll();
    }
  }

  /** Loads a model, and frees it again; waits for both. */
  void tryOut(String id, Plan<M> plan) throws Exception {
    Slot<M> slot = new Slot<>();
    synchronized (this) {
      if (closed) {
        throw closing();
      }
    }
    reserve(id, slot, plan.bytes().loading());
    try {
      lifecycle.free(plan.load(new EncodeStats())).join();
      lifecycle.freed();
    } finally {
      synchronized (this) {
        reserved -= slot.bytes;
      }
    }
  }

  /**
   * Forgets a model: what asks for it from now on loads it anew. Its texts are encoded, then it is
   * freed.
   */
  void forget(String id) {
    Slot<M> slot;
    synchronized (this) {
      slot = remove(id);
    }
    freeWhenDone(slot);
  }

  /** Forgets a model likewise, if it was loaded from files of this digest. */
  void forget(String id, String digest) {
    Slot<M> slot;
    synchronized (this) {
      Entry<M> entry = entries.get(id);
      if (entry == null
          || digest.equals(entry.slot == null ? entry.digest : entry.slot.digest) == false) {
        return;
      }
      slot = remove(id);
    }
    freeWhenDone(slot);
  }

  /** The caller holds the lock. Null if the model is not loaded. */
  private Slot<M> remove(String id) {
    Entry<M> entry = entries.remove(id);
    if (entry == null || entry.slot == null) {
      return null;
    }
    entry.slot.evictable = false;
    return entry.slot;
  }

  @SuppressWarnings(
      "FutureReturnValueIgnored") // nobody waits; a model that did not load took no room
  private void freeWhenDone(Slot<M> slot) {
    if (slot == null) {
      return;
    }
    slot.loaded
        .thenCompose(lifecycle::free)
        .thenRunAsync(
            () -> {
              lifecycle.freed();
              synchronized (this) {
                reserved -= slot.bytes;
                slot.bytes = 0;
              }
            },
            loader);
  }

  private void reserve(String id, Slot<M> slot, long bytes) throws InterruptedException {
    if (bytes > limit) {
      throw new IllegalArgumentException(
          "model ["
              + id
              + "] takes up to ["
              + bytes
              + "] bytes outside the heap while it is loaded; all models of this node together may"
              + " take ["
              + limit
              + "]: raise ["
              + ModelMemory.LIMIT.getKey()
              + "], or use a smaller model");
    }
    synchronized (reserving) {
      List<Slot<M>> victims = retire(id, bytes);
      for (Slot<M> victim : victims) {
        lifecycle.free(victim.loaded.join()).join();
      }
      if (victims.isEmpty() == false) {
        lifecycle.freed();
      }
      synchronized (this) {
        for (Slot<M> victim : victims) {
          reserved -= victim.bytes;
        }
        if (bytes > limit - reserved) {
          throw noRoom(id, bytes);
        }
        reserved += bytes;
        slot.bytes = bytes;
      }
    }
  }

  /** Takes as many models out of use as must make room; none if that would not be enough. */
  private synchronized List<Slot<M>> retire(String id, long bytes) throws InterruptedException {
    awaitFirstTexts();
    List<Entry<M>> idle =
        entries.values().stream()
            .filter(entry -> entry.slot != null && entry.slot.evictable)
            .filter(entry -> lifecycle.isIdle(entry.slot.loaded.join()))
            .sorted(Comparator.comparingLong(entry -> entry.slot.used))
            .toList();
    long needed = bytes - (limit - reserved);
    if (needed > idle.stream().mapToLong(entry -> entry.slot.bytes).sum()) {
      throw noRoom(id, bytes);
    }
    List<Slot<M>> victims = new ArrayList<>();
    for (Entry<M> entry : idle) {
      if (needed <= 0) {
        break;
      }
      // One that got texts just now stays.
      if (lifecycle.retire(entry.slot.loaded.join())) {
        needed -= entry.slot.bytes;
        victims.add(entry.slot);
        entry.slot = null;
        entry.state = ModelState.EVICTED;
        evictions++;
      }
    }
    return victims;
  }

  /**
   * Waits for models that were loaded just now and are about to get the texts that they were loaded
   * for. These may even be encoded by now, and a model that is busy only in so far is none that
   * leaves no room.
   */
  private void awaitFirstTexts() throws InterruptedException {
    long end = System.nanoTime() + HANDOVER_NANOS;
    for (long left = HANDOVER_NANOS; left > 0 && handsOver(); left = end - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  private boolean handsOver() {
    return entries.values().stream()
        .anyMatch(
            entry ->
                entry.slot != null
                    && entry.slot.evictable == false
                    && entry.slot.loaded.isDone()
                    && entry.slot.loaded.isCompletedExceptionally() == false);
  }

  private EsRejectedExecutionException noRoom(String id, long bytes) {
    return new EsRejectedExecutionException(
        "model ["
            + id
            + "] takes up to ["
            + bytes
            + "] bytes outside the heap while it is loaded; of the ["
            + limit
            + "] that all models of this node may take together, ["
            + reserved
            + "] are taken, and those that take them are busy: retry later, or raise ["
            + ModelMemory.LIMIT.getKey()
            + "]");
  }

  /** Notes what failed, so that a mended folder is found, and only then says so. */
  private void fail(Entry<M> entry, Slot<M> slot, Throwable failure) {
    synchronized (this) {
      reserved -= slot.bytes;
      slot.bytes = 0;
      entry.slot = null;
      entry.state = ModelState.FAILED;
      if (failure instanceof ResourceNotFoundException && entry.stats.isEmpty()) {
        // Anything can be asked for: names of no model must not pile up.
        entries.remove(entry.id);
      }
    }
    slot.loaded.completeExceptionally(failure);
  }

  /** Whether a model is loaded. */
  synchronized boolean isLoaded(String id) {
    Entry<M> entry = entries.get(id);
    return entry != null && entry.state == ModelState.LOADED;
  }

  /** The digest of the files that a model was last loaded from; null if that is not known. */
  synchronized String digest(String id) {
    Entry<M> entry = entries.get(id);
    return entry == null ? null : entry.digest;
  }

  /** What is known of each model that was asked for. */
  synchronized List<Status<M>> status() {
    return entries.values().stream().map(ModelCache::status).toList();
  }

  private static <M> Status<M> status(Entry<M> entry) {
    return new Status<>(
        entry.id,
        entry.digest,
        entry.state,
        entry.slot == null ? 0 : entry.slot.bytes,
        entry.slot == null ? null : entry.slot.loaded.getNow(null),
        entry.stats);
  }

  /** What all models take and took. */
  synchronized MemoryStatus totals() {
    return new MemoryStatus(limit, reserved, loads, evictions);
  }

  /**
   * Loads no more, and stops each model.
   *
   * @return completes when what was running is done, and all models are freed
   */
  CompletableFuture<Void> stop() {
    List<CompletableFuture<M>> all;
    synchronized (this) {
      closed = true;
      all =
          entries.values().stream()
              .filter(entry -> entry.slot != null)
              .map(entry -> entry.slot.loaded)
              .toList();
    }
    return CompletableFuture.allOf(
        all.stream()
            // One that does not load has nothing to stop.
            .map(loaded -> loaded.thenCompose(lifecycle::stop).exceptionally(failure -> null))
            .toArray(CompletableFuture<?>[]::new));
  }
}
