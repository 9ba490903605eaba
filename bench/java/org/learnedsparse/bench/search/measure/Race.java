package org.learnedsparse.bench.search.measure;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
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
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final List<Contestant> contestants;
  private final List<SparseVector> queries;
  private final int k;
  private final long[][] wall;
  private final long[][] cpu;

  public Race(List<Contestant> contestants, List<SparseVector> queries, int k) {
    this.contestants = contestants;
    this.queries = queries;
    this.k = k;
    this.wall = new long[contestants.size()][queries.size()];
    this.cpu = new long[contestants.size()][queries.size()];
  }

  /**
   * Runs all queries several times.
   *
   * @param warmUp rounds that are not counted
   * @param rounds rounds that are, at least 1
   * @return for each contestant, the fastest of the rounds for each query: medians would grow with
   *     what else the machine does, and more for a slow contestant than for a fast one
   */
  public List<Times> run(int warmUp, int rounds) throws IOException {
    for (int round = 0; round < warmUp; round++) {
      round(round);
    }
    for (int contestant = 0; contestant < contestants.size(); contestant++) {
      Arrays.fill(wall[contestant], Long.MAX_VALUE);
      Arrays.fill(cpu[contestant], Long.MAX_VALUE);
    }
    for (int round = 0; round < rounds; round++) {
      round(round);
    }
    List<Times> times = new ArrayList<>();
    for (int contestant = 0; contestant < contestants.size(); contestant++) {
      times.add(new Times(new Latencies(wall[contestant]), new Latencies(cpu[contestant])));
    }
    return times;
  }

  private void round(int round) throws IOException {
    for (int query = 0; query < queries.size(); query++) {
      for (int turn = 0; turn < contestants.size(); turn++) {
        int contestant = (round + query + turn) % contestants.size();
        long wallStart = System.nanoTime();
        long cpuStart = THREADS.getCurrentThreadCpuTime();
        contestants.get(contestant).search(queries.get(query), k);
        long cpuNanos = THREADS.getCurrentThreadCpuTime() - cpuStart;
        long wallNanos = System.nanoTime() - wallStart;
        wall[contestant][query] = Math.min(wall[contestant][query], wallNanos);
        cpu[contestant][query] = Math.min(cpu[contestant][query], cpuNanos);
      }
    }
  }
}
