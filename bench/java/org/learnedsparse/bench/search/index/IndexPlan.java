package org.learnedsparse.bench.search.index;

/**
 * What the indices of a run have in common.
 *
 * @param segments into how many the documents are flushed; 1 for merging all into one
 * @param deleted the documents that are deleted in the end
 * @param tagged the documents that the filter lets through
 */
public record IndexPlan(int segments, DocumentShare deleted, DocumentShare tagged) {
  /** Whether a search may find a document, named by its number in the collection. */
  public boolean isVisible(int id) {
    return deleted.has(id) == false && (tagged.isNone() || tagged.has(id));
  }

  /** A folder's name that tells all of it. */
  String folderName() {
    return segments
        + "-segments-"
        + deleted.fraction()
        + "-deleted-"
        + tagged.fraction()
        + "-tagged";
  }
}
