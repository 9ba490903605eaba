package org.learnedsparse.query;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Map;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.BytesRef;
import org.elasticsearch.search.dfs.AggregatedDfs;
import org.elasticsearch.search.internal.ContextIndexSearcher;
import org.junit.jupiter.api.Test;

class ShardStatisticsTest {
  private static long frequency(IndexSearcher searcher, Term term) throws IOException {
    return ShardStatistics.INSTANCE.documentFrequency(searcher, term);
  }

  @Test
  void otherShardsAreKnownOnceTheirStatisticsAreGathered() throws IOException {
    Term sun = new Term("v", "sun");
    try (Directory directory = new ByteBuffersDirectory()) {
      new IndexWriter(directory, new IndexWriterConfig()).close();
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        ContextIndexSearcher searcher =
            new ContextIndexSearcher(
                reader,
                new BM25Similarity(),
                IndexSearcher.getDefaultQueryCache(),
                IndexSearcher.getDefaultQueryCachingPolicy(),
                /* wrapWithExitableDirectoryReader= */ false);
        assertEquals(0, frequency(searcher, sun));
        TermStatistics ofAll = new TermStatistics(new BytesRef("sun"), 7, 70);
        searcher.setAggregatedDfs(new AggregatedDfs(Map.of(sun, ofAll), Map.of(), 100));
        assertEquals(7, frequency(searcher, sun));
        assertEquals(0, frequency(searcher, new Term("v", "moon")));
        assertEquals(0, frequency(searcher, new Term("w", "sun")));
        assertEquals(0, frequency(new IndexSearcher(reader), sun));
      }
    }
  }
}
