package org.learnedsparse.query;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.elasticsearch.ElasticsearchStatusException;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.NoShardAvailableActionException;
import org.elasticsearch.cluster.ClusterChangedEvent;
import org.elasticsearch.cluster.ClusterName;
import org.elasticsearch.cluster.ClusterState;
import org.elasticsearch.cluster.metadata.IndexMetadata;
import org.elasticsearch.cluster.metadata.MappingMetadata;
import org.elasticsearch.cluster.metadata.Metadata;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.IndexVersion;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.test.ESTestCase;
import org.learnedsparse.model.ModelAliases;
import org.learnedsparse.model.ModelSource;
import org.learnedsparse.model.TinyModels;

/** Models that are uploaded, and a registry that is not there yet when a node starts. */
public class PreloadModelsTests extends ESTestCase {
  /** Fails as often as told, then has a model. */
  private static final class Late implements ModelSource {
    private final Path folder;
    private final Exception failure;
    private final AtomicInteger asked = new AtomicInteger();
    private final int failures;

    Late(Path folder, int failures, Exception failure) {
      this.folder = folder;
      this.failures = failures;
      this.failure = failure;
    }

    @Override
    public NavigableSet<String> ids() {
      return Collections.emptyNavigableSet();
    }

    @Override
    public Optional<Found> find(String id) {
      if (asked.incrementAndGet() <= failures) {
        throw (RuntimeException) failure;
      }
      return Optional.of(new Found(folder, "digest"));
    }

    @Override
    public void aliases(ActionListener<ModelAliases> listener) {
      listener.onResponse(new ModelAliases(new TreeMap<>(), Map.of()));
    }
  }

  /** A mapping that names a model has come. */
  private static ClusterChangedEvent mapped(String model) {
    Map<String, Object> field = Map.of("type", "learned_sparse", "model", model);
    IndexMetadata index =
        IndexMetadata.builder("docs")
            .settings(indexSettings(IndexVersion.current(), 1, 0))
            .putMapping(new MappingMetadata("_doc", Map.of("properties", Map.of("v", field))))
            .build();
    ClusterState empty = ClusterState.builder(ClusterName.DEFAULT).build();
    Metadata metadata = Metadata.builder().put(index, false).build();
    return new ClusterChangedEvent(
        "test", ClusterState.builder(empty).metadata(metadata).build(), empty);
  }

  private static Late preload(Path home, int failures, Exception failure, boolean loads)
      throws Exception {
    Path folder = TinyModels.write(createTempDir(), "late", 1);
    Late late = new Late(folder, failures, failure);
    try (TinyModels models = new TinyModels(home, Settings.EMPTY, late)) {
      new PreloadModels(models.service(), models.threadPool()).clusterChanged(mapped("late"));
      if (loads) {
        assertBusy(() -> assertTrue(models.service().isLoaded("late")), 30, TimeUnit.SECONDS);
      } else {
        assertBusy(() -> assertEquals(1, late.asked.get()));
        // Longer than the first delay.
        TimeUnit.MILLISECONDS.sleep(1500);
        assertFalse(models.service().isLoaded("late"));
      }
    }
    return late;
  }

  public void testItTriesAgainUntilTheRegistryCanBeRead() throws Exception {
    Exception noShard = new NoShardAvailableActionException(null, "no shard yet");
    assertEquals(3, preload(createTempDir(), 2, noShard, true).asked.get());
  }

  public void testItTriesOnceWhatFailsForAnotherReason() throws Exception {
    Exception full = new ElasticsearchStatusException("full", RestStatus.INSUFFICIENT_STORAGE);
    assertEquals(1, preload(createTempDir(), 1, full, false).asked.get());
  }
}
