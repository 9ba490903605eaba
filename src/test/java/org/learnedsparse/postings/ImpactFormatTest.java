package org.learnedsparse.postings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.lucene.codecs.FieldsProducer;
import org.apache.lucene.codecs.PostingsFormat;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.BytesRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read again, wherever the format has a boundary. */
class ImpactFormatTest {
  private static final String FIELD = "sparse";
  private static final PostingsFormat FORMAT = new ImpactPostingsFormat();

  private final long seed = new Random().nextLong();
  private final SplittableRandom random = new SplittableRandom(seed);

  private static ModelSegment segment(Directory directory, int maxDoc) {
    return new ModelSegment(directory, maxDoc, Map.of(FIELD, IndexOptions.DOCS_AND_FREQS));
  }

  private void assertRoundTrip(ModelSegment segment, Directory directory) throws IOException {
    segment.write(FORMAT);
    String message = "seed " + seed + ", " + segment.maxDoc() + " documents";
    PostingsAssertions assertions = new PostingsAssertions(random, message);
    try (FieldsProducer fields = segment.read(FORMAT, directory)) {
      fields.checkIntegrity();
      for (String field : segment.fields().keySet()) {
        SortedMap<BytesRef, ModelPostings> terms = segment.fields().get(field);
        if (terms.isEmpty()) {
          assertEquals(null, fields.terms(field), message);
        } else {
          assertions.assertTerms(terms, fields.terms(field));
        }
      }
    }
  }

  private void assertRoundTrip(int maxDoc, ModelPostings... postings) throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      ModelSegment segment = segment(directory, maxDoc);
      for (int i = 0; i < postings.length; i++) {
        segment.put(FIELD, "t" + i, postings[i]);
      }
      assertRoundTrip(segment, directory);
    }
  }

  /** Postings with random impacts. */
  private ModelPostings postings(IntStream documents) {
    return ModelPostings.of(documents.boxed().toList(), document -> 1 + random.nextInt(255));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        1,
        2,
        63,
        64,
        65,
        127,
        128,
        129,
        255,
        256,
        257,
        511,
        512,
        513,
        4095,
        4096,
        4097,
        8191,
        8192,
        8193,
        300_000,
        40_000_000
      })
  void randomPostingsOfSegmentsOfEverySize(int maxDoc) throws IOException {
    ModelPostings[] postings = new ModelPostings[maxDoc > 100_000 ? 8 : 60];
    for (int i = 0; i < postings.length; i++) {
      postings[i] = ModelPostings.random(random, maxDoc);
    }
    assertRoundTrip(maxDoc, postings);
  }

  @Test
  void onePostingAnywhere() throws IOException {
    int maxDoc = 2 * Superblock.DOCUMENTS + 1;
    ModelPostings[] postings = new ModelPostings[maxDoc];
    for (int i = 0; i < postings.length; i++) {
      postings[i] = postings(IntStream.of(i));
    }
    assertRoundTrip(maxDoc, postings);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 64, 511, 512, 513, 4095, 4096, 4097, 20_000})
  void allDocuments(int maxDoc) throws IOException {
    assertRoundTrip(
        maxDoc,
        postings(IntStream.range(0, maxDoc)),
        ModelPostings.of(IntStream.range(0, maxDoc).boxed().toList(), document -> 255));
  }

  /** A document apart from a dense run, so that only pairs that move on lead to it. */
  @Test
  void everyGap() throws IOException {
    ModelPostings[] postings = new ModelPostings[Superblock.DOCUMENTS - 201];
    for (int i = 0; i < postings.length; i++) {
      int last = 200 + i;
      postings[i] = postings(IntStream.range(0, 201).map(d -> d < 200 ? d : last));
    }
    assertRoundTrip(Superblock.DOCUMENTS, postings);
    ModelPostings[] few = new ModelPostings[Superblock.DOCUMENTS - 1];
    for (int i = 0; i < few.length; i++) {
      few[i] = postings(IntStream.of(i, Superblock.MASK));
    }
    assertRoundTrip(Superblock.DOCUMENTS, few);
  }

  @Test
  void everySetOfSections() throws IOException {
    ModelPostings[] postings = new ModelPostings[Superblock.ALL_SECTIONS];
    for (int sections = 1; sections <= Superblock.ALL_SECTIONS; sections++) {
      int wanted = sections;
      postings[sections - 1] =
          postings(
              IntStream.range(0, Superblock.DOCUMENTS)
                  .filter(d -> (wanted >>> (d >>> Superblock.SECTION_BITS) & 1) != 0)
                  .filter(d -> d % 7 == wanted % 7));
    }
    assertRoundTrip(Superblock.DOCUMENTS, postings);
  }

  /** The last documents that Lucene allows. */
  @Test
  void hugeSegments() throws IOException {
    int last = IndexWriter.MAX_DOCS - 1;
    assertRoundTrip(
        IndexWriter.MAX_DOCS,
        postings(IntStream.of(last)),
        postings(IntStream.of(0, last)),
        postings(IntStream.range(last - 10_000, last + 1)),
        postings(IntStream.of(0, 4095, 4096, 1 << 30, last - 4096, last)));
  }

  private enum Form {
    TRIPLES,
    PAIRS,
    SPARSE_MAXIMA,
    DENSE_MAXIMA
  }

  /** The form of a term's only superblock, as the file has it. */
  private Form form(ModelPostings postings) throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      ModelSegment segment = segment(directory, Superblock.DOCUMENTS);
      segment.put(FIELD, "term", postings);
      assertRoundTrip(segment, directory);
      try (FieldsProducer fields = segment.read(FORMAT, directory)) {
        TermsEnum terms = fields.terms(FIELD).iterator();
        assertTrue(terms.seekExact(new BytesRef("term")));
        TermImpacts cursor = (TermImpacts) ImpactCursor.of(terms);
        assertEquals(0, cursor.next());
        return Form.values()[(int) cursor.place() & SuperblockForm.MASK];
      }
    }
  }

  @Test
  void everyForm() throws IOException {
    assertEquals(Form.PAIRS, form(postings(IntStream.of(17))));
    assertEquals(Form.PAIRS, form(postings(IntStream.range(0, 7))));
    assertEquals(Form.SPARSE_MAXIMA, form(postings(IntStream.range(0, 8))));
    assertEquals(Form.TRIPLES, form(postings(IntStream.of(4095))));
    assertEquals(Form.TRIPLES, form(postings(IntStream.of(0, 1000, 2000, 3000))));
    assertEquals(Form.SPARSE_MAXIMA, form(postings(IntStream.range(0, 47 * 64))));
    assertEquals(Form.DENSE_MAXIMA, form(postings(IntStream.range(0, 47 * 64 + 1))));
    assertEquals(Form.DENSE_MAXIMA, form(postings(IntStream.range(0, 4096))));
    // Every 64th document and some: 64 blocks keep maxima from 86 postings on.
    IntStream spread = IntStream.range(0, 64).map(block -> 64 * block);
    assertEquals(Form.PAIRS, form(postings(IntStream.concat(spread, IntStream.range(1, 22)))));
    spread = IntStream.range(0, 64).map(block -> 64 * block);
    assertEquals(
        Form.DENSE_MAXIMA, form(postings(IntStream.concat(spread, IntStream.range(1, 23)))));
  }

  /** The forms follow each other in one directory, with superblocks between them or not. */
  @Test
  void everyFormInOneTerm() throws IOException {
    EnumSet<Form> seen = EnumSet.noneOf(Form.class);
    try (Directory directory = new ByteBuffersDirectory()) {
      TreeSet<Integer> documents = new TreeSet<>();
      int superblocks = 3000;
      for (int s = 0; s < superblocks; s += random.nextInt(5) == 0 ? 1 + random.nextInt(300) : 1) {
        int base = s << Superblock.BITS;
        int most = new int[] {2, 100, 1000, 5000}[random.nextInt(4)];
        int width = random.nextInt(1, Superblock.DOCUMENTS + 1);
        for (int i = random.nextInt(most); i >= 0; i--) {
          documents.add(base + random.nextInt(width));
        }
      }
      ModelSegment segment = segment(directory, superblocks << Superblock.BITS);
      segment.put(FIELD, "term", ModelPostings.of(documents, d -> 1 + random.nextInt(255)));
      assertRoundTrip(segment, directory);
      try (FieldsProducer fields = segment.read(FORMAT, directory)) {
        TermsEnum terms = fields.terms(FIELD).iterator();
        assertTrue(terms.seekExact(new BytesRef("term")));
        TermImpacts cursor = (TermImpacts) ImpactCursor.of(terms);
        while (cursor.next() != ImpactCursor.NO_MORE) {
          seen.add(Form.values()[(int) cursor.place() & SuperblockForm.MASK]);
        }
      }
    }
    assertEquals(EnumSet.allOf(Form.class), seen, "seed " + seed);
  }

  @Test
  void manyTermsOfSeveralFields() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      int maxDoc = 5000;
      ModelSegment segment =
          new ModelSegment(
              directory,
              maxDoc,
              Map.of(
                  "a",
                  IndexOptions.DOCS_AND_FREQS,
                  "empty",
                  IndexOptions.DOCS_AND_FREQS,
                  "z",
                  IndexOptions.DOCS_AND_FREQS));
      for (int i = 0; i < 1000; i++) {
        String term = "term" + random.nextInt(1_000_000);
        segment.put("a", term, postings(IntStream.of(random.nextInt(maxDoc))));
        segment.put("z", term, postings(random.ints(20, 0, maxDoc).distinct()));
      }
      segment.put("a", "", postings(IntStream.range(0, 100)));
      assertRoundTrip(segment, directory);
    }
  }

  private static String refusal(IndexOptions options, ModelPostings postings) throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      ModelSegment segment = new ModelSegment(directory, 10, Map.of(FIELD, options));
      segment.put(FIELD, "term", postings);
      return assertThrows(IllegalArgumentException.class, () -> segment.write(FORMAT)).getMessage();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DOCS",
        "DOCS_AND_FREQS_AND_POSITIONS",
        "DOCS_AND_FREQS_AND_POSITIONS_AND_OFFSETS"
      })
  void otherFieldsAreRefused(String options) throws IOException {
    assertEquals(
        "field [sparse] indexes "
            + options
            + "; the postings format LearnedSparseImpacts holds DOCS_AND_FREQS alone",
        refusal(IndexOptions.valueOf(options), ModelPostings.of(Map.of(3, 1))));
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 256, 257, 1000, Integer.MAX_VALUE})
  void otherFrequenciesAreRefused(int frequency) throws IOException {
    assertEquals(
        "field [sparse], document [3]: the frequency is [" + frequency + "]; an impact is 1 to 255",
        refusal(IndexOptions.DOCS_AND_FREQS, ModelPostings.of(Map.of(3, frequency))));
  }
}
