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
import org.learnedsparse.encode.graph.OutputBuffers;

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
   * Memory outside the heap for the graphs' output, on a node in all. A batch takes a thread's
   * share of it at the most, or one window's output if that is larger. Elasticsearch lets its JVM
   * have half the heap's size outside the heap.
   */
  public static final Setting<ByteSizeValue> OUTPUT_MEMORY =
      Setting.memorySizeSetting(
          "learned_sparse.encode.output_memory", "12.5%", Setting.Property.NodeScope);

  /** Texts that may wait for one model at once; the next ones are refused with a 429. */
  public static final Setting<Integer> QUEUE_SIZE =
      Setting.intSetting(
          "learned_sparse.encode.queue_size", 10_000, 1, 1_000_000, Setting.Property.NodeScope);

  private EncodeSettings() {}

  /** All of them, and that of the models' memory. */
  public static List<Setting<?>> all() {
    return List.of(BATCH_SIZE, OUTPUT_MEMORY, QUEUE_SIZE, ModelMemory.LIMIT);
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
        threadPool.info(POOL).getMax(), BATCH_SIZE.get(settings), QUEUE_SIZE.get(settings));
  }

  static OutputBuffers buffers(Settings settings, EncodeLimits limits) {
    return new OutputBuffers(OUTPUT_MEMORY.get(settings).getBytes(), limits.threads());
  }
}
