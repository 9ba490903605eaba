package org.learnedsparse.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
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
    if (part.terms() == weight.terms()) {
      return find(weight, k);
    }
    long[] rescored = score(find(part, candidates), weight);
    return Arrays.copyOfRange(rescored, Math.max(0, rescored.length - k), rescored.length);
  }

  private long[] find(LearnedSparseWeight weight, int most) throws IOException {
    Threshold threshold = new Threshold(most, weight.highestScore());
    BoundsGauge gauge = new BoundsGauge();
    List<Callable<TopScores>> searches = new ArrayList<>();
    for (LeafReaderContext leaf : searcher.getLeafContexts()) {
      searches.add(() -> search(leaf, weight, new TopScores(most, threshold), gauge));
    }
    return TopScores.best(searcher.getTaskExecutor().invokeAll(searches), most);
  }

  private TopScores search(
      LeafReaderContext leaf, LearnedSparseWeight weight, TopScores top, BoundsGauge gauge)
      throws IOException {
    SegmentTerms terms = weight.terms(leaf);
    Accepted accepted = terms == null ? null : Accepted.in(leaf, filter);
    if (accepted != null) {
      double documents = searcher.getIndexReader().maxDoc();
      double wanted = k / (documents * accepted.share());
      BlockMaxSearch search =
          new BlockMaxSearch(
              terms, accepted, leaf, wanted, top, gauge, () -> weight.checkCancelled(leaf));
      double share = leaf.reader().maxDoc() / documents;
      search.leaveOut(approximation.thresholdFactor(), share * approximation.maxBlocks());
      search.run();
      search.report(statistics);
    }
    return top;
  }

  /** The same documents with their scores by all terms. */
  private long[] score(long[] found, LearnedSparseWeight weight) throws IOException {
    int[] documents = Arrays.stream(found).mapToInt(TopScores::document).sorted().toArray();
    List<LeafReaderContext> leaves = searcher.getLeafContexts();
    long[] scored = new long[documents.length];
    DocumentScorer scorer = null;
    int leaf = -1;
    for (int i = 0; i < documents.length; i++) {
      int its = ReaderUtil.subIndex(documents[i], leaves);
      if (its != leaf) {
        leaf = its;
        scorer = new DocumentScorer(weight, weight.terms(leaves.get(leaf)));
      }
      scorer.iterator().advance(documents[i] - leaves.get(leaf).docBase);
      scored[i] = TopScores.value(documents[i], scorer.score());
    }
    Arrays.sort(scored);
    return scored;
  }
}
