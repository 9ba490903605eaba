package org.learnedsparse.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.lucene.codecs.perfield.PerFieldPostingsFormat;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentReader;
import org.elasticsearch.common.lucene.Lucene;
import org.elasticsearch.index.IndexService;
import org.elasticsearch.index.engine.Engine;
import org.elasticsearch.index.shard.IndexShard;
import org.elasticsearch.indices.IndicesService;
import org.elasticsearch.test.InternalTestCluster;

/** The Lucene segments of an index, on all nodes, as searches see them. */
final class ShardSegments {
  private ShardSegments() {}

  /**
   * One segment.
   *
   * @param postings the postings format of each indexed field
   */
  record Segment(
      int documents, String codec, Map<String, String> postings, Map<String, String> diagnostics) {}

  /** The segments of each copy of each shard, one after another. */
  static List<Segment> of(InternalTestCluster cluster, String index) {
    List<Segment> segments = new ArrayList<>();
    for (IndicesService indices : cluster.getDataNodeInstances(IndicesService.class)) {
      for (IndexService service : indices) {
        if (service.index().getName().equals(index) == false) {
          continue;
        }
        for (IndexShard shard : service) {
          addTo(segments, shard);
        }
      }
    }
    return segments;
  }

  private static void addTo(List<Segment> segments, IndexShard shard) {
    try (Engine.Searcher searcher = shard.acquireSearcher("test")) {
      for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
        SegmentReader reader = Lucene.segmentReader(leaf.reader());
        Map<String, String> postings = new TreeMap<>();
        for (FieldInfo field : reader.getFieldInfos()) {
          if (field.getIndexOptions() != IndexOptions.NONE) {
            postings.put(
                field.name, field.getAttribute(PerFieldPostingsFormat.PER_FIELD_FORMAT_KEY));
          }
        }
        var info = reader.getSegmentInfo().info;
        segments.add(
            new Segment(info.maxDoc(), info.getCodec().getName(), postings, info.getDiagnostics()));
      }
    }
  }

  /** The postings formats that a field has anywhere. */
  static Set<String> formats(List<Segment> segments, String field) {
    Set<String> formats = new TreeSet<>();
    for (Segment segment : segments) {
      String format = segment.postings().get(field);
      if (format != null) {
        formats.add(format);
      }
    }
    return formats;
  }
}
