package org.learnedsparse.integ;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Documents by their scores, best first. */
final class Ranking {
  /** How far the scores of two programs may be apart, as a share of them. */
  private static final double ROUNDING = 1e-5;

  private final List<Integer> ids;
  private final Map<Integer, Double> scores;
  private final double slack;

  /**
   * @param slack how much further apart they may be, however small they are
   */
  Ranking(Map<Integer, Double> scores, double slack) {
    this.slack = slack;
    this.scores = Map.copyOf(scores);
    this.ids = new ArrayList<>(scores.keySet());
    ids.sort(Comparator.comparing(scores::get, Comparator.reverseOrder()));
  }

  int size() {
    return ids.size();
  }

  List<Integer> first(int k) {
    return ids.subList(0, Math.min(k, ids.size()));
  }

  double score(int position) {
    return scores.get(ids.get(position));
  }

  double scoreOf(int id) {
    return scores.get(id);
  }

  /** Whether no rounding could put another document among the first k. */
  boolean decides(int k) {
    return ids.size() <= k || score(k - 1) - score(k) > 2 * rounding(score(k - 1));
  }

  /** Whether rounding explains how far a score is from the expected one. */
  boolean near(double expected, double score) {
    return Math.abs(expected - score) <= rounding(expected);
  }

  private double rounding(double score) {
    return ROUNDING * Math.abs(score) + slack;
  }
}
