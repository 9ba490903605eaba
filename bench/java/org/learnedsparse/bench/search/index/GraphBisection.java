package org.learnedsparse.bench.search.index;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.Sorter;
import org.apache.lucene.misc.index.BPIndexReorderer;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.IOUtils;
import org.learnedsparse.bench.search.data.DocumentFile;
import org.learnedsparse.bench.search.data.ImpactVector;

/**
 * Brings documents that share terms close together, by recursive graph bisection as Lucene does it.
 * The order depends on which documents have which terms, not on impacts, so a bare index will do.
 */
public final class GraphBisection {
  private static final String FIELD = "terms";
  private static final double MEGABYTE = 1 << 20;
  private static final int FLUSH_AT_MEGABYTES = 256;

  /** Rarer terms are left out: they cost time and say little. */
  private static final int LARGEST_LEAST_FREQUENCY = BPIndexReorderer.DEFAULT_MIN_DOC_FREQ;

  private static final int SMALLEST_LEAST_FREQUENCY = 16;
  private static final int DOCUMENTS_PER_FREQUENCY = 256;

  private final DocumentFile documents;
  private final int threads;

  public GraphBisection(DocumentFile documents, int threads) {
    this.documents = documents;
    this.threads = threads;
  }

  /**
   * Finds the order.
   *
   * @param folder for temporary files, deleted in the end
   */
  public DocumentOrder order(Path folder) throws IOException {
    try (Directory directory = new MMapDirectory(folder)) {
      index(directory);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        return bisect((CodecReader) reader.leaves().get(0).reader(), directory);
      }
    } finally {
      IOUtils.rm(folder);
    }
  }

  private void index(Directory directory) throws IOException {
    IndexWriterConfig config = new IndexWriterConfig();
    config.setMergePolicy(new LogDocMergePolicy());
    config.setRAMBufferSizeMB(FLUSH_AT_MEGABYTES);
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int id = 0; id < documents.count(); id++) {
        ImpactVector document = documents.read(id);
        List<IndexableField> fields = new ArrayList<>(document.size());
        for (int i = 0; i < document.size(); i++) {
          String term = String.valueOf(document.term(i));
          fields.add(new StringField(FIELD, term, Field.Store.NO));
        }
        writer.addDocument(fields);
      }
      writer.forceMerge(1);
    }
  }

  private DocumentOrder bisect(CodecReader reader, Directory directory) throws IOException {
    BPIndexReorderer reorderer = new BPIndexReorderer();
    reorderer.setFields(Set.of(FIELD));
    reorderer.setRAMBudgetMB(Runtime.getRuntime().maxMemory() / MEGABYTE / 4);
    reorderer.setMinDocFreq(
        Math.max(
            SMALLEST_LEAST_FREQUENCY,
            Math.min(LARGEST_LEAST_FREQUENCY, reader.maxDoc() / DOCUMENTS_PER_FREQUENCY)));
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      long start = System.nanoTime();
      Sorter.DocMap map = reorderer.computeDocMap(reader, directory, executor);
      double seconds = (System.nanoTime() - start) / 1e9;
      int[] order = IntStream.range(0, map.size()).map(map::newToOld).toArray();
      return new DocumentOrder(order, seconds);
    } finally {
      executor.shutdownNow();
    }
  }
}
