package org.learnedsparse.postings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.CheckIndex;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.SortingCodecReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.NoLockFactory;
import org.apache.lucene.util.BytesRef;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What an index writer does with segments: flush, merge, delete, sort, take in from elsewhere. */
class ImpactIndexTest {
  private static final String[] FIELDS = {"sparse", "other"};
  private static final String ID = "id";
  private static final String RANK = "rank";

  private final long seed = new Random().nextLong();
  private final SplittableRandom random = new SplittableRandom(seed);
  private final String message = "seed " + seed;

  /** Impacts by term, by field, by the document's id. */
  private final Map<Integer, Map<String, Map<String, Integer>>> model = new HashMap<>();

  private static IndexWriterConfig config() {
    return new IndexWriterConfig(new KeywordAnalyzer())
        .setCodec(ImpactCodec.forFields(FIELDS))
        .setMergeScheduler(new SerialMergeScheduler())
        .setMergePolicy(new LogDocMergePolicy());
  }

  private Map<String, Integer> impacts() {
    Map<String, Integer> impacts = new TreeMap<>();
    for (int i = random.nextInt(8); i > 0; i--) {
      // The lower its number, the more documents have a term.
      int term = (int) Math.exp(random.nextDouble(5));
      impacts.put("t" + term, 1 + random.nextInt(255));
    }
    return impacts;
  }

  /** A new document, whose id is not in the model yet. */
  private Document document() {
    int id = model.size();
    Map<String, Map<String, Integer>> fields = new TreeMap<>();
    Document document = new Document();
    document.add(new StringField(ID, String.valueOf(id), Field.Store.NO));
    document.add(new NumericDocValuesField(ID, id));
    document.add(new NumericDocValuesField(RANK, random.nextInt(1000)));
    document.add(new TextField("text", "as others write it", Field.Store.NO));
    for (String field : FIELDS) {
      if (random.nextInt(10) != 0) {
        Map<String, Integer> impacts = impacts();
        fields.put(field, impacts);
        document.add(ImpactTokens.field(field, impacts));
      }
    }
    model.put(id, fields);
    return document;
  }

  private void add(IndexWriter writer, int documents) throws IOException {
    for (int i = 0; i < documents; i++) {
      writer.addDocument(document());
      if (random.nextInt(1 + documents / 3) == 0) {
        writer.flush();
      }
    }
  }

  private void delete(IndexWriter writer, int documents) throws IOException {
    for (int i = 0; i < documents && model.isEmpty() == false; i++) {
      writer.deleteDocuments(new Term(ID, String.valueOf(random.nextInt(model.size()))));
    }
  }

  /** Of a directory that an index writer may have open. */
  private static CheckIndex check(Directory directory) throws IOException {
    return new CheckIndex(directory, NoLockFactory.INSTANCE.obtainLock(directory, "none"));
  }

  private void assertIndex(Directory directory) throws IOException {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    try (CheckIndex check = check(directory)) {
      check.setDoSlowChecks(true);
      check.setInfoStream(new PrintStream(log, true, StandardCharsets.UTF_8));
      boolean clean = check.checkIndex().clean;
      assertTrue(clean, message + "\n" + log.toString(StandardCharsets.UTF_8));
    }
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      for (LeafReaderContext leaf : reader.leaves()) {
        assertSegment(leaf.reader());
      }
    }
  }

  /** A segment has the postings of its documents, deleted ones too. */
  private void assertSegment(LeafReader segment) throws IOException {
    NumericDocValues ids = segment.getNumericDocValues(ID);
    Map<String, TreeMap<BytesRef, Map<Integer, Integer>>> expected = new HashMap<>();
    for (int document = 0; document < segment.maxDoc(); document++) {
      assertEquals(document, ids.nextDoc(), message);
      int at = document;
      model
          .get((int) ids.longValue())
          .forEach(
              (field, impacts) ->
                  impacts.forEach(
                      (term, impact) ->
                          expected
                              .computeIfAbsent(field, f -> new TreeMap<>())
                              .computeIfAbsent(new BytesRef(term), t -> new HashMap<>())
                              .put(at, impact)));
    }
    for (String field : FIELDS) {
      Terms terms = segment.terms(field);
      TreeMap<BytesRef, Map<Integer, Integer>> its = expected.get(field);
      if (its == null) {
        assertTrue(terms == null || terms.size() == 0, message);
        continue;
      }
      TreeMap<BytesRef, ModelPostings> postings = new TreeMap<>();
      its.forEach((term, impacts) -> postings.put(term, ModelPostings.of(impacts)));
      new PostingsAssertions(random, message).assertTerms(postings, terms);
      TermsEnum any = terms.iterator();
      any.next();
      assertInstanceOf(ImpactPostingsEnum.class, any.postings(null, PostingsEnum.FREQS), message);
    }
  }

  private int someDocuments() {
    return random.nextInt(new int[] {3, 300, 6000}[random.nextInt(3)]);
  }

  @RepeatedTest(6)
  void flushesAndMergesWithDeletes() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      IndexWriterConfig config = config();
      if (random.nextBoolean()) {
        config.setIndexSort(new Sort(new SortField(RANK, SortField.Type.INT)));
      }
      try (IndexWriter writer = new IndexWriter(directory, config)) {
        for (int round = 0; round < 3; round++) {
          add(writer, someDocuments());
          delete(writer, random.nextInt(1 + model.size() / 2));
          writer.commit();
          assertIndex(directory);
          if (random.nextBoolean()) {
            writer.forceMerge(1);
            writer.commit();
            assertIndex(directory);
          }
        }
      }
    }
  }

  /** Takes in the segments of another index, as files or through readers. */
  private void assertTakesIn(ThrowingBiConsumer<IndexWriter, Directory> takeIn) throws IOException {
    try (Directory other = new ByteBuffersDirectory();
        Directory directory = new ByteBuffersDirectory()) {
      IndexWriterConfig unmerged = config().setMergePolicy(NoMergePolicy.INSTANCE);
      try (IndexWriter writer = new IndexWriter(other, unmerged)) {
        add(writer, 1 + someDocuments());
        delete(writer, random.nextInt(1 + model.size() / 2));
      }
      try (IndexWriter writer = new IndexWriter(directory, config())) {
        add(writer, someDocuments());
        takeIn.accept(writer, other);
        writer.commit();
        assertIndex(directory);
        writer.forceMerge(1);
        writer.commit();
        assertIndex(directory);
      }
    }
  }

  private interface ThrowingBiConsumer<A, B> {
    void accept(A a, B b) throws IOException;
  }

  private static void addReaders(
      IndexWriter writer, Directory other, Function<CodecReader, CodecReader> wrapper)
      throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(other)) {
      List<CodecReader> segments = new ArrayList<>();
      for (LeafReaderContext leaf : reader.leaves()) {
        segments.add(wrapper.apply((CodecReader) leaf.reader()));
      }
      writer.addIndexes(segments.toArray(CodecReader[]::new));
    }
  }

  @RepeatedTest(2)
  void addIndexesAsFiles() throws IOException {
    assertTakesIn(IndexWriter::addIndexes);
  }

  @RepeatedTest(2)
  void addIndexesAsReaders() throws IOException {
    assertTakesIn((writer, other) -> addReaders(writer, other, segment -> segment));
  }

  @RepeatedTest(2)
  void addIndexesInAnotherOrder() throws IOException {
    Sort sort = new Sort(new SortField(RANK, SortField.Type.INT, /* reverse= */ true));
    assertTakesIn(
        (writer, other) ->
            addReaders(
                writer,
                other,
                segment -> {
                  try {
                    return SortingCodecReader.wrap(segment, sort);
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                }));
  }

  /** Every document that has the field is gone, and the merged segment still knows its name. */
  @Test
  void aFieldWithoutPostings() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      try (IndexWriter writer = new IndexWriter(directory, config())) {
        Document without = new Document();
        without.add(ImpactTokens.field("sparse", Map.of()));
        writer.addDocument(without);
        writer.commit();
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          assertNull(reader.leaves().get(0).reader().terms("sparse"));
        }
        Document gone = new Document();
        gone.add(new StringField(ID, "gone", Field.Store.NO));
        gone.add(ImpactTokens.field("sparse", Map.of("leaf", 3)));
        writer.addDocument(gone);
        writer.commit();
        writer.deleteDocuments(new Term(ID, "gone"));
        writer.forceMerge(1);
        writer.addDocument(without);
        writer.forceMerge(1);
      }
      try (CheckIndex check = new CheckIndex(directory)) {
        assertTrue(check.checkIndex().clean);
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(2, reader.numDocs());
        Terms terms = reader.leaves().get(0).reader().terms("sparse");
        assertTrue(terms == null || terms.iterator().next() == null);
      }
    }
  }

  @Test
  void aFieldWithPositionsIsRefused() throws IOException {
    try (Directory directory = new ByteBuffersDirectory();
        IndexWriter writer =
            new IndexWriter(directory, config().setCodec(ImpactCodec.forFields("text")))) {
      writer.addDocument(document());
      String refusal = assertThrows(IllegalArgumentException.class, writer::flush).getMessage();
      assertEquals(
          "field [text] indexes DOCS_AND_FREQS_AND_POSITIONS; the postings format"
              + " LearnedSparseImpacts holds DOCS_AND_FREQS alone",
          refusal);
    }
  }

  @Test
  void aFrequencyThatIsNoImpactIsRefused() throws IOException {
    try (Directory directory = new ByteBuffersDirectory();
        IndexWriter writer = new IndexWriter(directory, config())) {
      Document document = new Document();
      document.add(ImpactTokens.field("sparse", Map.of("leaf", 256)));
      writer.addDocument(document);
      String refusal = assertThrows(IllegalArgumentException.class, writer::flush).getMessage();
      assertEquals(
          "field [sparse], document [0]: the frequency is [256]; an impact is 1 to 255", refusal);
    }
  }
}
