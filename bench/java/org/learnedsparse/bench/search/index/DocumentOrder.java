package org.learnedsparse.bench.search.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.MMapDirectory;

/** The order in which a collection's documents are indexed, which is that of their ids there. */
public final class DocumentOrder {
  private static final String FILE = "order.bin";
  private static final String UNFINISHED = "order.tmp";

  private final int[] documents;
  private final double seconds;

  /**
   * @param documents the number of the document at each place
   * @param seconds how long it took to find the order
   */
  DocumentOrder(int[] documents, double seconds) {
    this.documents = documents.clone();
    this.seconds = seconds;
  }

  /** The order in which the documents were drawn, which is random. */
  public static DocumentOrder asDrawn(int count) {
    return new DocumentOrder(IntStream.range(0, count).toArray(), 0);
  }

  /** The number of the document that is indexed at a place. */
  public int document(int place) {
    return documents[place];
  }

  /** The number of documents. */
  public int size() {
    return documents.length;
  }

  /** How long it took to find the order. */
  public double seconds() {
    return seconds;
  }

  /** Whether a folder holds a saved order. */
  public static boolean isIn(Path folder) {
    return Files.exists(folder.resolve(FILE));
  }

  /** Writes the order into a folder. */
  public void save(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(UNFINISHED));
    try (Directory directory = new MMapDirectory(folder)) {
      try (IndexOutput output = directory.createOutput(UNFINISHED, IOContext.DEFAULT)) {
        output.writeLong(Double.doubleToLongBits(seconds));
        output.writeInt(documents.length);
        for (int document : documents) {
          output.writeInt(document);
        }
      }
      directory.rename(UNFINISHED, FILE);
    }
  }

  /** Reads the order that was saved into a folder. */
  public static DocumentOrder load(Path folder) throws IOException {
    try (Directory directory = new MMapDirectory(folder);
        IndexInput input = directory.openInput(FILE, IOContext.DEFAULT)) {
      double seconds = Double.longBitsToDouble(input.readLong());
      int[] documents = new int[input.readInt()];
      input.readInts(documents, 0, documents.length);
      return new DocumentOrder(documents, seconds);
    }
  }
}
