package org.learnedsparse.bench.search.data;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.IOUtils;

/**
 * The documents of a collection on disk, for reading in any order: nothing of them stays on the
 * heap. Two files, little endian:
 *
 * <ul>
 *   <li>{@code documents.bin}: int32 number of documents, int32 size of the vocabulary; for each
 *       document uint16 number of terms, and for each term uint16 term, in ascending order, and
 *       uint8 impact.
 *   <li>{@code documents.idx}: for each document the int64 position of its first byte in the other
 *       file, then the length of that file; for each term of the vocabulary the int32 number of
 *       documents that have it.
 * </ul>
 *
 * Not safe for use by several threads.
 */
public final class DocumentFile implements Closeable {
  static final String DOCUMENTS = "documents.bin";
  static final String POSITIONS = "documents.idx";
  static final int BYTES_PER_TERM = Short.BYTES + Byte.BYTES;

  private final Directory directory;
  private final IndexInput documents;
  private final IndexInput positions;
  private final int count;
  private byte[] buffer = new byte[1024];

  private DocumentFile(Directory directory, IndexInput documents, IndexInput positions)
      throws IOException {
    this.directory = directory;
    this.documents = documents;
    this.positions = positions;
    this.count = documents.readInt();
  }

  /** Whether a folder holds a collection that was written to its end. */
  public static boolean isIn(Path folder) {
    return Files.exists(folder.resolve(POSITIONS));
  }

  /** Opens the collection that a {@link DocumentFileWriter} wrote into a folder. */
  public static DocumentFile open(Path folder) throws IOException {
    Directory directory = new MMapDirectory(folder);
    IndexInput documents = null;
    IndexInput positions = null;
    try {
      documents = directory.openInput(DOCUMENTS, IOContext.DEFAULT);
      positions = directory.openInput(POSITIONS, IOContext.DEFAULT);
      return new DocumentFile(directory, documents, positions);
    } catch (IOException | RuntimeException e) {
      IOUtils.closeWhileHandlingException(documents, positions, directory);
      throw e;
    }
  }

  /** The number of documents. */
  public int count() {
    return count;
  }

  /**
   * Reads a document.
   *
   * @param id from 0 up to but not including {@link #count}
   */
  public ImpactVector read(int id) throws IOException {
    positions.seek((long) id * Long.BYTES);
    documents.seek(positions.readLong());
    int size = Short.toUnsignedInt(documents.readShort());
    int length = size * BYTES_PER_TERM;
    if (buffer.length < length) {
      buffer = new byte[length];
    }
    documents.readBytes(buffer, 0, length);
    int[] terms = new int[size];
    int[] impacts = new int[size];
    for (int i = 0, at = 0; i < size; i++, at += BYTES_PER_TERM) {
      terms[i] = Byte.toUnsignedInt(buffer[at]) | Byte.toUnsignedInt(buffer[at + 1]) << Byte.SIZE;
      impacts[i] = Byte.toUnsignedInt(buffer[at + 2]);
    }
    return new ImpactVector(terms, impacts);
  }

  /** For each term of the vocabulary, how many documents have it. */
  public int[] documentFrequencies() throws IOException {
    int[] frequencies = new int[TopicModel.VOCABULARY];
    positions.seek((count + 1L) * Long.BYTES);
    positions.readInts(frequencies, 0, frequencies.length);
    return frequencies;
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(documents, positions, directory);
  }
}
