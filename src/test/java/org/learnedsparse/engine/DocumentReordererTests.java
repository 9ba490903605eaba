package org.learnedsparse.engine;

import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.startsWith;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.logging.log4j.LogManager;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FilterMergePolicy;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.MergeTrigger;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.elasticsearch.common.breaker.CircuitBreaker;
import org.elasticsearch.common.breaker.CircuitBreakingException;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.core.Releasable;
import org.elasticsearch.index.engine.ShuffleForcedMergePolicy;
import org.elasticsearch.index.mapper.MapperServiceTestCase;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.test.IndexSettingsModule;
import org.learnedsparse.LearnedSparsePlugin;
import org.learnedsparse.engine.ReorderStatistics.Reason;

/** What merges with {@link ReorderingMergePolicy} write. */
public class DocumentReordererTests extends MapperServiceTestCase {
  private static final int DOCUMENTS = 4000;
  private static final String MAPPING =
      """
      {"_doc": {"properties": {"v": {"type": "learned_sparse"}, "id": {"type": "keyword"}}}}
      """;

  private final ReorderStatistics statistics = new ReorderStatistics();
  private final Limits limits = new Limits();
  private Settings.Builder settings =
      Settings.builder().put("index.learned_sparse.reorder_min_docs", 1000);
  private String mapping = MAPPING;
  private LongSupplier clock = System::nanoTime;

  /** Generous unless a test sets one. */
  private static final class Limits implements ReorderLimits {
    private final AtomicLong reserved = new AtomicLong();
    private long memory = 1L << 30;
    private long breaker = 1L << 30;
    private long disk = 1L << 40;

    @Override
    public long memory() {
      return memory;
    }

    @Override
    public Releasable reserve(long bytes) {
      if (bytes > breaker) {
        throw new CircuitBreakingException("too much", CircuitBreaker.Durability.TRANSIENT);
      }
      reserved.addAndGet(bytes);
      return () -> reserved.addAndGet(-bytes);
    }

    @Override
    public long disk() {
      return disk;
    }

    @Override
    public long nanos(int documents) {
      return TimeUnit.SECONDS.toNanos(60);
    }
  }

  @Override
  protected Collection<? extends Plugin> getPlugins() {
    return List.of(new LearnedSparsePlugin());
  }

  private IndexWriterConfig config(MergePolicy inner) throws IOException {
    DocumentReorderer reorderer =
        new DocumentReorderer(
            new ReorderSettings(
                IndexSettingsModule.newIndexSettings(
                    "docs", settings.build(), ReorderSettings.ENABLED, ReorderSettings.MIN_DOCS)),
            new LearnedSparseFields(createMapperService(mapping)),
            statistics,
            limits,
            clock,
            LogManager.getLogger(DocumentReordererTests.class));
    return new IndexWriterConfig()
        .setMergePolicy(new ReorderingMergePolicy(inner, reorderer))
        .setMergeScheduler(new SerialMergeScheduler());
  }

  private void forceMerge(Directory directory) throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, config(new TieredMergePolicy()))) {
      writer.forceMerge(1);
    }
  }

  private static void assertInOrder(Directory directory) throws IOException {
    assertThat(TopicDocuments.borders(TopicDocuments.ids(directory)), lessThan(DOCUMENTS / 10));
  }

  private static void assertNotInOrder(Directory directory) throws IOException {
    assertThat(TopicDocuments.borders(TopicDocuments.ids(directory)), greaterThan(DOCUMENTS / 2));
  }

  private static void assertNoTemporaryFiles(Directory directory) throws IOException {
    for (String file : directory.listAll()) {
      assertFalse(file, file.endsWith(".tmp"));
    }
  }

  private void assertSkipped(Directory directory, Reason reason) throws IOException {
    forceMerge(directory);
    assertNotInOrder(directory);
    TopicDocuments.assertIntact(directory, DOCUMENTS);
    assertNoTemporaryFiles(directory);
    assertThat(statistics.snapshot().segments(), equalTo(0L));
    assertThat(statistics.snapshot().current(), equalTo(0));
    for (Reason each : Reason.values()) {
      assertThat(
          each.name(),
          statistics.snapshot().skipped().get(each),
          equalTo(each == reason ? 1L : 0L));
    }
    assertThat(limits.reserved.get(), equalTo(0L));
  }

  // What it does.

  public void testForcedMergesBringTopicsTogether() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      TopicDocuments.index(directory, 0, DOCUMENTS);
      assertNotInOrder(directory);
      forceMerge(directory);
      assertInOrder(directory);
      TopicDocuments.assertIntact(directory, DOCUMENTS);
      assertNoTemporaryFiles(directory);
      ReorderStatistics.Snapshot counts = statistics.snapshot();
      assertThat(counts.segments(), equalTo(1L));
      assertThat(counts.documents(), equalTo((long) DOCUMENTS));
      assertThat(counts.millis(), greaterThanOrEqualTo(0L));
      assertThat(counts.current(), equalTo(0));
      assertThat(limits.reserved.get(), equalTo(0L));
    }
  }

  public void testNaturalMergesDoToo() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      TopicDocuments.index(directory, 0, DOCUMENTS);
      LogDocMergePolicy inner = new LogDocMergePolicy();
      inner.setMergeFactor(3);
      try (IndexWriter writer = new IndexWriter(directory, config(inner))) {
        writer.maybeMerge();
        writer.commit();
      }
      assertThat(statistics.snapshot().segments(), greaterThan(0L));
      TopicDocuments.assertIntact(directory, DOCUMENTS);
    }
  }

  /** Their numbers change while the merge runs that they are in. */
  public void testDeletesDuringTheMerge() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      TopicDocuments.index(directory, 0, DOCUMENTS);
      AtomicInteger deleted = new AtomicInteger();
      List<IndexWriter> writers = new ArrayList<>();
      // The clock is read while the order is computed.
      clock =
          () -> {
            int id = deleted.getAndAdd(2);
            if (id < DOCUMENTS / 2) {
              try {
                writers.get(0).deleteDocuments(new Term("id", String.valueOf(id)));
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            }
            return System.nanoTime();
          };
      try (IndexWriter writer = new IndexWriter(directory, config(new TieredMergePolicy()))) {
        writers.add(writer);
        writer.forceMerge(1);
      }
      assertThat(statistics.snapshot().segments(), equalTo(1L));
      int expected = DOCUMENTS - Math.min(deleted.get(), DOCUMENTS / 2) / 2;
      assertThat("some were deleted", expected, lessThan(DOCUMENTS));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertThat(reader.numDocs(), equalTo(expected));
        for (LeafReaderContext leaf : reader.leaves()) {
          for (int doc = 0; doc < leaf.reader().maxDoc(); doc++) {
            int id = Integer.parseInt(leaf.reader().storedFields().document(doc).get("id"));
            boolean gone = id < deleted.get() && id < DOCUMENTS / 2 && id % 2 == 0;
            boolean live =
                leaf.reader().getLiveDocs() == null || leaf.reader().getLiveDocs().get(doc);
            assertThat("document " + id, live, equalTo(gone == false));
          }
        }
      }
    }
  }

  // When it does nothing.

  public void testSmallSegments() throws IOException {
    settings.put("index.learned_sparse.reorder_min_docs", DOCUMENTS + 1);
    try (Directory directory = new ByteBuffersDirectory()) {
      TopicDocuments.index(directory, 0, DOCUMENTS);
      assertSkipped(directory, null);
    }
  }

  public void testSwitchedOff() throws IOException {
    settings.put("index.learned_sparse.reorder", false);
    try (Directory directory = new ByteBuffersDirectory()) {
      TopicDocuments.index(directory, 0, DOCUMENTS);
      assertSkipped(directory, null);
    }
  }

  public void testNoSuchField() throws IOException {
    mapping = "{\"_doc\": {\"properties\": {\"v\": {\"type\": \"keyword\"}}}}";
    try (Directory directory = new ByteBuffersDirectory()) {
      TopicDocuments.index(directory, 0, DOCUMENTS);
      assertSkipped(directory, null);
    }
  }

  public void testNestedDocuments() throws IOException {
    mapping = MAPPING.replace("\"id\":", "\"n\": {\"type\": \"nested\"}, \"id\":");
    try (Directory directory = new ByteBuffersDirectory()) {
      TopicDocuments.index(directory, 0, DOCUMENTS);
      assertSkipped(directory, null);
    }
  }

  public void testOutOfTime() throws IOException {
    AtomicLong now = new AtomicLong();
    clock = () -> now.addAndGet(TimeUnit.SECONDS.toNanos(61));
    try (Directory directory = new ByteBuffersDirectory()) {
      TopicDocuments.index(directory, 0, DOCUMENTS);
      assertSkipped(directory, Reason.TIME);
    }
  }

  public void testTooLittleMemory() throws IOException {
    limits.memory = 1 << 20;
    try (Directory directory = new ByteBuffersDirectory()) {
      TopicDocuments.index(directory, 0, DOCUMENTS);
      assertSkipped(directory, Reason.MEMORY);
    }
  }

  public void testTooMuchOfTheMemoryIsInUse() throws IOException {
    limits.breaker = 1 << 20;
    try (Directory directory = new ByteBuffersDirectory()) {
      TopicDocuments.index(directory, 0, DOCUMENTS);
      assertSkipped(directory, Reason.MEMORY);
    }
  }

  public void testTooLittleDisk() throws IOException {
    limits.disk = 1 << 20;
    try (Directory directory = new ByteBuffersDirectory()) {
      TopicDocuments.index(directory, 0, DOCUMENTS);
      assertSkipped(directory, Reason.DISK);
    }
  }

  public void testTemporaryFilesThatCannotBeWritten() throws IOException {
    for (int failing : new int[] {0, 1, 2, 3}) {
      try (Directory directory = new ByteBuffersDirectory()) {
        TopicDocuments.index(directory, 0, DOCUMENTS);
        AtomicInteger files = new AtomicInteger();
        Directory full =
            new FilterDirectory(directory) {
              @Override
              public IndexOutput createTempOutput(String prefix, String suffix, IOContext context)
                  throws IOException {
                // Stored fields have temporary files too.
                boolean ours =
                    List.of("postings", "term-ids", "start-offsets").stream()
                        .anyMatch(prefix::contains);
                if (ours && files.getAndIncrement() == failing) {
                  throw new IOException("No space left on device");
                }
                IndexOutput output = super.createTempOutput(prefix, suffix, context);
                assertThat("so that a writer deletes it", output.getName(), startsWith("_"));
                return output;
              }
            };
        long before = statistics.snapshot().skipped().get(Reason.FAILURE);
        forceMerge(full);
        assertThat(files.get(), equalTo(failing + 1));
        assertThat(statistics.snapshot().skipped().get(Reason.FAILURE), equalTo(before + 1));
        assertNotInOrder(directory);
        TopicDocuments.assertIntact(directory, DOCUMENTS);
        assertNoTemporaryFiles(directory);
        assertThat(limits.reserved.get(), equalTo(0L));
      }
    }
  }

  public void testAKilledProcessesFilesAreDeleted() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      TopicDocuments.index(directory, 0, DOCUMENTS);
      TemporaryFiles files = new TemporaryFiles(directory, "_7", () -> {});
      String name;
      try (IndexOutput output = files.createTempOutput("postings", "", IOContext.DEFAULT)) {
        name = output.getName();
      }
      files.createTempOutput(name, "sort", IOContext.DEFAULT).close();
      assertThat(directory.listAll().length, greaterThan(2));
      new IndexWriter(directory, new IndexWriterConfig()).close();
      assertNoTemporaryFiles(directory);
    }
  }

  /** A shard that closes waits for its merges. */
  public void testAnAbortedMergeEndsSoon() throws Exception {
    try (Directory directory = new ByteBuffersDirectory()) {
      TopicDocuments.index(directory, 0, DOCUMENTS);
      CountDownLatch computing = new CountDownLatch(1);
      AtomicBoolean slow = new AtomicBoolean(true);
      AtomicInteger reads = new AtomicInteger();
      clock =
          () -> {
            reads.incrementAndGet();
            computing.countDown();
            // Until the abort, which a check sees at once.
            while (slow.get() && reads.get() > 1) {
              Thread.onSpinWait();
            }
            return 0;
          };
      IndexWriter writer = new IndexWriter(directory, config(new TieredMergePolicy()));
      List<Throwable> thrown = new ArrayList<>();
      Thread merging =
          new Thread(
              () -> {
                try {
                  writer.forceMerge(1);
                } catch (IOException | AlreadyClosedException e) {
                  thrown.add(e);
                }
              });
      merging.start();
      assertTrue(computing.await(30, TimeUnit.SECONDS));
      Thread releasing =
          new Thread(
              () -> {
                try {
                  TimeUnit.MILLISECONDS.sleep(200); // rollback has marked the merge by then
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
                slow.set(false);
              });
      releasing.start();
      writer.rollback();
      int readsAtTheEnd = reads.get();
      merging.join(TimeUnit.SECONDS.toMillis(30));
      assertFalse(merging.isAlive());
      releasing.join();
      assertThat("one check after the abort", readsAtTheEnd, lessThan(5));
      assertThat(thrown.size(), equalTo(1));
      assertThat(
          thrown.get(0),
          anyOf(instanceOf(IOException.class), instanceOf(AlreadyClosedException.class)));
      assertThat(statistics.snapshot().segments(), equalTo(0L));
      assertThat(statistics.snapshot().current(), equalTo(0));
      assertThat(limits.reserved.get(), equalTo(0L));
      assertNoTemporaryFiles(directory);
      TopicDocuments.assertIntact(directory, DOCUMENTS);
    }
  }

  // How often.

  /** One natural merge of all segments there are. */
  private static final class MergeAll extends FilterMergePolicy {
    MergeAll() {
      super(NoMergePolicy.INSTANCE);
    }

    @Override
    public MergeSpecification findMerges(
        MergeTrigger trigger, SegmentInfos segments, MergeContext context) {
      if (segments.size() < 2 || context.getMergingSegments().isEmpty() == false) {
        return null;
      }
      MergeSpecification all = new MergeSpecification();
      all.add(new OneMerge(segments.asList()));
      return all;
    }
  }

  private void addAndMerge(Directory directory, int from, int to, boolean forced)
      throws IOException {
    TopicDocuments.index(directory, from, to);
    try (IndexWriter writer =
        new IndexWriter(directory, config(forced ? new TieredMergePolicy() : new MergeAll()))) {
      if (forced) {
        writer.forceMerge(1);
      } else {
        writer.maybeMerge();
      }
    }
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      assertThat(reader.leaves().size(), equalTo(1));
    }
  }

  public void testAnOrderedSegmentThatGrowsALittleKeepsItsOrder() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      addAndMerge(directory, 0, 3000, false);
      long before = statistics.snapshot().segments();
      for (int size = 3100; size < 4000; size += 100) {
        addAndMerge(directory, size - 100, size, false);
        assertThat("" + size, statistics.snapshot().segments(), equalTo(before));
      }
      addAndMerge(directory, 3900, 4100, false);
      assertThat("grown by a third", statistics.snapshot().segments(), greaterThan(before));
      assertThat(TopicDocuments.borders(TopicDocuments.ids(directory)), lessThan(410));
      TopicDocuments.assertIntact(directory, 4100);
    }
  }

  public void testAForcedMergeOrdersTheRest() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      addAndMerge(directory, 0, 3000, true);
      addAndMerge(directory, 3000, 3100, true);
      assertThat(statistics.snapshot().segments(), equalTo(2L));
      TopicDocuments.assertIntact(directory, 3100);
      // All of it is ordered, and only documents go.
      try (IndexWriter writer = new IndexWriter(directory, config(new TieredMergePolicy()))) {
        for (int id = 0; id < 100; id++) {
          writer.deleteDocuments(new Term("id", String.valueOf(id)));
        }
        writer.forceMerge(1);
      }
      assertThat(statistics.snapshot().segments(), equalTo(2L));
      assertThat(TopicDocuments.borders(TopicDocuments.ids(directory)), lessThan(310));
    }
  }

  /**
   * Elasticsearch's updates leave soft deletes alone, which the segments do not count as deletes.
   */
  public void testAForcedMergeOrdersWhatWasUpdated() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      addAndMerge(directory, 0, 3000, true);
      assertThat(statistics.snapshot().segments(), equalTo(1L));
      try (IndexWriter writer =
          new IndexWriter(
              directory, config(new TieredMergePolicy()).setSoftDeletesField("deleted"))) {
        for (int id = 0; id < 2000; id++) {
          writer.softUpdateDocument(
              new Term("id", String.valueOf(id)),
              TopicDocuments.document(id),
              new NumericDocValuesField("deleted", 1));
        }
        writer.forceMerge(1);
      }
      assertThat(statistics.snapshot().segments(), equalTo(2L));
      assertThat(TopicDocuments.borders(TopicDocuments.ids(directory)), lessThan(300));
      TopicDocuments.assertIntact(directory, 3000);
    }
  }

  public void testTheOtherPolicysDiagnosticsStay() throws IOException {
    MergePolicy marking = new ShuffleForcedMergePolicy(new TieredMergePolicy());
    try (Directory directory = new ByteBuffersDirectory()) {
      TopicDocuments.index(directory, 0, DOCUMENTS);
      try (IndexWriter writer = new IndexWriter(directory, config(marking))) {
        writer.forceMerge(1);
      }
      assertInOrder(directory);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentReader segment = (SegmentReader) reader.leaves().get(0).reader();
        assertTrue(ShuffleForcedMergePolicy.isInterleavedSegment(segment));
      }
    }
  }
}
