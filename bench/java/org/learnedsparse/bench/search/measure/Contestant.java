package org.learnedsparse.bench.search.measure;

import java.io.IOException;
import org.apache.lucene.search.ScoreDoc;
import org.learnedsparse.bench.search.engine.Mode;
import org.learnedsparse.bench.search.index.EngineIndex;
import org.learnedsparse.vector.SparseVector;

/** An engine's index, searched in one mode. */
public record Contestant(EngineIndex index, Mode mode) {
  /** The best k documents, the best first. */
  public ScoreDoc[] search(SparseVector query, int k) throws IOException {
    return index.search(query, k, mode);
  }
}
