package org.learnedsparse.model.registry;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.elasticsearch.ElasticsearchException;
import org.elasticsearch.core.TimeValue;
import org.elasticsearch.threadpool.Scheduler;
import org.elasticsearch.threadpool.ThreadPool;
import org.learnedsparse.model.ModelService;

/**
 * Forgets the models that were deleted or replaced without this node being told: it was away, or a
 * snapshot was restored. Looks once a minute, in one request, and only while the node has copies of
 * models.
 */
public final class CopyCheck implements Closeable {
  static final TimeValue INTERVAL = TimeValue.timeValueMinutes(1);

  private static final Logger LOGGER = LogManager.getLogger(CopyCheck.class);

  private final ModelService models;
  private final ModelRegistry registry;
  private final Scheduler.Cancellable schedule;

  /** Begins to look, until it is closed. */
  public CopyCheck(ModelService models, ModelRegistry registry, ThreadPool threadPool) {
    this.models = models;
    this.registry = registry;
    this.schedule = threadPool.scheduleWithFixedDelay(this::run, INTERVAL, threadPool.generic());
  }

  void run() {
    try {
      for (Map.Entry<String, Set<String>> model : registry.outdated().entrySet()) {
        for (String digest : model.getValue()) {
          LOGGER.info(
              "model [{}] was deleted or replaced: its copy with the digest [{}] is forgotten",
              model.getKey(),
              digest);
          models.forget(model.getKey(), digest);
          registry.drop(model.getKey(), digest);
        }
      }
    } catch (ElasticsearchException | IOException e) {
      // As when the registry's shard is being moved: what is copied is used until it can be read.
      LOGGER.debug("this node's copies of models cannot be compared with the registry", e);
    }
  }

  @Override
  public void close() {
    schedule.cancel();
  }
}
