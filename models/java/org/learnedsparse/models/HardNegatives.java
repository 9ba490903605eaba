package org.learnedsparse.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** For each query of a source, passages that share its words but belong to another query. */
final class HardNegatives {
  private HardNegatives() {}

  /**
   * Finds them by literal match, weighted by the query table.
   *
   * @param queries token ids, by pair
   * @param passages token ids, by pair
   * @param groups by pair; pairs with the same group are never each other's negatives
   * @param most negatives wanted for each pair; there are fewer where fewer passages match
   */
  static int[][] find(
      List<int[]> queries, List<int[]> passages, List<String> groups, float[] weights, int most) {
    int size = passages.size();
    Map<Integer, List<Integer>> postings = new HashMap<>();
    for (int p = 0; p < size; p++) {
      int passage = p;
      Arrays.stream(passages.get(p))
          .distinct()
          .filter(t -> weights[t] > 0)
          .forEach(t -> postings.computeIfAbsent(t, term -> new ArrayList<>()).add(passage));
    }
    // A word in more than a twentieth of the passages chooses too few of them to be worth its time.
    postings.values().removeIf(list -> list.size() > Math.max(100, size / 20));
    int[][] found = new int[size][];
    float[] scores = new float[size];
    for (int q = 0; q < size; q++) {
      List<Integer> touched = new ArrayList<>();
      for (int t : Arrays.stream(queries.get(q)).distinct().toArray()) {
        for (int p : postings.getOrDefault(t, List.of())) {
          if (scores[p] == 0) {
            touched.add(p);
          }
          scores[p] += weights[t];
        }
      }
      found[q] = best(q, touched, scores, groups, most);
      touched.forEach(p -> scores[p] = 0);
    }
    return found;
  }

  private static int[] best(
      int query, List<Integer> touched, float[] scores, List<String> groups, int most) {
    int[] best = new int[most];
    int size = 0;
    for (int p : touched) {
      if (groups.get(p).equals(groups.get(query))
          || (size == most && scores[p] <= scores[best[size - 1]])) {
        continue;
      }
      int at = size < most ? size++ : size - 1;
      while (at > 0 && scores[best[at - 1]] < scores[p]) {
        best[at] = best[at - 1];
        at--;
      }
      best[at] = p;
    }
    return Arrays.copyOf(best, size);
  }
}
