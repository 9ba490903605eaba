package org.learnedsparse.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The weights of a collection by document, and what a query must score there, in plain double
 * arithmetic over every document.
 */
final class StoredWeights {
  private final double maxWeight;
  private final Map<String, Map<String, Double>> documents = new TreeMap<>();

  StoredWeights(double maxWeight) {
    this.maxWeight = maxWeight;
  }

  /** Takes an object of weights by term. */
  static Map<String, Double> weights(JsonNode object) {
    Map<String, Double> weights = new HashMap<>();
    object.properties().forEach(e -> weights.put(e.getKey(), e.getValue().asDouble()));
    return weights;
  }

  void put(String id, Map<String, Double> weights) {
    documents.put(id, weights);
  }

  void remove(String id) {
    documents.remove(id);
  }

  Set<String> terms(String id) {
    return documents.get(id).keySet();
  }

  private double impact(double weight) {
    return weight > maxWeight ? 255 : Math.max(1, Math.round(weight * 255 / maxWeight));
  }

  /** The documents that share a term with the query, with their scores. */
  Map<String, Double> scores(Map<String, Double> query, Predicate<String> filter) {
    Map<String, Double> scores = new TreeMap<>();
    documents.forEach(
        (id, weights) -> {
          for (Map.Entry<String, Double> term : query.entrySet()) {
            Double weight = weights.get(term.getKey());
            if (weight != null && weight > 0 && filter.test(id)) {
              scores.merge(id, term.getValue() * impact(weight) * maxWeight / 255, Double::sum);
            }
          }
        });
    return scores;
  }

  Map<String, Double> scores(Map<String, Double> query) {
    return scores(query, id -> true);
  }

  /** The {@code k} largest of these scores, largest first. */
  static List<Double> best(Map<String, Double> scores, int k) {
    return scores.values().stream().sorted(Comparator.reverseOrder()).limit(k).toList();
  }
}
