package org.learnedsparse.vector;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes a query of a query and documents that are taken to be relevant to it.
 *
 * @param method how the documents' terms are weighed
 * @param terms how many of them, the heaviest, are added, 1 or more
 * @param weight the documents' share of the new query, 0 to 1
 */
public record RelevanceFeedback(Method method, int terms, double weight) {
  /** How the documents' terms are weighed. Each ends with a vector of length 1 in its norm. */
  public enum Method {
    /**
     * The relevance model of Lavrenko and Croft, interpolated with the query (RM3, Abdul-Jaleel et
     * al., TREC 2004): a term's weight is its share of a document's weights, averaged over the
     * documents by their scores. The norm is the sum of weights.
     */
    RM3 {
      @Override
      double norm(Map<String, Double> weights) {
        return weights.values().stream().mapToDouble(weight -> weight).sum();
      }

      @Override
      double importance(double score) {
        return score;
      }
    },
    /**
     * The mean of the documents' vectors, each of length 1 (Rocchio 1971, without documents that
     * are not relevant). The norm is Euclid's.
     */
    ROCCHIO {
      @Override
      double norm(Map<String, Double> weights) {
        return Math.sqrt(weights.values().stream().mapToDouble(weight -> weight * weight).sum());
      }

      @Override
      double importance(double score) {
        return 1;
      }
    };

    abstract double norm(Map<String, Double> weights);

    /** How much a document counts. */
    abstract double importance(double score);

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A document that is taken to be relevant.
   *
   * @param score above 0
   */
  public record Relevant(SparseVector vector, double score) {}

  /**
   * The new query: (1 − weight) × the query + weight × the documents' heaviest terms, both of
   * length 1 in the method's norm, times the query's length, so that scores stay of a kind.
   */
  public SparseVector apply(SparseVector query, List<Relevant> documents) {
    Map<String, Double> all = new TreeMap<>();
    for (Relevant document : documents) {
      Map<String, Double> its = doubles(document.vector());
      double norm = method.norm(its);
      if (norm > 0) {
        WeightedMean.add(document.vector(), method.importance(document.score()) / norm, all);
      }
    }
    Map<String, Double> heaviest = heaviest(all);
    double length = method.norm(doubles(query));
    double norm = method.norm(heaviest);
    if (length == 0 || norm == 0) {
      return query;
    }
    Map<String, Double> sums = new TreeMap<>();
    WeightedMean.add(query, 1 - weight, sums);
    heaviest.forEach((term, its) -> sums.merge(term, weight * its / norm * length, Double::sum));
    return WeightedMean.times(sums, 1);
  }

  private Map<String, Double> heaviest(Map<String, Double> all) {
    Map<String, Double> heaviest = new TreeMap<>();
    all.entrySet().stream()
        .sorted(
            Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(terms)
        .forEach(entry -> heaviest.put(entry.getKey(), entry.getValue()));
    return heaviest;
  }

  private static Map<String, Double> doubles(SparseVector vector) {
    Map<String, Double> weights = new TreeMap<>();
    WeightedMean.add(vector, 1, weights);
    return weights;
  }
}
