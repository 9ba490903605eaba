package org.learnedsparse.query;

import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.elasticsearch.ExceptionsHelper;
import org.elasticsearch.ResourceNotFoundException;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.cluster.ClusterChangedEvent;
import org.elasticsearch.cluster.ClusterStateListener;
import org.elasticsearch.cluster.metadata.MappingMetadata;
import org.elasticsearch.common.settings.Setting;
import org.elasticsearch.common.util.concurrent.AbstractRunnable;
import org.elasticsearch.common.util.concurrent.EsRejectedExecutionException;
import org.elasticsearch.core.TimeValue;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.threadpool.ThreadPool;
import org.learnedsparse.mapper.FieldModels;
import org.learnedsparse.model.ModelService;

/**
 * Loads the models that mappings name before a query needs them: when the node has joined a
 * cluster, and whenever a mapping comes that it has not seen. Every node does, as every node may
 * coordinate a search.
 *
 * <p>Each model is tried once, and nothing depends on that: one that is not on the node, or is
 * broken, is loaded when it is used, and fails there. Only where the cluster cannot tell yet
 * whether it has the model, as when all nodes start and the shard with the uploaded ones is not
 * there, it is tried again: after a second, then after twice as long each time, for some ten
 * minutes.
 */
public final class PreloadModels implements ClusterStateListener {
  /** Whether a node does it. */
  public static final Setting<Boolean> ENABLED =
      Setting.boolSetting("learned_sparse.preload", true, Setting.Property.NodeScope);

  private static final TimeValue FIRST_DELAY = TimeValue.timeValueSeconds(1);
  private static final TimeValue LONGEST_DELAY = TimeValue.timeValueMinutes(1);

  /** 1, 2, 4, 8, 16 and 32 seconds, then each minute. */
  private static final int MOST_RETRIES = 15;

  private static final Logger LOGGER = LogManager.getLogger(PreloadModels.class);

  private final ModelService models;
  private final ThreadPool threadPool;
  private final Set<String> tried = ConcurrentHashMap.newKeySet();

  public PreloadModels(ModelService models, ThreadPool threadPool) {
    this.models = models;
    this.threadPool = threadPool;
  }

  /** Looks only for mappings that are new; they are parsed, and models loaded, in other threads. */
  @Override
  public void clusterChanged(ClusterChangedEvent event) {
    if (event.metadataChanged() == false) {
      return;
    }
    // Indices with equal mappings share one entry.
    Map<String, MappingMetadata> before = event.previousState().metadata().getMappingsByHash();
    Map<String, MappingMetadata> now = event.state().metadata().getMappingsByHash();
    if (before == now) {
      return;
    }
    List<MappingMetadata> added =
        now.entrySet().stream()
            .filter(entry -> before.containsKey(entry.getKey()) == false)
            .map(Map.Entry::getValue)
            .toList();
    if (added.isEmpty() == false) {
      threadPool.generic().execute(new Load(added));
    }
  }

  private final class Load extends AbstractRunnable {
    private final List<MappingMetadata> mappings;

    Load(List<MappingMetadata> mappings) {
      this.mappings = mappings;
    }

    @Override
    protected void doRun() {
      NavigableSet<String> named = new TreeSet<>();
      for (MappingMetadata mapping : mappings) {
        FieldModels.all(mapping).forEach(field -> named.add(field.queryModel()));
      }
      named.stream().filter(tried::add).forEach(id -> load(id, FIRST_DELAY, MOST_RETRIES));
    }

    @Override
    public void onFailure(Exception e) {
      LOGGER.warn("the models that mappings name are not preloaded; they load when first used", e);
    }

    /** The node ends. */
    @Override
    public void onRejection(Exception e) {
      LOGGER.debug("models are not preloaded", e);
    }
  }

  private void load(String id, TimeValue delay, int retries) {
    models.encoder(
        id,
        ActionListener.wrap(
            encoder -> LOGGER.debug("model [{}] is loaded", id),
            failure -> {
              if (retries > 0 && isUnknownYet(failure)) {
                LOGGER.debug(() -> "model [" + id + "] is tried again in [" + delay + "]", failure);
                retry(id, delay, retries - 1);
              } else {
                report(id, failure);
              }
            }));
  }

  private void retry(String id, TimeValue delay, int retries) {
    long next = Math.min(2 * delay.millis(), LONGEST_DELAY.millis());
    try {
      threadPool.schedule(
          () -> load(id, TimeValue.timeValueMillis(next), retries), delay, threadPool.generic());
    } catch (EsRejectedExecutionException e) {
      LOGGER.debug("the node ends: models are not preloaded", e);
    }
  }

  private static boolean isUnknownYet(Exception failure) {
    return ExceptionsHelper.status(failure) == RestStatus.SERVICE_UNAVAILABLE;
  }

  private static void report(String id, Exception failure) {
    if (failure instanceof ResourceNotFoundException) {
      // Not a matter for a node that no search for such fields goes through.
      LOGGER.debug("model [{}] is not preloaded: {}", id, failure.getMessage());
    } else {
      LOGGER.warn("model [" + id + "], which a mapping names, does not load", failure);
    }
  }
}
