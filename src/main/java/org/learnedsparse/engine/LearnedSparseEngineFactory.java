package org.learnedsparse.engine;

import java.io.IOException;
import java.util.Optional;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.Directory;
import org.elasticsearch.common.logging.Loggers;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.engine.Engine;
import org.elasticsearch.index.engine.EngineConfig;
import org.elasticsearch.index.engine.EngineFactory;
import org.elasticsearch.index.engine.InternalEngine;

/**
 * Makes Elasticsearch's own engine, with an index writer that writes {@code learned_sparse} fields
 * as impacts, and whose merges may put their documents into a better order.
 */
public final class LearnedSparseEngineFactory implements EngineFactory {
  /**
   * Settings of the indices that another plugin's engine serves. They belong to Elasticsearch's
   * commercial modules, which this plugin does not compile against.
   */
  private static final String SOURCE_ONLY = "index.source_only";

  private static final String FROZEN = "index.frozen";
  private static final String CCR_FOLLOWER = "index.xpack.ccr.following_index";

  private final ReorderStatistics statistics;

  private LearnedSparseEngineFactory(ReorderStatistics statistics) {
    this.statistics = statistics;
  }

  /**
   * The factory for an index.
   *
   * @param statistics of the node; the engines' merges add to it
   * @return empty for an index that another plugin's engine serves: a node refuses an index for
   *     which two factories answer. All but one kind of these are read-only, and read impacts
   *     wherever a segment has them. The other kind, a follower in cross-cluster replication, is
   *     written by its own engine, so its segments have Elasticsearch's postings.
   */
  public static Optional<EngineFactory> forIndex(
      IndexSettings index, ReorderStatistics statistics) {
    return hasEngineOfItsOwn(index)
        ? Optional.empty()
        : Optional.of(new LearnedSparseEngineFactory(statistics));
  }

  private static boolean hasEngineOfItsOwn(IndexSettings index) {
    Settings settings = index.getSettings();
    // Searchable snapshots, mounted whole or in part: a read-only engine over the repository.
    return index.getIndexMetadata().isSearchableSnapshot()
        // Restored from a source-only snapshot: it has no postings at all.
        || settings.getAsBoolean(SOURCE_ONLY, false)
        // Frozen in place by an earlier version: a read-only engine that opens files per search.
        || settings.getAsBoolean(FROZEN, false)
        // An engine that takes operations with the leader's sequence numbers.
        || settings.getAsBoolean(CCR_FOLLOWER, false)
        // Archives of versions that this one cannot write to.
        || index.getIndexVersionCreated().isLegacyIndexVersion();
  }

  @Override
  public Engine newReadWriteEngine(EngineConfig config) {
    LearnedSparseFields fields = new LearnedSparseFields(config.getMapperService());
    DocumentReorderer reorderer = reorderer(config, fields);
    return new InternalEngine(config) {
      // Called from the constructor above, before this class has fields: only what is captured
      // from the enclosing method is set by then.
      @Override
      protected IndexWriter createWriter(Directory directory, IndexWriterConfig writer)
          throws IOException {
        writer.setCodec(ImpactCodec.wrap(writer.getCodec(), fields::contains));
        // An index sort fixes the order.
        if (config.getIndexSort() == null) {
          writer.setMergePolicy(new ReorderingMergePolicy(writer.getMergePolicy(), reorderer));
        }
        return super.createWriter(directory, writer);
      }
    };
  }

  private DocumentReorderer reorderer(EngineConfig config, LearnedSparseFields fields) {
    return new DocumentReorderer(
        new ReorderSettings(config.getIndexSettings()),
        fields,
        statistics,
        new NodeLimits(
            config.getTranslogConfig().getTranslogPath(), config.getCircuitBreakerService()),
        System::nanoTime,
        Loggers.getLogger(DocumentReorderer.class, config.getShardId()));
  }
}
