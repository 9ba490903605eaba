package org.learnedsparse.tools.evaluate;

/**
 * What indexing a collection took.
 *
 * @param documents how many
 * @param seconds wall clock from the first document to the last acknowledgement, without the final
 *     merge
 * @param bytes size of the one segment that is left after the merge, stored source included
 */
public record IndexingCost(long documents, double seconds, long bytes) {

  public double documentsPerSecond() {
    return documents / seconds;
  }

  public double bytesPerDocument() {
    return (double) bytes / documents;
  }
}
