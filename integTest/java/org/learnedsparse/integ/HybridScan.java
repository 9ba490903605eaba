package org.learnedsparse.integ;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.learnedsparse.integ.HybridDocuments.Document;
import org.learnedsparse.integ.HybridQuery.Nearest;

/** What queries with a sparse and a dense side find in all documents, by definition. */
record HybridScan(Map<Integer, Document> documents) {
  /**
   * A query's weight of a term is rounded by so much of the sum of its weights, as the reference
   * says.
   */
  private static final double WEIGHT_ROUNDING = 0x1p-23;

  /** The candidates of both sides with their fused scores, as one shard would have them. */
  Ranking fused(HybridQuery query) {
    Set<Integer> candidates = new HashSet<>(sparse(query).first(query.k()));
    if (query.nearest() != null) {
      candidates.addAll(dense(query).first(query.nearestK()));
    }
    Map<Integer, Double> scores = new TreeMap<>();
    candidates.forEach(id -> scores.put(id, score(query, id)));
    return new Ranking(
        scores, query.nearest() == null ? slack(query) : sparsePart(query, slack(query)));
  }

  /** Whether no rounding could let other documents be candidates. */
  boolean decided(HybridQuery query) {
    return sparse(query).decides(query.k())
        && (query.nearest() == null || dense(query).decides(query.nearestK()));
  }

  /** The score of a document. */
  double score(HybridQuery query, int id) {
    Document document = documents.get(id);
    double sparse = sparse(query, document);
    Nearest nearest = query.nearest();
    if (nearest == null) {
      return sparse;
    }
    double dense = document.vector() == null ? 0 : dense(nearest, document);
    return sparsePart(query, sparse) + nearest.weight() * dense;
  }

  private static double sparsePart(HybridQuery query, double score) {
    double share = query.nearest().normalised() ? score / highest(query) : score;
    return (1 - query.nearest().weight()) * share;
  }

  /** Whether a query's filter lets a document pass. */
  boolean passes(HybridQuery query, int id) {
    return query.lang() == null || query.lang().equals(documents.get(id).lang());
  }

  private static double highest(HybridQuery query) {
    return sum(query) * HybridDocuments.MAX_WEIGHT;
  }

  private static double sum(HybridQuery query) {
    return query.weights().values().stream().mapToDouble(weight -> weight).sum();
  }

  /** How far any document's sparse score may be off because of the query's rounded weights. */
  private double slack(HybridQuery query) {
    Map<String, Double> errors = new TreeMap<>(query.weights());
    errors.replaceAll((term, weight) -> WEIGHT_ROUNDING * sum(query));
    return documents.values().stream()
        .mapToDouble(document -> sparse(query.withWeights(errors), document))
        .max()
        .orElseThrow();
  }

  private Ranking sparse(HybridQuery query) {
    return ranking(
        query,
        document -> sparse(query, document) > 0,
        document -> sparse(query, document),
        slack(query));
  }

  private Ranking dense(HybridQuery query) {
    return ranking(
        query,
        document -> document.vector() != null,
        document -> dense(query.nearest(), document),
        0);
  }

  private Ranking ranking(
      HybridQuery query,
      Predicate<Document> found,
      ToDoubleFunction<Document> score,
      double slack) {
    Map<Integer, Double> scores = new TreeMap<>();
    documents.forEach(
        (id, document) -> {
          if (passes(query, id) && found.test(document)) {
            scores.put(id, score.applyAsDouble(document));
          }
        });
    return new Ranking(scores, slack);
  }

  private static double sparse(HybridQuery query, Document document) {
    double score = 0;
    if (document.weights() != null) {
      for (Map.Entry<String, Double> term : query.weights().entrySet()) {
        score += term.getValue() * document.weights().getOrDefault(term.getKey(), 0.0);
      }
    }
    return score;
  }

  /** As the reference of {@code dense_vector} defines the score of each similarity. */
  private static double dense(Nearest nearest, Document document) {
    List<Double> query = nearest.vector();
    List<Double> its = document.vector(nearest.field());
    double product = product(query, its);
    return switch (nearest.field()) {
      case "cosine" -> (1 + product / Math.sqrt(product(query, query) * product(its, its))) / 2;
      case "l2_norm" -> 1 / (1 + product(query, query) - 2 * product + product(its, its));
      case HybridDocuments.DOT_PRODUCT -> (1 + product) / 2;
      case HybridDocuments.MAX_INNER_PRODUCT -> product < 0 ? 1 / (1 - product) : product + 1;
      default -> throw new IllegalArgumentException(nearest.field());
    };
  }

  private static double product(List<Double> one, List<Double> other) {
    double product = 0;
    for (int i = 0; i < one.size(); i++) {
      product += one.get(i) * other.get(i);
    }
    return product;
  }
}
