package org.learnedsparse.integ;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lists of documents made one, by the definitions of the retriever {@code learned_sparse_fusion}
 * and none of its code.
 */
final class FusedScan {
  /**
   * What one retriever finds.
   *
   * @param ids best first
   * @param scores of each document
   * @param sorted whether a sort decides the order
   */
  record Found(List<Integer> ids, Map<Integer, Float> scores, boolean sorted) {
    /** Documents in the order of their scores. */
    static Found byScore(Map<Integer, Float> scores) {
      List<Integer> ids = new ArrayList<>(scores.keySet());
      ids.sort(Comparator.comparing(scores::get, Comparator.reverseOrder()));
      return new Found(ids, scores, false);
    }

    /** Whether the documents at both sides of a window's edge have one score. */
    boolean tiesAt(int window) {
      return sorted == false
          && ids.size() > window
          && scores.get(ids.get(window - 1)).equals(scores.get(ids.get(window)));
    }

    private Found first(int window) {
      return new Found(ids.subList(0, Math.min(window, ids.size())), scores, sorted);
    }

    private int rank(int position) {
      int rank = position;
      while (sorted == false
          && rank > 0
          && scores.get(ids.get(rank - 1)).equals(scores.get(ids.get(position)))) {
        rank--;
      }
      return rank + 1;
    }
  }

  /**
   * How much a list counts.
   *
   * @param normalizer null for reciprocal ranks
   */
  record Weighted(Found found, double weight, String normalizer) {}

  /** A fused document; equal ones differ in their id alone. */
  record Fused(int id, float score, List<Integer> ranks) {
    boolean ties(Fused other) {
      return score == other.score && ranks.equals(other.ranks);
    }
  }

  private FusedScan() {}

  /**
   * All fused documents, best first, with the scores that a window of this size has.
   *
   * @param minScore 0 for none
   */
  static List<Fused> fuse(List<Weighted> children, int rankConstant, int window, float minScore) {
    Map<Integer, Double> sums = new HashMap<>();
    Map<Integer, List<Integer>> ranks = new HashMap<>();
    for (int child = 0; child < children.size(); child++) {
      Weighted weighted = children.get(child);
      Found found = weighted.found().first(window);
      double[] scores = found.ids().stream().mapToDouble(id -> found.scores().get(id)).toArray();
      for (int i = 0; i < scores.length; i++) {
        int id = found.ids().get(i);
        int rank = found.rank(i);
        double part =
            weighted.normalizer() == null
                ? weighted.weight() / (rankConstant + rank)
                : weighted.weight() * normalized(weighted.normalizer(), scores, scores[i]);
        sums.merge(id, part, Double::sum);
        ranks
            .computeIfAbsent(
                id,
                key -> {
                  Integer[] none = new Integer[children.size()];
                  Arrays.fill(none, Integer.MAX_VALUE);
                  return Arrays.asList(none);
                })
            .set(child, rank);
      }
    }
    List<Fused> all = new ArrayList<>();
    sums.forEach(
        (id, sum) -> {
          if ((float) (double) sum >= minScore) {
            all.add(new Fused(id, (float) (double) sum, ranks.get(id)));
          }
        });
    all.sort(FusedScan::bestFirst);
    return raised(all, window);
  }

  private static int bestFirst(Fused one, Fused other) {
    int order = Float.compare(other.score(), one.score());
    for (int i = 0; order == 0 && i < one.ranks().size(); i++) {
      order = Integer.compare(one.ranks().get(i), other.ranks().get(i));
    }
    return order;
  }

  /** Scores that tell the order, from the last document of the window upwards. */
  private static List<Fused> raised(List<Fused> all, int window) {
    List<Fused> raised = new ArrayList<>(all);
    int last = Math.min(window, all.size()) - 1;
    for (int i = last; i >= 0; i--) {
      float least = i == last ? Float.MIN_VALUE : Math.nextUp(raised.get(i + 1).score());
      boolean ties = i < last && all.get(i).ties(all.get(i + 1));
      float score = ties ? raised.get(i + 1).score() : Math.max(all.get(i).score(), least);
      raised.set(i, new Fused(all.get(i).id(), score, all.get(i).ranks()));
    }
    // Those that tie with the last of the window might as well be in it.
    for (int i = last + 1; last >= 0 && i < all.size() && all.get(i).ties(all.get(last)); i++) {
      raised.set(i, new Fused(all.get(i).id(), raised.get(last).score(), all.get(i).ranks()));
    }
    return raised;
  }

  private static double normalized(String normalizer, double[] scores, double score) {
    double highest = Arrays.stream(scores).max().orElseThrow();
    double lowest = Arrays.stream(scores).min().orElseThrow();
    boolean equal = highest == lowest;
    return switch (normalizer) {
      case "none" -> score;
      case "min_max" -> equal ? 1 : (score - lowest) / (highest - lowest);
      case "theoretical_min_max" -> equal ? 1 : score / highest;
      case "l2" -> score / Math.sqrt(squares(scores, 0));
      case "z_score" -> {
        double sum = 0;
        for (double other : scores) {
          sum += other;
        }
        double variance = squares(scores, sum / scores.length) / scores.length;
        yield equal ? 1 : (score - lowest) / Math.sqrt(variance);
      }
      default -> throw new IllegalArgumentException(normalizer);
    };
  }

  private static double squares(double[] scores, double origin) {
    double squares = 0;
    for (double score : scores) {
      squares += (score - origin) * (score - origin);
    }
    return squares;
  }
}
