package org.learnedsparse.engine;

import java.util.List;
import java.util.Map;
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
   * The longest run in any of the segments. Documents that were deleted may have been anywhere, so
   * the run is taken to be as long as it can still be.
   */
  static int longestRun(List<SegmentCommitInfo> segments) {
    int longest = 0;
    for (SegmentCommitInfo segment : segments) {
      String recorded = segment.info.getDiagnostics().get(ORDERED_DOCUMENTS);
      if (recorded != null) {
        int kept = segment.info.maxDoc() - segment.getDelCount();
        longest = Math.max(longest, Math.min(kept, Integer.parseInt(recorded)));
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
