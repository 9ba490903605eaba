package org.learnedsparse.bench.encode;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.learnedsparse.bench.Machine;

/**
 * Which setups of the bare loop with sorted texts are fast: all run a sample of the texts several
 * times, in changing order, and the fastest pass of each counts.
 *
 * @param speeds texts for every second of a free core, in the order of trying
 */
record Screening(Map<BareLoop.Setup, Double> speeds) {
  private static final List<Integer> BATCH_SIZES = List.of(1, 2, 4, 8, 16);

  /** The first pass also gets the sessions their memory. */
  private static final int PASSES = 2;

  /**
   * Tries batches of several sizes, with single-threaded runs side by side and with one run spread
   * over all cores.
   *
   * @param sample token ids
   * @param encodeThreads the single-threaded runs at once
   */
  static Screening of(BareLoop loop, List<long[]> sample, int encodeThreads)
      throws OrtException, InterruptedException {
    List<BareLoop.Setup> order = new ArrayList<>();
    for (int size : BATCH_SIZES) {
      Batching sorted = new Batching(Batching.Order.SORTED, size);
      order.add(new BareLoop.Setup(encodeThreads, 1, sorted));
      order.add(new BareLoop.Setup(1, Machine.cores(), sorted));
    }
    Map<BareLoop.Setup, Double> speeds = new LinkedHashMap<>();
    for (int pass = 0; pass < PASSES; pass++) {
      for (int i = 0; i < order.size(); i++) {
        BareLoop.Setup setup = order.get(pass % 2 == 0 ? i : order.size() - 1 - i);
        speeds.merge(setup, loop.run(sample, setup).textsPerFreeCoreSecond(), Math::max);
      }
    }
    return new Screening(speeds);
  }

  /** The fastest setup whose runs have one thread each. */
  BareLoop.Setup fastestParallel() {
    return fastest(setup -> setup.intraOp() == 1);
  }

  /** The fastest setup that spreads a run over all cores. */
  BareLoop.Setup fastestSpread() {
    return fastest(setup -> setup.runners() == 1);
  }

  private BareLoop.Setup fastest(Predicate<BareLoop.Setup> fits) {
    return speeds.entrySet().stream()
        .filter(entry -> fits.test(entry.getKey()))
        .max(Map.Entry.comparingByValue())
        .orElseThrow()
        .getKey();
  }
}
