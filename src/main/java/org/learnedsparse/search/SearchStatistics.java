package org.learnedsparse.search;

import java.util.concurrent.atomic.LongAdder;

/** What a search for the best documents went through and what it left out. */
final class SearchStatistics {
  private final LongAdder superblocks = new LongAdder();
  private final LongAdder scored = new LongAdder();
  private final LongAdder blocks = new LongAdder();
  private final LongAdder documents = new LongAdder();

  /**
   * Notes some superblocks.
   *
   * @param all that the segment has
   * @param visited of these, that were scored
   * @param examined blocks of these whose documents were looked at
   * @param offered documents that were among the best at that moment
   */
  void count(long all, long visited, long examined, long offered) {
    superblocks.add(all);
    scored.add(visited);
    blocks.add(examined);
    documents.add(offered);
  }

  @Override
  public String toString() {
    return "scored "
        + scored
        + " of "
        + superblocks
        + " superblocks, examined "
        + blocks
        + " blocks, took in "
        + documents
        + " documents";
  }
}
