package org.learnedsparse.tools.beir;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What one ranking is worth for one query, by the conventions of trec_eval, which BEIR uses too.
 * Every measure lies in 0..1, and is 0 for a query to which no document is relevant.
 *
 * @param ndcg normalised discounted cumulative gain of the first {@value #NDCG_DEPTH} documents;
 *     the gain is linear: relevance / log2(rank + 1), divided by the same sum over the best
 *     possible ranking
 * @param mrr 1 / rank of the first relevant document among the first {@value #MRR_DEPTH}, or 0
 * @param recall the part of the relevant documents that is among the first {@value #RECALL_DEPTH}
 */
public record Measures(double ndcg, double mrr, double recall) {
  public static final int NDCG_DEPTH = 10;
  public static final int MRR_DEPTH = 10;
  public static final int RECALL_DEPTH = 100;

  /**
   * Measures one ranking.
   *
   * @param ranking document ids, best first, none twice
   * @param relevance by document id; relevant means greater than 0
   */
  public static Measures of(List<String> ranking, Map<String, Integer> relevance) {
    return new Measures(
        ndcg(ranking, relevance), mrr(ranking, relevance), recall(ranking, relevance));
  }

  private static double ndcg(List<String> ranking, Map<String, Integer> relevance) {
    List<Integer> gains =
        ranking.stream().limit(NDCG_DEPTH).map(id -> gain(relevance, id)).toList();
    List<Integer> best =
        relevance.values().stream()
            .map(value -> Math.max(value, 0))
            .sorted(Comparator.reverseOrder())
            .limit(NDCG_DEPTH)
            .toList();
    double ideal = discountedSum(best);
    return ideal == 0 ? 0 : discountedSum(gains) / ideal;
  }

  private static double discountedSum(List<Integer> gains) {
    double sum = 0;
    for (int i = 0; i < gains.size(); i++) {
      int rank = i + 1;
      sum += gains.get(i) * Math.log(2) / Math.log(rank + 1);
    }
    return sum;
  }

  private static double mrr(List<String> ranking, Map<String, Integer> relevance) {
    for (int i = 0; i < Math.min(ranking.size(), MRR_DEPTH); i++) {
      if (gain(relevance, ranking.get(i)) > 0) {
        return 1.0 / (i + 1);
      }
    }
    return 0;
  }

  private static double recall(List<String> ranking, Map<String, Integer> relevance) {
    long relevant = relevance.values().stream().filter(value -> value > 0).count();
    long found = ranking.stream().limit(RECALL_DEPTH).filter(id -> gain(relevance, id) > 0).count();
    return relevant == 0 ? 0 : (double) found / relevant;
  }

  private static int gain(Map<String, Integer> relevance, String id) {
    return Math.max(relevance.getOrDefault(id, 0), 0);
  }
}
