package org.learnedsparse.tools.evaluate;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.learnedsparse.tools.beir.Measures;

/**
 * One system on one collection.
 *
 * @param perQuery in the order of the collection's queries, the same for all systems
 */
record Row(String collection, String system, List<Measures> perQuery, IndexingCost cost) {

  /** The mean of one measure over the queries. */
  double mean(ToDoubleFunction<Measures> measure) {
    return perQuery.stream().mapToDouble(measure).average().orElseThrow();
  }
}
