package org.learnedsparse.postings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.FieldsProducer;
import org.apache.lucene.codecs.PostingsFormat;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.Impacts;
import org.apache.lucene.index.ImpactsEnum;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.store.ByteArrayDataInput;
import org.apache.lucene.store.ByteArrayDataOutput;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.BytesRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files: a check finds every changed byte, and reading without a check ends, in an {@link
 * IOException} or in wrong postings: it never hangs, takes much memory or leaves an array.
 *
 * <p>Only our own file is read without a check. Its dictionary is Lucene's block tree, which
 * believes the lengths that it reads.
 */
@Timeout(120)
class ImpactDamageTest {
  private static final String FIELD = "sparse";
  private static final PostingsFormat FORMAT = new ImpactPostingsFormat();
  private static final String DOC = "_0.doc";
  private static final String META = "_0.tmd";
  private static final Set<String> FILES = Set.of(DOC, META, "_0.tim", "_0.tip");
  private static final int HEADER = CodecUtil.indexHeaderLength(ImpactPostingsFormat.CODEC, "");
  private static final int MAX_DOC = 3 * Superblock.DOCUMENTS - 7;

  private final long seed = new Random().nextLong();
  private final SplittableRandom random = new SplittableRandom(seed);
  private final Directory directory = new ByteBuffersDirectory();
  private final ModelSegment segment =
      new ModelSegment(directory, MAX_DOC, Map.of(FIELD, IndexOptions.DOCS_AND_FREQS));

  /** Terms of every form, and so small that every byte can be damaged. */
  @BeforeEach
  void write() throws IOException {
    put("triples", IntStream.of(3000, 4095, 4096, 8191));
    put("pairs", IntStream.of(3, 77, 4101, 4102, MAX_DOC - 1));
    put("sparse", IntStream.range(600, 640));
    put("dense", IntStream.range(0, 140).map(i -> 29 * i));
    put(
        "mixed",
        IntStream.of(
            IntStream.concat(IntStream.range(4090, 4120), IntStream.of(1, 5000, MAX_DOC - 1))
                .sorted()
                .toArray()));
    segment.write(FORMAT);
    assertEquals(FILES, Set.of(directory.listAll()));
  }

  @AfterEach
  void close() throws IOException {
    directory.close();
  }

  private void put(String term, IntStream documents) {
    segment.put(
        FIELD,
        term,
        ModelPostings.of(documents.boxed().toList(), document -> 1 + random.nextInt(255)));
  }

  private Directory damaged(String file, byte[] bytes) {
    return new DamagedDirectory(directory, file, bytes);
  }

  /** Opens and checks. */
  private void check(Directory files) throws IOException {
    try (FieldsProducer fields = segment.read(FORMAT, files)) {
      fields.checkIntegrity();
    }
  }

  @Test
  void everyChangedByteIsFound() throws IOException {
    check(directory);
    for (String file : FILES) {
      byte[] sound = DamagedDirectory.bytes(directory, file);
      for (int i = 0; i < sound.length; i++) {
        for (int change : new int[] {1, 0x80, 0xFF, 1 + random.nextInt(255)}) {
          byte[] bytes = sound.clone();
          bytes[i] ^= (byte) change;
          String where = file + ", byte " + i + " ^ " + change + ", seed " + seed;
          assertThrows(IOException.class, () -> check(damaged(file, bytes)), where);
        }
      }
    }
  }

  @Test
  void everyOtherLengthIsFoundOnOpening() throws IOException {
    for (String file : FILES) {
      byte[] sound = DamagedDirectory.bytes(directory, file);
      for (int length = 0; length < sound.length + 20; length++) {
        if (length != sound.length) {
          byte[] bytes = Arrays.copyOf(sound, length);
          assertThrows(
              IOException.class,
              () -> segment.read(FORMAT, damaged(file, bytes)).close(),
              file + " of " + length + " bytes for " + sound.length);
        }
      }
    }
  }

  @Test
  void aTruncatedFileIsNamed() throws IOException {
    byte[] sound = DamagedDirectory.bytes(directory, DOC);
    Directory cut = damaged(DOC, Arrays.copyOf(sound, sound.length - 1));
    String error =
        assertThrows(CorruptIndexException.class, () -> segment.read(FORMAT, cut)).getMessage();
    assertTrue(error.contains("truncated") && error.contains(DOC), error);
  }

  @Test
  void aNewerVersionIsNamed() throws IOException {
    byte[] bytes = DamagedDirectory.bytes(directory, DOC);
    int version = CodecUtil.headerLength(ImpactPostingsFormat.CODEC) - Integer.BYTES;
    ByteBuffer.wrap(bytes).putInt(version, ImpactPostingsFormat.VERSION_CURRENT + 1);
    String error =
        assertThrows(
                IndexFormatTooNewException.class, () -> segment.read(FORMAT, damaged(DOC, bytes)))
            .getMessage();
    assertTrue(error.contains(": 1 (needs to be between 0 and 0)") && error.contains(DOC), error);
  }

  @Test
  void superblocksOfAnotherSizeAreNamed() throws IOException {
    byte[] bytes = DamagedDirectory.bytes(directory, META);
    int ours = CodecUtil.indexHeaderLength("BlockTreeTermsMeta", "");
    int bits = ours + CodecUtil.indexHeaderLength(ImpactPostingsFormat.TERMS_CODEC, "");
    assertEquals(Superblock.BITS, bytes[bits]);
    bytes[bits]++;
    CRC32 sum = new CRC32();
    sum.update(bytes, 0, bytes.length - Long.BYTES);
    ByteBuffer.wrap(bytes).putLong(bytes.length - Long.BYTES, sum.getValue());
    String error =
        assertThrows(CorruptIndexException.class, () -> segment.read(FORMAT, damaged(META, bytes)))
            .getMessage();
    assertTrue(error.startsWith("superblocks of 2^13 documents, not 2^12"), error);
  }

  /** Every changed byte again, in postings that nobody checked before. */
  @Test
  void readingChangedBytesEnds() throws IOException {
    byte[] sound = DamagedDirectory.bytes(directory, DOC);
    for (int i = 0; i < sound.length; i++) {
      boolean framed = i < HEADER || i >= sound.length - CodecUtil.footerLength();
      for (int bit = 0; bit <= 8; bit++) {
        byte[] bytes = sound.clone();
        bytes[i] ^= (byte) (bit < 8 ? 1 << bit : 0xFF);
        read(damaged(DOC, bytes), framed, "byte " + i + ", bit " + bit);
      }
    }
  }

  /** Much of the file is overwritten by random bytes, zeros or ones. */
  @Test
  void readingOverwrittenPartsEnds() throws IOException {
    byte[] sound = DamagedDirectory.bytes(directory, DOC);
    for (int i = 0; i < 3000; i++) {
      byte[] bytes = sound.clone();
      int from = random.nextInt(HEADER, sound.length - CodecUtil.footerLength());
      int to = random.nextInt(from, sound.length - CodecUtil.footerLength());
      int kind = random.nextInt(4);
      for (int at = from; at <= to; at++) {
        bytes[at] = (byte) (kind < 2 ? -kind : random.nextInt(256));
      }
      read(
          damaged(DOC, bytes),
          /* mayNotOpen= */ false,
          "bytes " + from + " to " + to + ", kind " + kind);
    }
  }

  private void read(Directory files, boolean mayNotOpen, String what) {
    String where = what + ", seed " + seed;
    try (FieldsProducer fields = segment.read(FORMAT, files)) {
      TermsEnum terms = fields.terms(FIELD).iterator();
      for (BytesRef term : segment.fields().get(FIELD).keySet()) {
        assertTrue(terms.seekExact(term), where);
        read(() -> (ImpactPostingsEnum) terms.postings(null, PostingsEnum.FREQS), where);
      }
    } catch (IOException e) {
      assertTrue(mayNotOpen, where);
    }
  }

  /** What the dictionary says about a term: numbers of our own, in a file of Lucene's. */
  @Test
  void readingWithDamagedMetadataEnds(@TempDir Path folder) throws IOException {
    long length = directory.fileLength(DOC);
    try (Directory mapped = new MMapDirectory(folder)) {
      mapped.copyFrom(directory, DOC, DOC, IOContext.DEFAULT);
      readWithDamagedMetadata(mapped, length);
    }
  }

  private void readWithDamagedMetadata(Directory files, long length) throws IOException {
    try (ImpactPostingsReader reader = segment.reader(files)) {
      for (int i = 0; i < 20_000; i++) {
        byte[] bytes = new byte[32];
        ByteArrayDataOutput out = new ByteArrayDataOutput(bytes);
        StringBuilder where = new StringBuilder("seed " + seed);
        for (int field = 0; field < 3; field++) {
          long number =
              switch (random.nextInt(8)) {
                case 0 -> 0;
                case 1 -> random.nextLong(Long.MAX_VALUE);
                case 2 -> Long.MAX_VALUE - random.nextInt(10_000);
                case 3 -> random.nextInt(Integer.MAX_VALUE);
                default -> random.nextLong(length);
              };
          out.writeVLong(number);
          where.append(", ").append(number);
        }
        out.writeByte((byte) random.nextInt(256));
        out.writeByte((byte) random.nextInt(256));
        ImpactTermState state = reader.newTermState();
        reader.decodeTerm(new ByteArrayDataInput(bytes), null, state, /* absolute= */ true);
        read(
            () -> (ImpactPostingsEnum) reader.postings(null, state, null, PostingsEnum.FREQS),
            where.toString());
      }
    }
  }

  private interface Opener {
    ImpactPostingsEnum open() throws IOException;
  }

  private interface Reading {
    void run() throws IOException;
  }

  /** Reads a term in every way. */
  private void read(Opener term, String where) {
    int step = 1 + random.nextInt(300);
    for (Reading reading :
        List.<Reading>of(
            () -> walk(term.open(), 1, where),
            () -> walk(term.open(), step, where),
            () -> bound(term.open(), step, where),
            () -> add(term.open().impacts(), term.open().impacts()))) {
      Throwable thrown = null;
      try {
        reading.run();
      } catch (IOException | RuntimeException | Error e) {
        thrown = e;
      }
      if (thrown != null && thrown instanceof IOException == false) {
        fail(where, thrown);
      }
    }
  }

  private static void walk(PostingsEnum postings, int step, String where) throws IOException {
    int target = 0;
    while (target < 2 * MAX_DOC) {
      int document = postings.advance(target);
      assertTrue(document >= target, where);
      if (document == PostingsEnum.NO_MORE_DOCS) {
        return;
      }
      assertTrue(postings.freq() <= 255, where);
      target = document + step;
    }
    fail("documents beyond the segment: " + where);
  }

  private static void bound(ImpactsEnum postings, int step, String where) throws IOException {
    for (int target = 0; target < MAX_DOC; target += step) {
      postings.advanceShallow(target);
      Impacts impacts = postings.getImpacts();
      for (int level = 0; level < impacts.numLevels(); level++) {
        assertTrue(impacts.getDocIdUpTo(level) >= target, where);
        assertTrue(impacts.getImpacts(level).get(0).freq <= 255, where);
      }
    }
  }

  private static void add(TermImpacts cursor, TermImpacts reader) throws IOException {
    int[] scores = new int[Superblock.DOCUMENTS];
    int[] bounds = new int[Superblock.BLOCKS];
    PlacedImpacts placed = reader.placed();
    while (cursor.next() != ImpactCursor.NO_MORE) {
      cursor.addBounds(1, bounds, 0);
      for (int section = 0; section < Superblock.SECTIONS; section++) {
        placed.addScores(new long[] {cursor.place()}, 0, new int[] {1}, 0, 1, 1 << section, scores);
      }
      cursor.addScores(1, scores);
    }
  }
}
