package org.learnedsparse.model;

import java.util.List;
import org.elasticsearch.common.settings.Setting;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.common.unit.ByteSizeValue;
import org.elasticsearch.common.util.concurrent.EsExecutors;
import org.elasticsearch.threadpool.ExecutorBuilder;
import org.elasticsearch.threadpool.FixedExecutorBuilder;
import org.elasticsearch.threadpool.ThreadPool;
import org.learnedsparse.encode.EncodeLimits;

/** The node settings that bound encoding. */
public final class EncodeSettings {
  /**
   * The pool that tokenises and runs the graphs; {@code thread_pool.learned_sparse_encode.size}.
   */
  public static final String POOL = "learned_sparse_encode";

  /** Windows in a batch at the most. */
  public static final Setting<Integer> BATCH_SIZE =
      Setting.intSetting(
          "learned_sparse.encode.batch_size", 16, 1, 1024, Setting.Property.NodeScope);

  /**
   * Bytes of graph output in a batch at the most, outside the heap; every encode thread keeps a
   * buffer of this size or of one window's, whichever is larger.
   */
  public static final Setting<ByteSizeValue> BATCH_MEMORY =
      Setting.byteSizeSetting(
          "learned_sparse.encode.batch_memory",
          ByteSizeValue.ofMb(32),
          ByteSizeValue.ofMb(1),
          ByteSizeValue.ofGb(1),
          Setting.Property.NodeScope);

  /** Texts that may wait for one model at once; the next ones are refused with a 429. */
  public static final Setting<Integer> QUEUE_SIZE =
      Setting.intSetting(
          "learned_sparse.encode.queue_size", 10_000, 1, 1_000_000, Setting.Property.NodeScope);

  private EncodeSettings() {}

  /** All of them. */
  public static List<Setting<?>> all() {
    return List.of(BATCH_SIZE, BATCH_MEMORY, QUEUE_SIZE);
  }

  /**
   * The encode pool: a thread a core. Its own queue is unbounded, but holds at most that many short
   * steps for each model; the texts wait in the model's queue.
   */
  public static ExecutorBuilder<?> pool(Settings settings) {
    return new FixedExecutorBuilder(
        settings,
        POOL,
        EsExecutors.allocatedProcessors(settings),
        -1,
        "thread_pool." + POOL,
        EsExecutors.TaskTrackingConfig.DO_NOT_TRACK);
  }

  static EncodeLimits limits(Settings settings, ThreadPool threadPool) {
    return new EncodeLimits(
        threadPool.info(POOL).getMax(),
        BATCH_SIZE.get(settings),
        BATCH_MEMORY.get(settings).getBytes(),
        QUEUE_SIZE.get(settings));
  }
}
