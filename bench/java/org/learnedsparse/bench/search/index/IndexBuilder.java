package org.learnedsparse.bench.search.index;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.PostingsFormat;
import org.apache.lucene.codecs.lucene912.Lucene912Codec;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.IOUtils;
import org.learnedsparse.bench.search.data.DocumentFile;
import org.learnedsparse.bench.search.engine.Engine;

/**
 * Builds engines' indices of one collection in one order, each on one thread. The id of a document
 * in an index is its place in the order.
 */
public final class IndexBuilder {
  /** Merged in one step, however many there are. */
  private static final int MOST_FLUSHED = 1000;

  private static final int FLUSH_AT_MEGABYTES = 256;

  /** Nearly as much as Lucene allows: only the number of documents shall make it flush. */
  private static final int LARGE_BUFFER_MEGABYTES = 1900;

  private final DocumentFile documents;
  private final DocumentOrder order;
  private final IndexPlan plan;
  private final Path root;

  /**
   * @param root where each index gets a folder of its own; complete ones that are there are used
   */
  public IndexBuilder(DocumentFile documents, DocumentOrder order, IndexPlan plan, Path root) {
    this.documents = documents;
    this.order = order;
    this.plan = plan;
    this.root = root;
  }

  /** An engine's index, built unless it is there already. */
  public BuiltIndex index(Engine engine) throws IOException {
    Path folder =
        root.resolve(engine.name())
            .resolve(engine.postingsFormat().getName() + "-" + plan.folderName());
    if (BuiltIndex.isIn(folder)) {
      return BuiltIndex.load(engine, plan, folder);
    }
    IOUtils.rm(folder);
    double seconds;
    double peakHeap;
    try (Directory directory = new MMapDirectory(folder)) {
      try (HeapWatch heap = new HeapWatch()) {
        long start = System.nanoTime();
        build(engine, directory);
        seconds = (System.nanoTime() - start) / 1e9 - heap.collectingSeconds();
        peakHeap = heap.peakMegabytes();
      }
      if (plan.deleted().isNone() == false) {
        delete(engine, directory);
      }
    }
    try (EngineIndex index = new EngineIndex(engine, plan, folder)) {
      BuiltIndex built =
          new BuiltIndex(engine, plan, folder, seconds, peakHeap, index.segments(), index.bytes());
      built.save();
      return built;
    }
  }

  private void build(Engine engine, Directory directory) throws IOException {
    boolean merge = plan.segments() == 1;
    int perSegment = (order.size() + plan.segments() - 1) / plan.segments();
    IndexWriterConfig config = config(engine, merge ? logMerges() : NoMergePolicy.INSTANCE);
    if (merge) {
      config.setRAMBufferSizeMB(FLUSH_AT_MEGABYTES);
    } else {
      config.setRAMPerThreadHardLimitMB(LARGE_BUFFER_MEGABYTES);
      config.setRAMBufferSizeMB(LARGE_BUFFER_MEGABYTES);
    }
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int place = 0; place < order.size(); place++) {
        int id = order.document(place);
        List<IndexableField> fields = engine.fields(documents.read(id));
        if (plan.tagged().has(id)) {
          fields.add(
              new StringField(EngineIndex.TAG.field(), EngineIndex.TAG.text(), Field.Store.NO));
        }
        writer.addDocument(fields);
        if (merge == false && (place + 1) % perSegment == 0) {
          writer.flush();
        }
      }
      if (merge) {
        writer.forceMerge(1);
      }
    }
  }

  /** Keeps the ids in the order of insertion, which the tiered policy would not. */
  private static MergePolicy logMerges() {
    LogDocMergePolicy policy = new LogDocMergePolicy();
    policy.setMergeFactor(MOST_FLUSHED);
    policy.setNoCFSRatio(0);
    return policy;
  }

  private static IndexWriterConfig config(Engine engine, MergePolicy merges) {
    IndexWriterConfig config = new IndexWriterConfig(new KeywordAnalyzer());
    config.setMergePolicy(merges);
    config.setMergeScheduler(new SerialMergeScheduler());
    config.setUseCompoundFile(false);
    config.setCodec(codec(engine));
    return config;
  }

  private static Codec codec(Engine engine) {
    return new Lucene912Codec() {
      @Override
      public PostingsFormat getPostingsFormatForField(String field) {
        return field.equals(Engine.FIELD)
            ? engine.postingsFormat()
            : super.getPostingsFormatForField(field);
      }
    };
  }

  private void delete(Engine engine, Directory directory) throws IOException {
    IndexWriterConfig config = config(engine, NoMergePolicy.INSTANCE);
    try (IndexWriter writer = new IndexWriter(directory, config);
        DirectoryReader reader = DirectoryReader.open(writer)) {
      for (LeafReaderContext leaf : reader.leaves()) {
        for (int doc = 0; doc < leaf.reader().maxDoc(); doc++) {
          if (plan.deleted().has(order.document(leaf.docBase + doc))
              && writer.tryDeleteDocument(leaf.reader(), doc) < 0) {
            throw new IllegalStateException("a merge took place among deletes");
          }
        }
      }
    }
  }
}
