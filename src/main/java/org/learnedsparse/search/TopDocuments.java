package org.learnedsparse.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Weight;

/** Finds the best documents of an index, its segments side by side where the searcher does so. */
final class TopDocuments {
  private final IndexSearcher searcher;
  private final Weight filter;
  private final int k;
  private final Approximation approximation;
  private final SearchStatistics statistics;

  /**
   * @param filter what the best are chosen among; null for all documents
   * @param k how many, 1 or more
   * @param approximation what may be left out. Where documents are hidden from the reader, nothing
   *     is: what would be left out depends on them
   */
  TopDocuments(IndexSearcher searcher, Weight filter, int k, Approximation approximation) {
    this.searcher = searcher;
    this.filter = filter;
    this.k = Math.min(k, Math.max(1, searcher.getIndexReader().maxDoc()));
    boolean hidden = HiddenDocuments.in(searcher);
    this.approximation = hidden ? Approximation.NONE : approximation;
    this.statistics = new SearchStatistics(this.approximation, hidden == false);
  }

  /** How the documents were found. */
  SearchStatistics statistics() {
    return statistics;
  }

  /** The best as {@link TopScores#best} gives them. */
  long[] find(LearnedSparseWeight weight) throws IOException {
    Threshold threshold = new Threshold(k, weight.highestScore());
    BoundsGauge gauge = new BoundsGauge();
    int leastBounded = weight.leastOfHeaviest(approximation.queryMass());
    statistics.countTerms(weight.terms(), weight.termsBelow(leastBounded));
    List<Callable<TopScores>> searches = new ArrayList<>();
    for (LeafReaderContext leaf : searcher.getLeafContexts()) {
      TopScores top = new TopScores(k, threshold);
      searches.add(() -> search(leaf, weight, leastBounded, top, gauge));
    }
    return TopScores.best(searcher.getTaskExecutor().invokeAll(searches), k);
  }

  private TopScores search(
      LeafReaderContext leaf,
      LearnedSparseWeight weight,
      int leastBounded,
      TopScores top,
      BoundsGauge gauge)
      throws IOException {
    SegmentTerms terms = weight.terms(leaf);
    Accepted accepted = terms == null ? null : Accepted.in(leaf, filter);
    if (accepted != null) {
      RankedTerms ranked = new RankedTerms(terms, leastBounded);
      double documents = searcher.getIndexReader().maxDoc();
      double wanted = k / (documents * accepted.share());
      BlockMaxSearch search =
          new BlockMaxSearch(
              ranked,
              terms.weights(),
              accepted,
              leaf,
              wanted,
              top,
              gauge,
              () -> weight.checkCancelled(leaf));
      double share = leaf.reader().maxDoc() / documents;
      search.leaveOut(approximation.thresholdFactor(), share * approximation.maxBlocks());
      search.run();
      search.report(statistics);
    }
    return top;
  }
}
