package org.learnedsparse.query;

import java.io.IOException;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.elasticsearch.search.internal.ContextIndexSearcher;
import org.learnedsparse.search.IndexIdf;

/** What the other shards of a {@code dfs_query_then_fetch} search have told of a term. */
final class ShardStatistics implements IndexIdf.OtherShards {
  static final ShardStatistics INSTANCE = new ShardStatistics();

  private ShardStatistics() {}

  @Override
  public long documentFrequency(IndexSearcher searcher, Term term) throws IOException {
    return searcher instanceof ContextIndexSearcher shards ? shards.docFreq(term, 0) : 0;
  }
}
