package org.learnedsparse.tools.demo;

import java.util.List;
import java.util.Map;
import org.learnedsparse.tools.beir.BeirDocument;
import org.learnedsparse.tools.beir.BeirQuery;
import org.learnedsparse.tools.beir.Measures;

/**
 * What both rankers made of a query.
 *
 * @param query the query
 * @param relevance by document id
 * @param best the documents with the highest judgment; none when nothing is relevant
 * @param sharesNoWord whether the query has no word in common with any of the best
 * @param bm25 what BM25 found, best first
 * @param learned what the learned weights found, best first
 */
record Outcome(
    BeirQuery query,
    Map<String, Integer> relevance,
    List<BeirDocument> best,
    boolean sharesNoWord,
    List<Result> bm25,
    List<Result> learned) {

  private static final int LONGEST_TITLE = 50;

  double bm25Ndcg() {
    return ndcg(bm25);
  }

  double learnedNdcg() {
    return ndcg(learned);
  }

  /** The rank of the first of the best documents, counted from 1, or a dash. */
  String rankOfBest(List<Result> results) {
    List<String> ids = best.stream().map(BeirDocument::id).toList();
    for (int i = 0; i < results.size(); i++) {
      if (ids.contains(results.get(i).id())) {
        return Integer.toString(i + 1);
      }
    }
    return "–";
  }

  /** What the first of the best documents is called, in quotes. */
  String titleOfBest() {
    BeirDocument first = best.get(0);
    String title = first.title().isBlank() ? first.text() : first.title();
    return "\"" + Columns.cut(Columns.oneLine(title), LONGEST_TITLE) + "\"";
  }

  private double ndcg(List<Result> results) {
    return Measures.of(results.stream().map(Result::id).toList(), relevance).ndcg();
  }
}
