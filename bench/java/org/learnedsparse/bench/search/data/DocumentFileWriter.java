package org.learnedsparse.bench.search.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.MMapDirectory;

/** Draws the documents of a collection, on several threads, and writes a {@link DocumentFile}. */
public final class DocumentFileWriter {
  private static final int BATCH = 2048;
  private static final String UNFINISHED = "documents.tmp";

  private final TopicModel model;
  private final long seed;
  private final int count;
  private final int threads;

  /**
   * @param count how many documents, at least 1
   * @param threads how many draw them; their number does not change the outcome
   */
  public DocumentFileWriter(TopicModel model, long seed, int count, int threads) {
    this.model = model;
    this.seed = seed;
    this.count = count;
    this.threads = threads;
  }

  /** Writes the files into a folder; a {@link DocumentFile} is there once both are complete. */
  public void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Directory directory = new MMapDirectory(folder)) {
      for (String left : List.of(DocumentFile.DOCUMENTS, UNFINISHED)) {
        Files.deleteIfExists(folder.resolve(left));
      }
      try (IndexOutput documents =
              directory.createOutput(DocumentFile.DOCUMENTS, IOContext.DEFAULT);
          IndexOutput positions = directory.createOutput(UNFINISHED, IOContext.DEFAULT)) {
        documents.writeInt(count);
        documents.writeInt(TopicModel.VOCABULARY);
        int[] frequencies = new int[TopicModel.VOCABULARY];
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
          Queue<Future<List<ImpactVector>>> batches = new ArrayDeque<>();
          for (int first = 0; first < count || batches.isEmpty() == false; ) {
            for (; first < count && batches.size() < 2 * threads; first += BATCH) {
              int from = first;
              batches.add(executor.submit(() -> draw(from)));
            }
            for (ImpactVector document : finished(batches.remove())) {
              positions.writeLong(documents.getFilePointer());
              write(document, documents, frequencies);
            }
          }
        } finally {
          executor.shutdownNow();
        }
        positions.writeLong(documents.getFilePointer());
        for (int frequency : frequencies) {
          positions.writeInt(frequency);
        }
      }
      directory.rename(UNFINISHED, DocumentFile.POSITIONS);
    }
  }

  private List<ImpactVector> draw(int first) {
    DocumentSampler sampler = new DocumentSampler(model, seed);
    List<ImpactVector> batch = new ArrayList<>();
    for (int id = first; id < Math.min(count, first + BATCH); id++) {
      batch.add(sampler.vector(id));
    }
    return batch;
  }

  private static List<ImpactVector> finished(Future<List<ImpactVector>> batch) throws IOException {
    try {
      return batch.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while documents were drawn", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("documents could not be drawn", e.getCause());
    }
  }

  private static void write(ImpactVector document, IndexOutput output, int[] frequencies)
      throws IOException {
    output.writeShort((short) document.size());
    for (int i = 0; i < document.size(); i++) {
      output.writeShort((short) document.term(i));
      output.writeByte((byte) document.impact(i));
      frequencies[document.term(i)]++;
    }
  }
}
