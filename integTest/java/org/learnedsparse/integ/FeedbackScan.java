package org.learnedsparse.integ;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.learnedsparse.integ.HybridDocuments.Document;

/**
 * What feedback makes of a query, by definition.
 *
 * @param space {@code sparse}, {@code dense} or {@code both}
 * @param interpolation {@code before}, {@code after} or {@code both}; null for a query without a
 *     dense side
 */
record FeedbackScan(
    int documents, int terms, double weight, String method, String space, String interpolation) {

  /** The second query; empty where rounding could give another one. */
  Optional<HybridQuery> second(HybridScan scan, HybridQuery query) {
    HybridQuery first = query.withAtLeast(documents);
    if (scan.decided(first) == false) {
      return Optional.empty();
    }
    boolean apart = "after".equals(interpolation);
    HybridQuery next = query;
    if (space.equals("dense") == false) {
      Ranking found = scan.fused(apart ? first.sparseAlone() : first);
      Ranking added = terms(scan, found);
      if (found.decides(documents) == false || added.decides(terms) == false) {
        return Optional.empty();
      }
      next = next.withWeights(mixed(query.weights(), added));
    }
    if (space.equals("sparse") == false) {
      Ranking found = scan.fused(apart ? first.scoredDense() : first);
      if (found.decides(documents) == false) {
        return Optional.empty();
      }
      next = next.withVector(mixed(query.nearest().vector(), vectors(scan, found, query)));
    }
    if ("before".equals(interpolation)) {
      next = space.equals("sparse") ? next.sparseAlone() : next.scoredDense();
    }
    return Optional.of(next);
  }

  private boolean isRm3() {
    return method.equals("rm3");
  }

  private double length(Iterable<Double> weights) {
    double sum = 0;
    for (double weight : weights) {
      sum += isRm3() ? weight : weight * weight;
    }
    return isRm3() ? sum : Math.sqrt(sum);
  }

  /** All terms of the relevant documents, by weight. */
  private Ranking terms(HybridScan scan, Ranking found) {
    Map<Integer, Double> sums = new TreeMap<>();
    for (int id : found.first(documents)) {
      Map<String, Double> weights = scan.documents().get(id).weights();
      if (weights != null) {
        double share = (isRm3() ? found.scoreOf(id) : 1) / length(weights.values());
        weights.forEach(
            (term, its) ->
                sums.merge(Integer.valueOf(term.substring(1)), share * its, Double::sum));
      }
    }
    return new Ranking(sums, 0);
  }

  private Map<String, Double> mixed(Map<String, Double> query, Ranking added) {
    List<Integer> heaviest = added.first(terms);
    if (heaviest.stream().mapToDouble(added::scoreOf).sum() == 0) {
      return query;
    }
    double factor =
        weight * length(query.values()) / length(heaviest.stream().map(added::scoreOf).toList());
    Map<String, Double> mixed = new TreeMap<>();
    query.forEach((term, its) -> mixed.put(term, (1 - weight) * its));
    heaviest.forEach(term -> mixed.merge("t" + term, factor * added.scoreOf(term), Double::sum));
    return mixed;
  }

  private List<List<Double>> vectors(HybridScan scan, Ranking found, HybridQuery query) {
    List<List<Double>> vectors = new ArrayList<>();
    for (int id : found.first(documents)) {
      Document document = scan.documents().get(id);
      if (document.vector() != null) {
        vectors.add(document.vector(query.nearest().field()));
      }
    }
    return vectors;
  }

  private List<Double> mixed(List<Double> query, List<List<Double>> relevant) {
    if (relevant.isEmpty()) {
      return query;
    }
    List<Double> equal = relevant.stream().map(vector -> 1.0 / relevant.size()).toList();
    return sum(List.of(query, sum(relevant, equal)), List.of(1 - weight, weight));
  }

  /** The weighted sum, as long as the vectors are on the mean; the weights add up to 1. */
  private static List<Double> sum(List<List<Double>> vectors, List<Double> weights) {
    double[] sum = new double[vectors.get(0).size()];
    double wanted = 0;
    for (int i = 0; i < weights.size(); i++) {
      double squares = 0;
      for (int j = 0; j < sum.length; j++) {
        double value = vectors.get(i).get(j);
        sum[j] += weights.get(i) * value;
        squares += value * value;
      }
      wanted += weights.get(i) * Math.sqrt(squares);
    }
    double squares = 0;
    for (double value : sum) {
      squares += value * value;
    }
    List<Double> scaled = new ArrayList<>();
    for (double value : sum) {
      scaled.add(value * wanted / Math.sqrt(squares));
    }
    return scaled;
  }
}
