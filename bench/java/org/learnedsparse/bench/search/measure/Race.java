package org.learnedsparse.bench.search.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.learnedsparse.vector.SparseVector;

/**
 * Times contestants on the same queries, on one thread. They take turns on each query, each in turn
 * the first, so that whatever slows the machine down for a while slows all of them. A time runs
 * from the query's weights to the best documents: building the query object counts.
 */
public final class Race {
  private final List<Contestant> contestants;
  private final List<SparseVector> queries;
  private final int k;

  public Race(List<Contestant> contestants, List<SparseVector> queries, int k) {
    this.contestants = contestants;
    this.queries = queries;
    this.k = k;
  }

  /**
   * Runs all queries several times.
   *
   * @param warmUp rounds that are not counted
   * @param rounds rounds that are, at least 1
   * @return for each contestant, the median over the rounds for each query
   */
  public List<Latencies> run(int warmUp, int rounds) throws IOException {
    for (int round = 0; round < warmUp; round++) {
      round(round);
    }
    List<long[][]> measured = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      measured.add(round(round));
    }
    List<Latencies> latencies = new ArrayList<>();
    for (int contestant = 0; contestant < contestants.size(); contestant++) {
      double[] milliseconds = new double[queries.size()];
      for (int query = 0; query < milliseconds.length; query++) {
        milliseconds[query] = median(measured, contestant, query) / 1e6;
      }
      latencies.add(new Latencies(milliseconds));
    }
    return latencies;
  }

  /** Nanoseconds by contestant and query. */
  private long[][] round(int round) throws IOException {
    long[][] nanos = new long[contestants.size()][queries.size()];
    for (int query = 0; query < queries.size(); query++) {
      for (int turn = 0; turn < contestants.size(); turn++) {
        int contestant = (round + query + turn) % contestants.size();
        long start = System.nanoTime();
        contestants.get(contestant).search(queries.get(query), k);
        nanos[contestant][query] = System.nanoTime() - start;
      }
    }
    return nanos;
  }

  private static double median(List<long[][]> rounds, int contestant, int query) {
    long[] sorted = rounds.stream().mapToLong(round -> round[contestant][query]).toArray();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
  }
}
