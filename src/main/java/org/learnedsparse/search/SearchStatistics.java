package org.learnedsparse.search;

import java.util.concurrent.atomic.LongAdder;

/** What a search for the best documents went through, and what an approximation left out. */
public final class SearchStatistics {
  private final Approximation approximation;
  private final boolean counts;
  private final LongAdder superblocks = new LongAdder();
  private final LongAdder scored = new LongAdder();
  private final LongAdder blocks = new LongAdder();
  private final LongAdder documents = new LongAdder();
  private final LongAdder blocksLeftOut = new LongAdder();
  private volatile int terms;
  private volatile int lightTerms;
  private volatile int termsLeftOut;

  /**
   * @param counts whether to tell any: they include documents that are hidden from the reader
   */
  SearchStatistics(Approximation approximation, boolean counts) {
    this.approximation = approximation;
    this.counts = counts;
  }

  /**
   * Notes some superblocks.
   *
   * @param all that the segment has
   * @param visited of these, that were scored
   * @param examined blocks of these whose documents were looked at
   * @param offered documents that were among the best at that moment
   * @param leftOut blocks that the approximation did without and an exact search would not
   */
  void count(long all, long visited, long examined, long offered, long leftOut) {
    superblocks.add(all);
    scored.add(visited);
    blocks.add(examined);
    documents.add(offered);
    blocksLeftOut.add(leftOut);
  }

  /**
   * Notes the query's terms.
   *
   * @param all of them
   * @param light those that the approximation may leave out of bounds
   */
  void countTerms(int all, int light) {
    terms = all;
    lightTerms = light;
  }

  /** Notes that in some segment the light terms did not count in bounds. */
  void leaveOutTerms() {
    termsLeftOut = lightTerms;
  }

  /** Of how many blocks documents were looked at. */
  long examined() {
    return blocks.sum();
  }

  /** Whether nothing was left out that could have been among the best. */
  public boolean isExact() {
    return termsLeftOut == 0 && blocksLeftOut.sum() == 0;
  }

  /** Whether the answer is exact, and what was left out if not. */
  public String outcome() {
    return isExact()
        ? "exact"
        : "approximate ("
            + approximation
            + "), left out "
            + termsLeftOut
            + " of "
            + terms
            + " terms and "
            + blocksLeftOut
            + " blocks";
  }

  @Override
  public String toString() {
    if (counts == false) {
      return outcome() + ", in documents of which some are hidden";
    }
    return outcome()
        + ", scored "
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
