package org.learnedsparse.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FilterDirectoryReader;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.learnedsparse.postings.ImpactCodec;
import org.learnedsparse.postings.ImpactTokens;
import org.learnedsparse.postings.Superblock;
import org.learnedsparse.vector.Quantiser;
import org.learnedsparse.vector.SparseVector;

/** A reader from whom documents are hidden learns nothing of them from what a search says. */
class HiddenDocumentsTest {
  private static final String FIELD = "v";
  private static final int HIDDEN = Superblock.DOCUMENTS;
  private static final int SEEN = 300;
  private static final Approximation ONE_BLOCK = new Approximation(.5, 1, 1);

  /** Shows the documents after the first {@link #HIDDEN}, as a role's query would. */
  private static final class Role extends FilterDirectoryReader {
    Role(DirectoryReader in) throws IOException {
      super(
          in,
          new SubReaderWrapper() {
            @Override
            public LeafReader wrap(LeafReader reader) {
              return new Seen(reader);
            }
          });
    }

    @Override
    protected DirectoryReader doWrapDirectoryReader(DirectoryReader in) throws IOException {
      return new Role(in);
    }

    @Override
    public CacheHelper getReaderCacheHelper() {
      return null;
    }
  }

  private static final class Seen extends FilterLeafReader {
    private final FixedBitSet seen;

    Seen(LeafReader in) {
      super(in);
      seen = new FixedBitSet(in.maxDoc());
      seen.set(HIDDEN, in.maxDoc());
    }

    @Override
    public Bits getLiveDocs() {
      return seen;
    }

    @Override
    public int numDocs() {
      return SEEN;
    }

    @Override
    public CacheHelper getCoreCacheHelper() {
      return in.getCoreCacheHelper();
    }

    @Override
    public CacheHelper getReaderCacheHelper() {
      return null;
    }
  }

  private static Query top(String term, Approximation approximation) {
    Quantiser quantiser = new Quantiser(255);
    LearnedSparseQuery query =
        new LearnedSparseQuery(FIELD, SparseVector.of(Map.of(term, 1f)), quantiser);
    return new TopDocumentsQuery(query, null, 10, approximation, statistics -> {});
  }

  private static int[] found(IndexSearcher searcher, Query query) throws IOException {
    return Arrays.stream(searcher.search(query, 10).scoreDocs).mapToInt(hit -> hit.doc).toArray();
  }

  /** What profiles and explanations show. */
  private static String told(IndexSearcher searcher, Query query) throws IOException {
    return query.rewrite(searcher).toString();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void searchesTellNothingOfThem(boolean hasBounds) throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      write(directory, hasBounds);
      try (DirectoryReader all = DirectoryReader.open(directory);
          DirectoryReader role = new Role(all)) {
        IndexSearcher reader = new IndexSearcher(role);
        assertTrue(HiddenDocuments.in(reader));
        for (Approximation approximation : new Approximation[] {Approximation.NONE, ONE_BLOCK}) {
          int[] best = IntStream.range(HIDDEN, HIDDEN + 10).toArray();
          assertArrayEquals(best, found(reader, top("shared", approximation)));
          assertEquals(0, found(reader, top("secret", approximation)).length);
          assertEquals(
              told(reader, top("nobody", approximation)).replace("nobody", "secret"),
              told(reader, top("secret", approximation)));
          String shared = told(reader, top("shared", approximation));
          assertTrue(shared.contains(": exact, in documents of which some are hidden"), shared);
        }
        IndexSearcher other = new IndexSearcher(all);
        assertFalse(HiddenDocuments.in(other));
        assertEquals(0, found(other, top("shared", ONE_BLOCK))[0]);
        String shared = told(other, top("shared", ONE_BLOCK));
        assertTrue(shared.contains(hasBounds ? ": approximate" : ": exact"), shared);
        assertTrue(shared.contains(" superblocks, examined "), shared);
      }
    }
  }

  private static void write(Directory directory, boolean hasBounds) throws IOException {
    IndexWriterConfig config = new IndexWriterConfig(new KeywordAnalyzer());
    if (hasBounds) {
      config.setCodec(ImpactCodec.forFields(FIELD));
    }
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int i = 0; i < HIDDEN + SEEN; i++) {
        Document document = new Document();
        document.add(
            ImpactTokens.field(
                FIELD, i < HIDDEN ? Map.of("shared", 200, "secret", 9) : Map.of("shared", 100)));
        writer.addDocument(document);
      }
      writer.forceMerge(1);
    }
  }
}
