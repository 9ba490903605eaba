package org.learnedsparse.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.ExitableDirectoryReader;
import org.apache.lucene.index.ExitableDirectoryReader.ExitingReaderException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.elasticsearch.search.internal.ContextIndexSearcher;
import org.elasticsearch.tasks.TaskCancelledException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.learnedsparse.postings.ImpactCodec;
import org.learnedsparse.postings.ImpactTokens;
import org.learnedsparse.postings.Superblock;
import org.learnedsparse.vector.Quantiser;
import org.learnedsparse.vector.SparseVector;

/** A search that is to stop does stop, in the midst of a segment. */
class CancellationTest {
  private static final String FIELD = "sparse";

  /** So many superblocks that a segment's search looks several times whether to stop. */
  private static final int DOCUMENTS = 140 * Superblock.DOCUMENTS;

  private static Directory large;
  private static Directory small;

  /** One term is spread evenly, so that bounds are not tried, the other keeps together. */
  @BeforeAll
  static void write() throws IOException {
    large = index(DOCUMENTS);
    small = index(Superblock.DOCUMENTS);
  }

  @AfterAll
  static void delete() throws IOException {
    large.close();
    small.close();
  }

  private static Directory index(int documents) throws IOException {
    Directory directory = new ByteBuffersDirectory();
    IndexWriterConfig config =
        new IndexWriterConfig(new KeywordAnalyzer())
            .setRAMBufferSizeMB(256)
            .setCodec(ImpactCodec.forFields(FIELD));
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      Document none = new Document();
      for (int i = 0; i < documents; i++) {
        boolean together = (i & Superblock.MASK) < Superblock.BLOCK_DOCUMENTS;
        if (together || i % Superblock.BLOCK_DOCUMENTS == 0) {
          Document document = new Document();
          Map<String, Integer> impacts =
              together && i % Superblock.BLOCK_DOCUMENTS == 0
                  ? Map.of("together", 1, "spread", 1)
                  : Map.of(together ? "together" : "spread", 1);
          document.add(ImpactTokens.field(FIELD, impacts));
          writer.addDocument(document);
        } else {
          writer.addDocument(none);
        }
      }
      writer.forceMerge(1);
    }
    return directory;
  }

  private static LearnedSparseQuery query(String term) {
    return new LearnedSparseQuery(FIELD, SparseVector.of(Map.of(term, 1f)), new Quantiser(3));
  }

  /** All documents are equal and all are wanted, so that none is ruled out. */
  private static Query top(String term) {
    return new TopDocumentsQuery(query(term), null, DOCUMENTS);
  }

  /** Counts how often it is asked, and at one time says yes. */
  private static final class Timeout implements QueryTimeout {
    private final AtomicInteger asked = new AtomicInteger();
    private final int exit;

    Timeout(int exit) {
      this.exit = exit;
    }

    @Override
    public boolean shouldExit() {
      return asked.incrementAndGet() >= exit;
    }
  }

  /** How often a search looks whether it is to stop. */
  private static int looks(Directory directory, Query query) throws IOException {
    Timeout never = new Timeout(Integer.MAX_VALUE);
    try (DirectoryReader reader =
        new ExitableDirectoryReader(DirectoryReader.open(directory), never)) {
      new IndexSearcher(reader).rewrite(query);
    }
    return never.asked.get();
  }

  @ParameterizedTest
  @ValueSource(strings = {"spread", "together"})
  void theBestDocumentsInLucene(String term) throws IOException {
    int looks = looks(large, top(term));
    int before = looks(small, top(term));
    assertTrue(looks > before + 1, looks + " looks, " + before + " of them before the search");
    for (int exit = 1; exit <= looks; exit++) {
      Timeout timeout = new Timeout(exit);
      try (DirectoryReader reader =
          new ExitableDirectoryReader(DirectoryReader.open(large), timeout)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        assertThrows(ExitingReaderException.class, () -> searcher.search(top(term), 10));
        assertEquals(exit, timeout.asked.get());
      }
    }
  }

  @Test
  void theBestDocumentsInSeveralThreads() throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    Timeout timeout = new Timeout(looks(large, top("spread")));
    try (DirectoryReader reader =
        new ExitableDirectoryReader(DirectoryReader.open(large), timeout)) {
      IndexSearcher searcher = new IndexSearcher(reader, threads);
      assertThrows(ExitingReaderException.class, () -> searcher.search(top("spread"), 10));
    } finally {
      threads.shutdown();
    }
  }

  private static ContextIndexSearcher elasticsearchs(DirectoryReader reader) throws IOException {
    return new ContextIndexSearcher(
        reader,
        new BM25Similarity(),
        IndexSearcher.getDefaultQueryCache(),
        IndexSearcher.getDefaultQueryCachingPolicy(),
        /* wrapWithExitableDirectoryReader= */ true);
  }

  private interface Search {
    void run(ContextIndexSearcher searcher) throws IOException;
  }

  /** Cancels at every look, one after the other. */
  private static void assertCancellable(Search search) throws IOException {
    AtomicInteger looks = new AtomicInteger();
    try (DirectoryReader reader = DirectoryReader.open(large)) {
      ContextIndexSearcher counting = elasticsearchs(reader);
      counting.addQueryCancellation(looks::incrementAndGet);
      search.run(counting);
      assertTrue(looks.get() >= 3, looks + " looks");
      for (int i = 1; i <= looks.get(); i += 1 + looks.get() / 50) {
        AtomicInteger left = new AtomicInteger(i);
        TaskCancelledException cancelled = new TaskCancelledException("cancelled");
        ContextIndexSearcher searcher = elasticsearchs(reader);
        searcher.addQueryCancellation(
            () -> {
              if (left.decrementAndGet() <= 0) {
                throw cancelled;
              }
            });
        assertSame(
            cancelled, assertThrows(TaskCancelledException.class, () -> search.run(searcher)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"spread", "together"})
  void theBestDocumentsInElasticsearch(String term) throws IOException {
    assertCancellable(searcher -> searcher.rewrite(top(term)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"spread", "together"})
  void allDocumentsInElasticsearch(String term) throws IOException {
    assertCancellable(searcher -> searcher.search(query(term), 10));
  }

  /** Lucene's own timeout ends the collection and keeps what was found. */
  @Test
  void allDocumentsInLucene() throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(large)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      int all = searcher.count(query("spread"));
      Timeout timeout = new Timeout(3);
      searcher.setTimeout(timeout);
      int found = searcher.search(query("spread"), DOCUMENTS).scoreDocs.length;
      assertTrue(searcher.timedOut());
      assertTrue(found < all, found + " of " + all);
    }
  }
}
