package org.learnedsparse.tools.evaluate;

import java.util.Comparator;
import java.util.List;

/** A document that was found, by its id in the collection. */
public record Hit(String id, double score) {

  private static final Comparator<Hit> BEST_FIRST =
      Comparator.comparingDouble(Hit::score).thenComparing(Hit::id).reversed();

  /**
   * The ids of the hits, best first. Equal scores are ordered by falling id, as trec_eval does it:
   * the order in which concurrent clients happened to index must not change a measure.
   */
  public static List<String> ranking(List<Hit> hits) {
    return hits.stream().sorted(BEST_FIRST).map(Hit::id).toList();
  }
}
