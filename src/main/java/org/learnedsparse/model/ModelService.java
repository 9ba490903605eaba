package org.learnedsparse.model;

import java.io.Closeable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
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
  private final Path natives;
  private final Map<String, CompletableFuture<Encoder>> encoders = new ConcurrentHashMap<>();

  /**
   * @param installation the plugin's folder, with {@code models/} and {@code native/} below it
   */
  public ModelService(
      Settings settings, Environment environment, ThreadPool threadPool, Path installation) {
    this.threadPool = threadPool;
    this.limits = EncodeSettings.limits(settings, threadPool);
    this.buffers = EncodeSettings.buffers(settings, limits);
    this.folders =
        new ModelFolders(
            installation.resolve("models"),
            environment.configDir().resolve("learned-sparse").resolve("models"));
    this.natives = installation.resolve("native").resolve(NativeLibraries.platform());
  }

  /** The ids of the models there are on this node, with their folders. */
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
      Path folder = folders.find(id).orElseThrow(() -> missing(id));
      NativeLibraries.use(natives);
      loading.complete(
          Encoder.load(folder, limits, buffers, threadPool.executor(EncodeSettings.POOL)));
    } catch (Exception | LinkageError | AssertionError e) {
      // Errors too: libraries throw them where a native does not load, and that must not end the
      // node.
      fail(id, loading, e);
    }
  }

  private ResourceNotFoundException missing(String id) {
    return new ResourceNotFoundException(
        "there is no model [{}] on this node; there are {}. {}",
        id,
        folders.list().keySet(),
        ModelFolders.isId(id)
            ? "Copy the model's folder to [config/learned-sparse/models/" + id + "] on every node"
            : "An id is made of a-z, 0-9, dot, hyphen and underscore, and begins with a letter or digit");
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
