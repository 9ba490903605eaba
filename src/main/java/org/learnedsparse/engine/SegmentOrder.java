package org.learnedsparse.engine;

import java.util.List;
import java.util.Map;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfo;

/**
 * How much of a segment is in an order that was computed: the length of its longest run of
 * documents that one computation ordered. A merge that does not renumber keeps the longest run of
 * its inputs and adds to the documents around it. Recorded with the segment, so it survives a
 * restart and goes with a snapshot.
 */
final class SegmentOrder {
  private static final String ORDERED_DOCUMENTS = "learned_sparse.ordered_documents";

  private SegmentOrder() {}

  /**
   * The longest run in any of the segments of a merge. Documents that the merge drops may have been
   * anywhere, so the run is taken to be as long as it can still be.
   *
   * @param inputs the segments as the merge reads them, in the same order: which soft-deleted
   *     documents it keeps is not told by the segments alone
   */
  static int longestRun(List<SegmentCommitInfo> segments, List<CodecReader> inputs) {
    int longest = 0;
    for (int i = 0; i < inputs.size(); i++) {
      String recorded = segments.get(i).info.getDiagnostics().get(ORDERED_DOCUMENTS);
      if (recorded != null) {
        longest = Math.max(longest, Math.min(inputs.get(i).numDocs(), Integer.parseInt(recorded)));
      }
    }
    return longest;
  }

  /** Records the longest run of a segment that is being written; nothing if there is none. */
  static void record(SegmentInfo segment, int run) {
    if (run > 0) {
      segment.addDiagnostics(Map.of(ORDERED_DOCUMENTS, Integer.toString(run)));
    }
  }
}
