package org.learnedsparse.model.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.elasticsearch.Version;
import org.elasticsearch.cluster.metadata.IndexMetadata;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.indices.SystemIndexDescriptor;
import org.elasticsearch.ingest.IngestService;
import org.elasticsearch.xcontent.XContentBuilder;
import org.elasticsearch.xcontent.XContentFactory;

/**
 * The system index that holds the models: one shard, with a replica as soon as there is a node for
 * it.
 */
public final class RegistryIndex {
  static final String NAME = ".learned-sparse-models";

  /**
   * On whose behalf requests reach it. Models are a part of ingestion; whether a user may manage
   * them is decided by the actions' own names before any of this.
   */
  static final String ORIGIN = IngestService.INGEST_ORIGIN;

  private static final int MAPPINGS_VERSION = 2;

  private RegistryIndex() {}

  /** Describes it to Elasticsearch, which makes it when it is first written to. */
  public static SystemIndexDescriptor descriptor() {
    return SystemIndexDescriptor.builder()
        .setIndexPattern(NAME + "*")
        .setPrimaryIndex(NAME)
        .setDescription("Models of the learned-sparse plugin")
        .setType(SystemIndexDescriptor.Type.INTERNAL_MANAGED)
        .setSettings(
            Settings.builder()
                .put(IndexMetadata.SETTING_NUMBER_OF_SHARDS, 1)
                .put(IndexMetadata.SETTING_AUTO_EXPAND_REPLICAS, "0-1")
                .put(IndexMetadata.SETTING_PRIORITY, Integer.MAX_VALUE)
                .build())
        .setMappings(mappings())
        .setVersionMetaKey("version")
        .setOrigin(ORIGIN)
        .build();
  }

  private static XContentBuilder mappings() {
    try (XContentBuilder builder = XContentFactory.jsonBuilder()) {
      builder.startObject().startObject("_doc");
      builder.startObject("_meta");
      builder.field("version", Version.CURRENT.toString());
      builder.field(SystemIndexDescriptor.VERSION_META_KEY, MAPPINGS_VERSION);
      builder.endObject();
      builder.field("dynamic", "strict");
      builder.startObject("properties");
      for (String keyword : new String[] {"kind", "model", "upload", "digest", "file", "sha256"}) {
        builder.startObject(keyword).field("type", "keyword").endObject();
      }
      for (String number : new String[] {"part", "parts", "bytes"}) {
        builder.startObject(number).field("type", "long").endObject();
      }
      builder.startObject("settings").field("type", "keyword");
      builder.field("index", false).field("doc_values", false).endObject();
      for (String object : new String[] {"files", "aliases"}) {
        builder.startObject(object).field("type", "object").field("enabled", false).endObject();
      }
      builder.startObject("data").field("type", "binary").endObject();
      return builder.endObject().endObject().endObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
