package org.learnedsparse.model;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.elasticsearch.ElasticsearchException;
import org.elasticsearch.ResourceNotFoundException;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.ActionRunnable;
import org.elasticsearch.action.support.ContextPreservingActionListener;
import org.elasticsearch.action.support.ThreadedActionListener;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.common.util.concurrent.EsRejectedExecutionException;
import org.elasticsearch.core.TimeValue;
import org.elasticsearch.env.Environment;
import org.elasticsearch.threadpool.ThreadPool;
import org.learnedsparse.encode.EncodeLimits;
import org.learnedsparse.encode.EncodeQueueFullException;
import org.learnedsparse.encode.EncodeStats;
import org.learnedsparse.encode.EncodedText;
import org.learnedsparse.encode.Encoder;
import org.learnedsparse.encode.EncoderClosedException;
import org.learnedsparse.encode.Mode;
import org.learnedsparse.encode.ModelBytes;
import org.learnedsparse.encode.NativeLibraries;
import org.learnedsparse.encode.folder.ModelException;
import org.learnedsparse.encode.graph.OutputBuffers;

/**
 * The models of this node. A model is loaded when it is first asked for, off the caller's thread,
 * and stays loaded until others need its memory. Nothing here blocks.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what completes a listener handles both outcomes
public final class ModelService implements Closeable {
  private static final Logger LOGGER = LogManager.getLogger(ModelService.class);

  /** For files whose digest nobody asks for. */
  private static final String UNKNOWN_DIGEST = "";

  /** As long as Elasticsearch waits for its threads. */
  private static final TimeValue CLOSE_TIMEOUT = TimeValue.timeValueSeconds(10);

  private final ThreadPool threadPool;
  private final EncodeLimits limits;
  private final OutputBuffers buffers;
  private final ModelFolders folders;
  private final ModelSource uploaded;
  private final Path natives;
  private final ModelCache<Encoder> encoders;
  private final AliasCache aliases;

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
    this.encoders =
        new ModelCache<>(
            ModelMemory.LIMIT.get(settings).getBytes(), threadPool.generic(), new Encoders());
    this.aliases = new AliasCache(this::readAliases, System::nanoTime);
  }

  private void readAliases(ActionListener<ModelAliases> listener) {
    uploaded.aliases(
        new ThreadedActionListener<>(
            threadPool.generic(), listener.map(all -> all.without(folders.list().keySet()))));
  }

  /** How the cache finds, loads and frees encoders. */
  private final class Encoders implements ModelCache.Lifecycle<Encoder> {
    @Override
    public ModelCache.Plan<Encoder> find(String id) throws IOException {
      Optional<ModelSource.Found> found =
          folders.find(id).map(folder -> new ModelSource.Found(folder, null));
      if (found.isEmpty() && ModelFolders.isId(id)) {
        found = uploaded.find(id);
      }
      return new FolderPlan(found.orElseThrow(() -> missing(id)));
    }

    @Override
    public boolean isIdle(Encoder encoder) {
      return encoder.isIdle();
    }

    @Override
    public boolean retire(Encoder encoder) {
      return encoder.retire();
    }

    @Override
    public CompletableFuture<Void> free(Encoder encoder) {
      encoder.close();
      return encoder.freed();
    }

    @Override
    public CompletableFuture<Void> stop(Encoder encoder) {
      encoder.stop();
      return encoder.freed();
    }

    @Override
    public void freed() {
      ModelMemory.giveBack();
    }
  }

  /** A model in a folder. */
  private final class FolderPlan implements ModelCache.Plan<Encoder> {
    private final Path folder;
    private final ModelBytes bytes;
    private String digest;

    FolderPlan(ModelSource.Found found) throws IOException {
      this.folder = found.folder();
      this.bytes = ModelBytes.of(folder);
      this.digest = found.digest();
    }

    @Override
    public String digest() {
      return digest;
    }

    @Override
    public ModelBytes bytes() {
      return bytes;
    }

    @Override
    public Encoder load(EncodeStats stats) throws IOException {
      NativeLibraries.use(natives);
      Encoder encoder =
          Encoder.load(folder, limits, buffers, threadPool.executor(EncodeSettings.POOL), stats);
      if (digest == null) {
        digest = digest(folder);
      }
      return encoder;
    }

    private static String digest(Path folder) {
      try {
        return Digests.ofFolder(folder);
      } catch (IOException | UncheckedIOException e) {
        // The model works all the same; what encoded an index is then known by name alone.
        LOGGER.warn("the digest of [" + folder + "] cannot be taken: a file cannot be read", e);
        return null;
      }
    }
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
    return encoders.isLoaded(id);
  }

  /**
   * The digest of the files that a model was last loaded from on this node, in hexadecimal; for one
   * that was not, that of the uploaded model of an alias, or null where it is not known. Loads and
   * asks nothing.
   */
  public String digest(String id) {
    String loaded = encoders.digest(id);
    return loaded != null ? loaded : aliases.digest(id);
  }

  /** Tells the aliases, as they were at most a second ago. */
  public void aliases(ActionListener<ModelAliases> listener) {
    aliases.get(preserving(listener));
  }

  /**
   * Tells the id of the model that a name stands for: an alias's model, or the name itself, whether
   * there is such a model or not.
   */
  public void resolve(String name, ActionListener<String> listener) {
    if (encoders.isLoaded(name)) {
      listener.onResponse(name);
      return;
    }
    aliases(
        listener
            .delegateResponse((next, failure) -> resolveAlone(name, failure, next))
            .map(all -> all.resolve(name)));
  }

  /** A model in a folder needs no cluster. */
  private void resolveAlone(String name, Exception failure, ActionListener<String> listener) {
    threadPool
        .generic()
        .execute(
            ActionRunnable.supply(
                preserving(listener),
                () -> {
                  if (folders.find(name).isPresent()) {
                    return name;
                  }
                  throw failure;
                }));
  }

  /** Asks for the aliases anew, when they are next needed. */
  public void forgetAliases() {
    aliases.forget();
  }

  /** What became of each model that was asked for, by id, and what it has done. */
  public NavigableMap<String, ModelStatus> stats() {
    NavigableMap<String, ModelStatus> stats = new TreeMap<>();
    for (ModelCache.Status<Encoder> model : encoders.status()) {
      stats.put(model.id(), ModelStatus.of(model));
    }
    return stats;
  }

  /** What all models of the node take together, and how often they were loaded and freed. */
  public MemoryStatus memory() {
    return encoders.totals();
  }

  /**
   * Encodes texts.
   *
   * @param name a model's id, or an alias
   * @param listener gets one result a text, in order, on a thread of the encode pool; or {@link
   *     ResourceNotFoundException} (404) if there is no such model, {@link
   *     IllegalArgumentException} (400) if it cannot be used, {@link EsRejectedExecutionException}
   *     (429) if its queue is full, or if it is not loaded and models that are busy leave no memory
   */
  public void encode(
      String name, Mode mode, List<String> texts, ActionListener<List<EncodedText>> listener) {
    encode(name, encoder -> encoder.encode(mode, texts), listener);
  }

  /**
   * Encodes texts likewise, with a dense vector wherever the side has one: also for queries whose
   * weights need no inference, which this then does.
   *
   * @param listener fails as that of {@link #encode} does
   */
  public void encodeAll(
      String name, Mode mode, List<String> texts, ActionListener<List<EncodedText>> listener) {
    encode(name, encoder -> encoder.encodeAll(mode, texts), listener);
  }

  /**
   * Makes a query's new vector of its own and those of documents that were found with it, by a
   * model's graph for feedback.
   *
   * @param documents the best first; at least one
   * @param listener fails as that of {@link #encode} does, also if the vectors are not as long as
   *     the graph takes them
   */
  public void feedback(
      String name, float[] query, List<float[]> documents, ActionListener<float[]> listener) {
    encode(name, encoder -> encoder.feedback(query, documents), listener);
  }

  private <T> void encode(String name, Encoding<T> encoding, ActionListener<T> listener) {
    resolve(
        name,
        listener.delegateFailureAndWrap(
            (next, id) -> {
              ActionListener<T> preserving = preserving(next);
              encode(encoders.get(id), id, encoding)
                  .whenComplete((encoded, failure) -> complete(id, encoded, failure, preserving));
            }));
  }

  /** What is asked of an encoder. */
  @FunctionalInterface
  interface Encoding<T> extends Function<Encoder, CompletableFuture<T>> {}

  /**
   * Encodes with an encoder that was found, or if it made room for another model since then, with
   * the model's next.
   */
  <T> CompletableFuture<T> encode(
      CompletableFuture<Encoder> found, String id, Encoding<T> encoding) {
    return found
        .thenCompose(encoding)
        .exceptionallyCompose(
            failure ->
                cause(failure) instanceof EncoderClosedException
                    ? encode(encoders.get(id), id, encoding)
                    : CompletableFuture.failedFuture(failure));
  }

  /**
   * The encoder of a model, loaded if it was not: for what it tells of the model. It may be
   * unloaded at any time, and then encodes no more; {@link #encode} loads it again.
   *
   * @param name a model's id, or an alias
   * @param listener fails as {@link #encode} does
   */
  public void encoder(String name, ActionListener<Encoder> listener) {
    resolve(
        name,
        listener.delegateFailureAndWrap(
            (next, id) -> {
              ActionListener<Encoder> preserving = preserving(next);
              encoders
                  .get(id)
                  .whenComplete((encoder, failure) -> complete(id, encoder, failure, preserving));
            }));
  }

  /**
   * Loads the model in a folder, encodes a probe, and frees it again. May take long.
   *
   * @throws IllegalArgumentException if it cannot be used
   */
  public void tryOut(String id, Path folder) throws Exception {
    try {
      encoders.tryOut(id, new FolderPlan(new ModelSource.Found(folder, UNKNOWN_DIGEST)));
    } catch (Exception e) {
      throw translate(id, e);
    } catch (LinkageError | AssertionError e) {
      throw new IllegalStateException("model [" + id + "] failed", e);
    }
  }

  /** Forgets a model: the next use loads it anew. Texts that are queued are still encoded. */
  public void forget(String id) {
    encoders.forget(id);
  }

  /** Forgets a model likewise, if it was loaded from files of this digest. */
  public void forget(String id, String digest) {
    encoders.forget(id, digest);
  }

  private <T> ActionListener<T> preserving(ActionListener<T> listener) {
    return ContextPreservingActionListener.wrapPreservingContext(
        listener, threadPool.getThreadContext());
  }

  private ResourceNotFoundException missing(String id) {
    return new ResourceNotFoundException(
        "there is no model [{}]; there are {}. {}",
        id,
        known(),
        ModelFolders.isId(id)
            ? "Upload it with [PUT _learned_sparse/models/"
                + id
                + "], or copy its folder to [config/learned-sparse/models/"
                + id
                + "] on every node"
            : ModelFolders.ID_RULE);
  }

  /** The ids of all models, for a message. */
  private String known() {
    NavigableSet<String> ids = new TreeSet<>(folders.list().keySet());
    try {
      ids.addAll(uploaded.ids());
      return ids.toString();
    } catch (ElasticsearchException e) {
      LOGGER.debug("the uploaded models cannot be listed", e);
      return ids + ", and uploaded ones that cannot be listed now";
    }
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
    Throwable cause = cause(failure);
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

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /**
   * Encodes no more: what waits is refused (429), what runs is waited for, for some seconds, and
   * the models are freed. A graph that runs longer keeps its model until the process ends.
   */
  @Override
  public void close() {
    try {
      encoders.stop().get(CLOSE_TIMEOUT.seconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      LOGGER.warn("a model still runs [{}] after the node began to close", CLOSE_TIMEOUT);
    } catch (ExecutionException e) {
      LOGGER.warn("a model could not be freed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
