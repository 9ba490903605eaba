package org.learnedsparse.encode;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.learnedsparse.encode.folder.ModelException;
import org.learnedsparse.encode.folder.Route;
import org.learnedsparse.encode.graph.EncodedWindow;
import org.learnedsparse.encode.graph.OutputBuffers;
import org.learnedsparse.encode.text.TokenWindow;
import org.learnedsparse.vector.SparseVector;

/**
 * A loaded model: turns texts into term weights and vectors, and changes vectors by those of
 * others.
 *
 * <p>What all callers bring meets in one bounded queue and is worked off in small steps on the
 * caller's executor: a step tokenises one text or runs one batch, then lets others have the thread.
 * At most {@link EncodeLimits#threads} steps of a model are under way at once. Queries go before
 * documents.
 */
public final class Encoder implements Closeable {
  /** Windows that are tokenised ahead of the graph, in batches, so that lengths can be grouped. */
  private static final int BATCHES_AHEAD = 8;

  private final EncodeLimits limits;
  private final OutputBuffers buffers;
  private final Executor executor;
  private final LoadedModel model;
  private final EncodeStats stats;
  private final CompletableFuture<Void> freed = new CompletableFuture<>();

  // Guarded by this.
  private final Map<Mode, Deque<EncodeTask>> tasks = new EnumMap<>(Mode.class);
  private final Map<Mode, LengthBuckets> windows = new EnumMap<>(Mode.class);
  private int queued;
  private int steps;
  private boolean closed;
  private boolean stopped;
  private boolean freeing;

  private Encoder(
      LoadedModel model,
      EncodeLimits limits,
      OutputBuffers buffers,
      Executor executor,
      EncodeStats stats) {
    this.stats = stats;
    this.buffers = buffers;
    this.model = model;
    this.limits = limits;
    this.executor = executor;
    for (Mode mode : Mode.values()) {
      tasks.put(mode, new ArrayDeque<>());
      windows.put(mode, new LengthBuckets());
    }
  }

  /**
   * Loads the model in a folder and encodes a probe with it. Takes from milliseconds to seconds.
   *
   * @param buffers where the graphs write; may be shared by several encoders
   * @param executor runs the steps; it must not run them on the calling thread
   * @throws ModelException if the folder holds no usable model
   * @throws IOException if a file cannot be read
   */
  public static Encoder load(
      Path folder, EncodeLimits limits, OutputBuffers buffers, Executor executor)
      throws IOException {
    return load(folder, limits, buffers, executor, new EncodeStats());
  }

  /**
   * Loads a model likewise.
   *
   * @param stats counts what the encoder does; may be those of one that was loaded before
   */
  public static Encoder load(
      Path folder, EncodeLimits limits, OutputBuffers buffers, Executor executor, EncodeStats stats)
      throws IOException {
    return new Encoder(LoadedModel.load(folder, buffers, stats), limits, buffers, executor, stats);
  }

  /** The model in the names of its settings, every choice made: {@code pooling} and so on. */
  public Map<String, Object> describe() {
    return model.describe();
  }

  /** The static table that gives a side's weights; null for none. */
  public Route.Table table(Mode mode) {
    LoadedRoute route = model.route(mode);
    return route != null && route.route() instanceof Route.Table table ? table : null;
  }

  /** Whether a side gives term weights. */
  public boolean isSparse(Mode mode) {
    return gives(mode, LoadedRoute::isSparse);
  }

  private boolean gives(Mode mode, Predicate<LoadedRoute> what) {
    return model.route(mode) != null && what.test(model.route(mode));
  }

  /**
   * Brings a document's weights into the space of queries: times those of the queries' table, where
   * the model has one; a term that the table lacks weighs nothing in queries.
   */
  public SparseVector inQuerySpace(SparseVector document) {
    LoadedRoute route = model.route(Mode.QUERY);
    return route == null || route.table() == null ? document : route.table().weigh(document);
  }

  /** Whether a side gives dense vectors. */
  public boolean isDense(Mode mode) {
    return gives(mode, LoadedRoute::isDense);
  }

  /** Whether a side gives scores. */
  public boolean isScore(Mode mode) {
    return gives(mode, LoadedRoute::isScore);
  }

  /** How many graphs are loaded for it. */
  public int sessions() {
    return model.sessions();
  }

  /** What was done, by this encoder and by those before it that had the same counts. */
  public synchronized EncodeSnapshot stats() {
    return stats.snapshot(queued);
  }

  /**
   * Encodes texts; returns at once. Where a table gives a side's weights, nothing else is made:
   * that needs no inference.
   *
   * @return completes with one result a text in the order given, or fails with the first failure;
   *     it fails with {@link EncodeQueueFullException} if the texts do not all fit into the queue,
   *     and with {@link EncoderClosedException} after {@link #close} or {@link #retire}
   * @throws IllegalArgumentException if there are more texts than the queue could ever hold
   */
  public CompletableFuture<List<EncodedText>> encode(Mode mode, List<String> input) {
    return encode(mode, input, false);
  }

  /**
   * Encodes texts likewise, with a dense vector wherever {@link #isDense} says that the side has
   * one, though it take inference that the weights do not need.
   */
  public CompletableFuture<List<EncodedText>> encodeAll(Mode mode, List<String> input) {
    return encode(mode, input, true);
  }

  private CompletableFuture<List<EncodedText>> encode(Mode mode, List<String> input, boolean all) {
    if (input.size() > limits.queueSize()) {
      throw new IllegalArgumentException(
          "["
              + input.size()
              + "] texts in one request; the encode queue holds ["
              + limits.queueSize()
              + "]: send fewer at once");
    }
    if (model.route(mode) == null) {
      return CompletableFuture.failedFuture(
          new ModelException("it encodes no texts, it only changes vectors; name another model"));
    }
    return submit(
        mode,
        input.stream().map(text -> new EncodeTask(mode, new EncodeTask.Text(text, all))).toList());
  }

  /**
   * Makes a query's new vector of its own and those of documents that were found with it; returns
   * at once.
   *
   * @param documents the best first; at least one
   * @return completes with the new vector, or fails as that of {@link #encode} does; also with
   *     {@link ModelException} if the model changes no vectors, or not those of this length
   */
  public CompletableFuture<float[]> feedback(float[] query, List<float[]> documents) {
    if (model.feedback() == null) {
      return CompletableFuture.failedFuture(
          new ModelException(
              "it has no graph for [feedback]; name a model that has one, or add it to"
                  + " [model.json]"));
    }
    EncodeTask.Vectors vectors = new EncodeTask.Vectors(query, documents);
    return submit(Mode.QUERY, List.of(new EncodeTask(Mode.QUERY, vectors)))
        .thenApply(encoded -> encoded.get(0).dense());
  }

  private CompletableFuture<List<EncodedText>> submit(Mode mode, List<EncodeTask> tasks) {
    int starting;
    synchronized (this) {
      if (closed) {
        return CompletableFuture.failedFuture(new EncoderClosedException());
      }
      if (queued + tasks.size() > limits.queueSize()) {
        stats.rejections.increment();
        return CompletableFuture.failedFuture(
            new EncodeQueueFullException(tasks.size(), queued, limits.queueSize()));
      }
      stats.requests.increment();
      queued += tasks.size();
      this.tasks.get(mode).addAll(tasks);
      starting = reserveSteps(tasks.size());
    }
    start(starting);
    CompletableFuture<?>[] results =
        tasks.stream().map(task -> task.result).toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(results)
        .thenApply(ignored -> tasks.stream().map(task -> task.result.join()).toList());
  }

  /** Counts as many more steps as there is work and room for; the caller then starts them. */
  private int reserveSteps(int work) {
    int starting = Math.max(0, Math.min(limits.threads() - steps, work));
    steps += starting;
    return starting;
  }

  private void start(int starting) {
    for (int i = 0; i < starting; i++) {
      schedule();
    }
  }

  private void schedule() {
    try {
      executor.execute(this::step);
    } catch (RuntimeException e) {
      abandon(e);
    }
  }

  /** Does one piece of work, and makes way for others before the next one. */
  private void step() {
    EncodeTask task;
    // A query's batch follows at once: to change the thread takes longer than to tokenise it.
    do {
      List<Window> batch = List.of();
      synchronized (this) {
        task = nextTask();
        if (task == null) {
          batch = nextBatch();
        }
        if (task == null && batch.isEmpty()) {
          steps--;
        }
      }
      if (task == null && batch.isEmpty()) {
        freeIfDone();
        return;
      }
      if (task != null) {
        begin(task);
      } else {
        run(batch);
      }
    } while (task != null && task.mode == Mode.QUERY);
    schedule();
  }

  private EncodeTask nextTask() {
    EncodeTask query = tasks.get(Mode.QUERY).poll();
    if (query != null) {
      return query;
    }
    boolean batchesReady =
        windows.get(Mode.QUERY).size() > 0
            || windows.get(Mode.DOCUMENT).size() >= limits.batchSize() * BATCHES_AHEAD;
    return batchesReady ? null : tasks.get(Mode.DOCUMENT).poll();
  }

  private List<Window> nextBatch() {
    Mode mode = windows.get(Mode.QUERY).size() > 0 ? Mode.QUERY : Mode.DOCUMENT;
    LengthBuckets waiting = windows.get(mode);
    if (waiting.size() == 0) {
      return List.of();
    }
    LoadedRoute route = model.route(mode).inferred();
    return waiting.take(route.batchSize(limits.batchSize()), route.batchTokens(buffers.usual()));
  }

  private void begin(EncodeTask task) {
    try {
      if (task.input instanceof EncodeTask.Vectors vectors) {
        float[] made = model.feedback().run(vectors.query(), vectors.documents());
        finish(task, EncodedText.of(made));
      } else if (task.input instanceof EncodeTask.Text text) {
        tokenise(task, text);
      }
    } catch (RuntimeException e) {
      fail(task, e);
    }
  }

  private void tokenise(EncodeTask task, EncodeTask.Text text) {
    LoadedRoute route = model.route(task.mode);
    SparseVector weights = null;
    if (route.table() != null) {
      long[] tokens = route.tokenizer().ids(route.route().template().render(text.text()));
      weights = route.table().encode(tokens);
      if (text.all() == false || route.dense() == null) {
        stats.tokens.add(tokens.length);
        finish(task, EncodedText.of(weights, tokens.length));
        return;
      }
    }
    infer(task, text.text(), route.inferred(), weights);
  }

  /** Cuts a text into windows for a graph. */
  private void infer(EncodeTask task, String text, LoadedRoute route, SparseVector tableWeights) {
    long[] tokens = route.tokenizer().ids(text);
    stats.tokens.add(tokens.length);
    if (tokens.length == 0) {
      SparseVector vector = tableWeights == null ? SparseVector.EMPTY : tableWeights;
      finish(task, EncodedText.of(vector, 0));
      return;
    }
    List<TokenWindow> cut = route.cutter().cut(text, tokens);
    task.expect(tokens.length, cut.size(), tableWeights);
    stats.windows.add(cut.size());
    if (cut.size() > 1) {
      stats.windowedTexts.increment();
    }
    int starting;
    synchronized (this) {
      if (stopped) {
        throw new EncoderClosedException();
      }
      for (int i = 0; i < cut.size(); i++) {
        windows.get(task.mode).add(new Window(task, i, cut.get(i)));
      }
      starting = reserveSteps(cut.size() - 1);
    }
    start(starting);
  }

  private void run(List<Window> batch) {
    stats.batches.increment();
    Mode mode = batch.get(0).task().mode;
    TokenWindow[] tokens = batch.stream().map(Window::tokens).toArray(TokenWindow[]::new);
    try {
      EncodedWindow[] encoded = model.route(mode).inferred().graph().run(tokens);
      for (int i = 0; i < encoded.length; i++) {
        EncodeTask task = batch.get(i).task();
        if (task.add(batch.get(i).index(), encoded[i])) {
          finish(task, task.encoded());
        }
      }
    } catch (RuntimeException e) {
      batch.forEach(window -> fail(window.task(), e));
    }
  }

  private void finish(EncodeTask task, EncodedText encoded) {
    if (leave(task)) {
      if (task.input instanceof EncodeTask.Text) {
        stats.texts.increment();
      }
      stats.took(task.mode, System.nanoTime() - task.start);
      task.result.complete(encoded);
    }
  }

  private void fail(EncodeTask task, RuntimeException e) {
    if (leave(task)) {
      stats.failures.increment();
      task.result.completeExceptionally(e);
    }
  }

  /** Frees a text's place in the queue; false if it was freed before, as when a window failed. */
  private synchronized boolean leave(EncodeTask task) {
    if (task.left) {
      return false;
    }
    task.left = true;
    queued--;
    return true;
  }

  /** Fails everything that waits: the executor takes no more work. */
  private void abandon(RuntimeException reason) {
    List<EncodeTask> waiting;
    synchronized (this) {
      steps--;
      waiting = takeAll();
    }
    waiting.forEach(task -> fail(task, reason));
    freeIfDone();
  }

  /** The caller holds the lock. A text stands once for each of its windows. */
  private List<EncodeTask> takeAll() {
    List<EncodeTask> waiting = new ArrayList<>();
    for (Mode mode : Mode.values()) {
      waiting.addAll(tasks.get(mode));
      tasks.get(mode).clear();
      windows.get(mode).take(Integer.MAX_VALUE, Long.MAX_VALUE).stream()
          .map(Window::task)
          .forEach(waiting::add);
    }
    return waiting;
  }

  /** Whether no text waits or is being encoded. */
  public synchronized boolean isIdle() {
    return queued == 0;
  }

  /**
   * Refuses further texts from now on, unless one waits or is being encoded. {@link #close} must
   * follow.
   *
   * @return whether it does; false too if it was closed before
   */
  public synchronized boolean retire() {
    if (closed || queued > 0) {
      return false;
    }
    closed = true;
    return true;
  }

  /** Refuses further texts; what is queued is still encoded, and then the model is freed. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    freeIfDone();
  }

  /**
   * Refuses further texts, and fails with {@link EncoderClosedException} what waits; what runs is
   * finished, and then the model is freed.
   */
  public void stop() {
    List<EncodeTask> waiting;
    synchronized (this) {
      closed = true;
      stopped = true;
      waiting = takeAll();
    }
    waiting.forEach(task -> fail(task, new EncoderClosedException()));
    freeIfDone();
  }

  /** Completes when the model has been freed, after {@link #close} or {@link #stop}. */
  public CompletableFuture<Void> freed() {
    return freed.copy();
  }

  private void freeIfDone() {
    synchronized (this) {
      if (closed == false || steps > 0 || freeing) {
        return;
      }
      freeing = true;
    }
    try {
      model.close();
    } finally {
      freed.complete(null);
    }
  }
}
