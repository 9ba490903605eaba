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
  /**
   * So many times the wanted documents are found by a part of the query's terms, before all terms
   * decide.
   */
  private static final double CANDIDATES = 1.5;

  /** To score more documents than this by all terms would take longer than to find them so. */
  private static final int MOST_CANDIDATES = 150;

  private final IndexSearcher searcher;
  private final Weight filter;
  private final int k;
  private final Approximation approximation;
  private final SearchStatistics statistics;

  /**
   * @param filter what the best are chosen among; null for all documents
   * @param k how many, 1 or more
   */
  TopDocuments(IndexSearcher searcher, Weight filter, int k, Approximation approximation) {
    this.searcher = searcher;
    this.filter = filter;
    this.k = Math.min(k, Math.max(1, searcher.getIndexReader().maxDoc()));
    this.approximation = approximation;
    this.statistics = new SearchStatistics(approximation);
  }

  /** How the documents were found. */
  SearchStatistics statistics() {
    return statistics;
  }

  /** The best as {@link TopScores#best} gives them. */
  long[] find(LearnedSparseWeight weight) throws IOException {
    int candidates = (int) Math.ceil(CANDIDATES * k);
    LearnedSparseWeight part =
        candidates > MOST_CANDIDATES ? weight : weight.heaviest(approximation.queryMass());
    statistics.countTerms(weight.terms(), weight.terms() - part.terms());
    boolean complete = part.terms() == weight.terms();
    long[] found =
        new Pass(part, complete ? k : candidates, statistics)
            .find(leaf -> Accepted.in(leaf, filter), approximation);
    if (complete) {
      return found;
    }
    // How these few are scored is not how the best were found.
    return new Pass(weight, k, new SearchStatistics(Approximation.NONE))
        .find(leaf -> Accepted.among(found, leaf), Approximation.NONE);
  }

  /** The documents of a segment that may be found; null if there are none. */
  private interface AcceptedDocuments {
    Accepted in(LeafReaderContext leaf) throws IOException;
  }

  /** A search through all segments. */
  private final class Pass {
    private final LearnedSparseWeight weight;
    private final int most;
    private final Threshold threshold;
    private final BoundsGauge gauge = new BoundsGauge();
    private final SearchStatistics report;

    Pass(LearnedSparseWeight weight, int most, SearchStatistics report) {
      this.weight = weight;
      this.most = most;
      this.report = report;
      this.threshold = new Threshold(most, weight.highestScore());
    }

    long[] find(AcceptedDocuments documents, Approximation allowed) throws IOException {
      List<Callable<TopScores>> tasks = new ArrayList<>();
      for (LeafReaderContext leaf : searcher.getLeafContexts()) {
        tasks.add(() -> search(leaf, documents, allowed));
      }
      return TopScores.best(searcher.getTaskExecutor().invokeAll(tasks), most);
    }

    private TopScores search(
        LeafReaderContext leaf, AcceptedDocuments documents, Approximation allowed)
        throws IOException {
      TopScores top = new TopScores(most, threshold);
      SegmentTerms terms = weight.terms(leaf);
      Accepted accepted = terms == null ? null : documents.in(leaf);
      if (accepted != null) {
        double all = searcher.getIndexReader().maxDoc();
        double wanted = most / (all * accepted.share());
        BlockMaxSearch search =
            new BlockMaxSearch(
                terms, accepted, leaf, wanted, top, gauge, () -> weight.checkCancelled(leaf));
        double share = leaf.reader().maxDoc() / all;
        search.leaveOut(allowed.thresholdFactor(), share * allowed.maxBlocks());
        search.run();
        search.report(report);
      }
      return top;
    }
  }
}
