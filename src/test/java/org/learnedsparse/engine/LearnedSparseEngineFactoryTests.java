package org.learnedsparse.engine;

import org.elasticsearch.cluster.metadata.IndexMetadata;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.IndexVersion;
import org.elasticsearch.test.ESTestCase;
import org.elasticsearch.test.IndexSettingsModule;

/** Which indices get the engine. */
public class LearnedSparseEngineFactoryTests extends ESTestCase {

  private static boolean answersFor(String key, Object value) {
    Settings.Builder settings = Settings.builder();
    settings.put(key, value.toString());
    IndexSettings index = IndexSettingsModule.newIndexSettings("docs", settings.build());
    return LearnedSparseEngineFactory.forIndex(index, new ReorderStatistics()).isPresent();
  }

  public void testOrdinaryIndices() {
    assertTrue(answersFor("index.number_of_replicas", 1));
    assertTrue(answersFor("index.codec", "best_compression"));
    assertTrue(answersFor("index.store.type", "niofs"));
    for (String key : new String[] {"source_only", "frozen", "xpack.ccr.following_index"}) {
      assertTrue(key, answersFor("index." + key, false));
    }
  }

  public void testIndicesWithAnEngineOfTheirOwn() {
    assertFalse("searchable snapshot", answersFor("index.store.type", "snapshot"));
    assertFalse(answersFor("index.source_only", true));
    assertFalse(answersFor("index.frozen", true));
    assertFalse(answersFor("index.xpack.ccr.following_index", true));
    assertFalse(
        "archive", answersFor(IndexMetadata.SETTING_VERSION_CREATED, IndexVersion.fromId(6080099)));
  }
}
