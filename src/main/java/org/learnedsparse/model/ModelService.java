package org.learnedsparse.model;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.elasticsearch.ResourceNotFoundException;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.support.ContextPreservingActionListener;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.common.util.concurrent.EsRejectedExecutionException;
import org.elasticsearch.env.Environment;
import org.elasticsearch.threadpool.ThreadPool;
import org.learnedsparse.encode.EncodeLimits;
import org.learnedsparse.encode.EncodeQueueFullException;
import org.learnedsparse.encode.EncodeSnapshot;
import org.learnedsparse.encode.EncodedText;
import org.learnedsparse.encode.Encoder;
import org.learnedsparse.encode.Mode;
import org.learnedsparse.encode.NativeLibraries;
import org.learnedsparse.encode.folder.ModelException;
import org.learnedsparse.encode.graph.OutputBuffers;

/**
 * The models of this node. A model is loaded when it is first asked for, off the caller's thread,
 * and stays loaded. Nothing here blocks.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what completes a listener handles both outcomes
public final class ModelService implements Closeable {
  private final ThreadPool threadPool;
  private final EncodeLimits limits;
  private final OutputBuffers buffers;
  private final ModelFolders folders;
  private final ModelSource uploaded;
  private final Path natives;
  private final Map<String, CompletableFuture<Encoder>> encoders = new ConcurrentHashMap<>();

  /**
   * @param installation the plugin's folder, with {@code models/} and {@code native/} below it
   * @param uploaded the cluster's models; the node's own folders come first
   */
  public ModelService(
      Settings settings,
      Environment environment,
      ThreadPool threadPool,
      Path installation,
      ModelSource uploaded) {
    this.uploaded = uploaded;
    this.threadPool = threadPool;
    this.limits = EncodeSettings.limits(settings, threadPool);
    this.buffers = EncodeSettings.buffers(settings, limits);
    this.folders =
        new ModelFolders(
            installation.resolve("models"),
            environment.configDir().resolve("learned-sparse").resolve("models"));
    this.natives = installation.resolve("native").resolve(NativeLibraries.platform());
  }

  /**
   * Checks that a name can be a model's id.
   *
   * @throws IllegalArgumentException if it cannot
   */
  public static void checkId(String id) {
    if (ModelFolders.isId(id) == false) {
      throw new IllegalArgumentException(
          "[" + id + "] cannot be a model's id. " + ModelFolders.ID_RULE + ", of 100 at the most");
    }
  }

  /** The ids of the models in this node's own folders, with their folders. */
  public NavigableMap<String, Path> list() {
    return folders.list();
  }

  /** Whether a model is loaded. */
  public boolean isLoaded(String id) {
    CompletableFuture<Encoder> encoder = encoders.get(id);
    return encoder != null && encoder.isDone() && encoder.isCompletedExceptionally() == false;
  }

  /** What each loaded model has done. */
  public NavigableMap<String, EncodeSnapshot> stats() {
    NavigableMap<String, EncodeSnapshot> stats = new TreeMap<>();
    encoders.forEach(
        (id, encoder) -> {
          if (isLoaded(id)) {
            stats.put(id, encoder.join().stats());
          }
        });
    return stats;
  }

  /**
   * Encodes texts.
   *
   * @param listener gets one result a text, in order, on a thread of the encode pool; or {@link
   *     ResourceNotFoundException} (404) if there is no such model, {@link
   *     IllegalArgumentException} (400) if it cannot be used, {@link EsRejectedExecutionException}
   *     (429) if its queue is full
   */
  public void encode(
      String id, Mode mode, List<String> texts, ActionListener<List<EncodedText>> listener) {
    ActionListener<List<EncodedText>> preserving = preserving(listener);
    load(id)
        .thenCompose(encoder -> encoder.encode(mode, texts))
        .whenComplete((encoded, failure) -> complete(id, encoded, failure, preserving));
  }

  /**
   * The encoder of a model, loaded if it was not.
   *
   * @param listener fails as {@link #encode} does
   */
  public void encoder(String id, ActionListener<Encoder> listener) {
    ActionListener<Encoder> preserving = preserving(listener);
    load(id).whenComplete((encoder, failure) -> complete(id, encoder, failure, preserving));
  }

  private <T> ActionListener<T> preserving(ActionListener<T> listener) {
    return ContextPreservingActionListener.wrapPreservingContext(
        listener, threadPool.getThreadContext());
  }

  private CompletableFuture<Encoder> load(String id) {
    CompletableFuture<Encoder> loading = new CompletableFuture<>();
    CompletableFuture<Encoder> known = encoders.putIfAbsent(id, loading);
    if (known != null) {
      return known;
    }
    try {
      threadPool.generic().execute(() -> load(id, loading));
    } catch (EsRejectedExecutionException e) {
      fail(id, loading, e);
    }
    return loading;
  }

  private void load(String id, CompletableFuture<Encoder> loading) {
    try {
      loading.complete(open(folder(id)));
    } catch (Exception | LinkageError | AssertionError e) {
      // Errors too: libraries throw them where a native does not load, and that must not end the
      // node.
      fail(id, loading, e);
    }
  }

  /** The folder of a model on this node, where the registry's is copied to if need be. */
  private Path folder(String id) throws IOException {
    Optional<Path> folder = folders.find(id);
    if (folder.isEmpty() && ModelFolders.isId(id)) {
      folder = uploaded.folder(id);
    }
    return folder.orElseThrow(() -> missing(id));
  }

  private Encoder open(Path folder) throws IOException {
    NativeLibraries.use(natives);
    return Encoder.load(folder, limits, buffers, threadPool.executor(EncodeSettings.POOL));
  }

  /**
   * Loads the model in a folder, encodes a probe, and forgets it again.
   *
   * @throws IllegalArgumentException if it cannot be used
   */
  public void tryOut(String id, Path folder) throws IOException {
    try {
      open(folder).close();
    } catch (ModelException e) {
      throw new IllegalArgumentException("model [" + id + "]: " + e.getMessage(), e);
    }
  }

  /** Forgets a model: the next use loads it anew. Texts that are queued are still encoded. */
  public void forget(String id) {
    CompletableFuture<Encoder> encoder = encoders.remove(id);
    if (encoder != null) {
      encoder.thenAccept(Encoder::close);
    }
  }

  private ResourceNotFoundException missing(String id) {
    return new ResourceNotFoundException(
        "there is no model [{}]; there are {}. {}",
        id,
        ids(),
        ModelFolders.isId(id)
            ? "Upload it with [PUT _learned_sparse/models/"
                + id
                + "], or copy its folder to [config/learned-sparse/models/"
                + id
                + "] on every node"
            : ModelFolders.ID_RULE);
  }

  private NavigableSet<String> ids() {
    NavigableSet<String> ids = new TreeSet<>(folders.list().keySet());
    ids.addAll(uploaded.ids());
    return ids;
  }

  /** Forgets a model that did not load, so that a mended folder is found, and only then says so. */
  private void fail(String id, CompletableFuture<Encoder> loading, Throwable failure) {
    encoders.remove(id, loading);
    loading.completeExceptionally(failure);
  }

  private static <T> void complete(
      String id, T result, Throwable failure, ActionListener<T> listener) {
    if (failure == null) {
      listener.onResponse(result);
    } else {
      listener.onFailure(translate(id, failure));
    }
  }

  private static Exception translate(String id, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof EncodeQueueFullException) {
      return new EsRejectedExecutionException(
          "model ["
              + id
              + "]: "
              + cause.getMessage()
              + " or raise ["
              + EncodeSettings.QUEUE_SIZE.getKey()
              + "]");
    }
    if (cause instanceof ModelException) {
      return new IllegalArgumentException("model [" + id + "]: " + cause.getMessage(), cause);
    }
    return cause instanceof Exception exception
        ? exception
        : new IllegalStateException("model [" + id + "] failed", cause);
  }

  @Override
  public void close() {
    encoders.values().forEach(loading -> loading.thenAccept(Encoder::close));
  }
}
