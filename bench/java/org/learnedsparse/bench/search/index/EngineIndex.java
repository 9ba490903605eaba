package org.learnedsparse.bench.search.index;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.learnedsparse.bench.search.engine.Engine;
import org.learnedsparse.bench.search.engine.Mode;
import org.learnedsparse.vector.SparseVector;

/** An engine's index, open for searches on one thread. Its files are mapped into memory. */
public final class EngineIndex implements Closeable {
  static final Term TAG = new Term("tag", "yes");

  private final Engine engine;
  private final Query filter;
  private final Directory directory;
  private final DirectoryReader reader;
  private final IndexSearcher searcher;

  EngineIndex(Engine engine, IndexPlan plan, Path folder) throws IOException {
    this.engine = engine;
    this.filter = plan.tagged().isNone() ? null : new TermQuery(TAG);
    this.directory = new MMapDirectory(folder);
    this.reader = DirectoryReader.open(directory);
    this.searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null); // of these queries, Elasticsearch would cache none
  }

  /**
   * Searches as an Elasticsearch shard does that need not count the hits: documents that cannot be
   * among the k best are skipped from the k-th hit on.
   *
   * @return at most k, the best first
   */
  public ScoreDoc[] search(SparseVector vector, int k, Mode mode) throws IOException {
    Query query = engine.query(vector, filter, k, mode);
    return searcher.search(query, new TopScoreDocCollectorManager(k, null, k)).scoreDocs;
  }

  /** The number of segments. */
  int segments() {
    return reader.leaves().size();
  }

  /** The size of all its files. */
  long bytes() throws IOException {
    long bytes = 0;
    for (String file : reader.getIndexCommit().getFileNames()) {
      bytes += directory.fileLength(file);
    }
    return bytes;
  }

  @Override
  public void close() throws IOException {
    reader.close();
    directory.close();
  }
}
