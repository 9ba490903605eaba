package org.learnedsparse.model;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.support.PlainActionFuture;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.core.TimeValue;
import org.elasticsearch.env.Environment;
import org.elasticsearch.env.TestEnvironment;
import org.elasticsearch.threadpool.TestThreadPool;
import org.elasticsearch.threadpool.ThreadPool;
import org.learnedsparse.TestPlugin;
import org.learnedsparse.encode.EncodedText;
import org.learnedsparse.encode.Mode;
import org.learnedsparse.tools.onnx.TinyModel;
import org.learnedsparse.vector.SparseVector;

/** A model service as a node has it, over real models in a node's config folder. */
public final class TinyModels implements Closeable {
  private final Environment environment;
  private final ThreadPool threadPool;
  private final ModelService service;

  /**
   * @param home the node's home, an empty folder
   * @param settings the node's
   */
  public TinyModels(Path home, Settings settings) {
    this(home, settings, new NoModels());
  }

  /**
   * @param home the node's home, an empty folder
   * @param settings the node's
   * @param uploaded the cluster's models
   */
  public TinyModels(Path home, Settings settings, ModelSource uploaded) {
    Settings all =
        Settings.builder().put(Environment.PATH_HOME_SETTING.getKey(), home).put(settings).build();
    environment = TestEnvironment.newEnvironment(all);
    threadPool = new TestThreadPool("tiny-models", all, EncodeSettings.pool(all));
    service =
        new ModelService(all, environment, threadPool, TestPlugin.install(environment), uploaded);
  }

  /** A cluster without uploaded models. */
  private static final class NoModels implements ModelSource {
    @Override
    public NavigableSet<String> ids() {
      return Collections.emptyNavigableSet();
    }

    @Override
    public Optional<Found> find(String id) {
      return Optional.empty();
    }

    @Override
    public void aliases(ActionListener<ModelAliases> listener) {
      listener.onResponse(new ModelAliases(Collections.emptyNavigableMap(), Map.of()));
    }
  }

  /** Writes a model whose weights {@code seed} decides; returns its folder. */
  public static Path write(Path config, String id, long seed) throws IOException {
    Path folder = config.resolve("learned-sparse").resolve("models").resolve(id);
    Files.createDirectories(folder);
    new TinyModel(seed).writeSplade(folder);
    return folder;
  }

  /** Writes a model into the node's config folder. */
  public Path write(String id, long seed) throws IOException {
    return write(environment.configDir(), id, seed);
  }

  public ModelService service() {
    return service;
  }

  public ThreadPool threadPool() {
    return threadPool;
  }

  /** What a model makes of one text. */
  public SparseVector encode(String id, Mode mode, String text) {
    PlainActionFuture<List<EncodedText>> encoded = new PlainActionFuture<>();
    service.encode(id, mode, List.of(text), encoded);
    return encoded.actionGet(TimeValue.timeValueSeconds(30)).get(0).vector();
  }

  @Override
  public void close() {
    service.close();
    ThreadPool.terminate(threadPool, 30, TimeUnit.SECONDS);
  }
}
