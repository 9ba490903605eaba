package org.learnedsparse.bench.search.measure;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.search.ScoreDoc;
import org.learnedsparse.bench.search.engine.Mode;
import org.learnedsparse.bench.search.index.BuiltIndex;
import org.learnedsparse.bench.search.index.DocumentOrder;
import org.learnedsparse.bench.search.index.EngineIndex;
import org.learnedsparse.bench.search.index.HeapWatch;
import org.learnedsparse.vector.SparseVector;

/**
 * What an engine's answers are worth and what memory they take, from running each query once.
 *
 * @param recall the mean over the queries
 * @param peakHeapMegabytes the most heap that lived, see {@link HeapWatch}, since before the index
 *     was opened
 * @param allocatedKilobytes what a query allocates in the mean, most of which is garbage at once
 */
public record Audit(double recall, double peakHeapMegabytes, double allocatedKilobytes) {
  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  /**
   * Opens an index and runs the queries.
   *
   * @param truth the answers to the same queries
   * @param order tells which document each id of the index stands for
   */
  public static Audit of(
      BuiltIndex built,
      Mode mode,
      List<SparseVector> queries,
      int k,
      Truth truth,
      DocumentOrder order)
      throws IOException {
    try (HeapWatch heap = new HeapWatch();
        EngineIndex index = built.open()) {
      double recall = 0;
      long allocated = 0;
      for (int query = 0; query < queries.size(); query++) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        ScoreDoc[] hits = index.search(queries.get(query), k, mode);
        allocated += THREADS.getCurrentThreadAllocatedBytes() - before;
        int[] found = Arrays.stream(hits).mapToInt(hit -> order.document(hit.doc)).toArray();
        recall += truth.recall(query, k, found);
      }
      return new Audit(
          recall / queries.size(), heap.peakMegabytes(), allocated / 1e3 / queries.size());
    }
  }
}
