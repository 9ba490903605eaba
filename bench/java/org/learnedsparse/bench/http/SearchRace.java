package org.learnedsparse.bench.http;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.learnedsparse.bench.HttpConnection;
import org.learnedsparse.bench.search.data.WeightedTerms;
import org.learnedsparse.bench.search.measure.Latencies;

/**
 * Times contestants on the same queries, as one client and as several. With one, they take turns on
 * each query, each in turn the first; with several, on all queries. A time runs from the request's
 * first byte to the answer's last.
 */
final class SearchRace {
  private final URI node;
  private final int contestants;
  private final int queries;

  /** The requests of each contestant. */
  private final List<List<byte[]>> requests;

  SearchRace(URI node, List<Contestant> contestants, List<WeightedTerms> queries) {
    this.node = node;
    this.contestants = contestants.size();
    this.queries = queries.size();
    this.requests =
        contestants.stream()
            .map(contestant -> queries.stream().map(query -> request(contestant, query)).toList())
            .toList();
  }

  private byte[] request(Contestant contestant, WeightedTerms query) {
    return HttpConnection.post(
        node, contestant.path(), contestant.body(query).getBytes(StandardCharsets.UTF_8));
  }

  /** The answers of each contestant to each query. */
  List<List<Hits>> answers() throws IOException {
    List<List<Hits>> answers = new ArrayList<>();
    try (HttpConnection connection = new HttpConnection(node)) {
      for (List<byte[]> own : requests) {
        List<Hits> hits = new ArrayList<>();
        for (byte[] request : own) {
          hits.add(Hits.of(connection.send(request)));
        }
        answers.add(hits);
      }
    }
    return answers;
  }

  /**
   * How long a contestant's requests took.
   *
   * @param all of all rounds
   * @param fastest of each query, the fastest round: what else the machine did counts least here
   */
  record Times(Latencies all, Latencies fastest) {}

  /**
   * One client.
   *
   * @param warmUp rounds that are not counted
   * @param rounds rounds that are, at least 1
   */
  List<Times> alone(int warmUp, int rounds) throws IOException {
    long[][][] nanos = new long[contestants][queries][rounds];
    try (HttpConnection connection = new HttpConnection(node)) {
      for (int round = -warmUp; round < rounds; round++) {
        for (int query = 0; query < queries; query++) {
          for (int turn = 0; turn < contestants; turn++) {
            int contestant = (warmUp + round + query + turn) % contestants;
            byte[] request = requests.get(contestant).get(query);
            long start = System.nanoTime();
            connection.send(request);
            long time = System.nanoTime() - start;
            if (round >= 0) {
              nanos[contestant][query][round] = time;
            }
          }
        }
      }
    }
    return Arrays.stream(nanos)
        .map(
            own ->
                new Times(
                    new Latencies(Arrays.stream(own).flatMapToLong(Arrays::stream).toArray()),
                    new Latencies(
                        Arrays.stream(own)
                            .mapToLong(each -> Arrays.stream(each).min().orElseThrow())
                            .toArray())))
        .toList();
  }

  /**
   * What every request costs, however little it asks for: the way through HTTP and the node's
   * search phases, without a match.
   *
   * @param index any of the indices
   * @param rounds as many times as there are queries
   */
  Latencies floor(TestedIndex index, int rounds) throws IOException {
    String body = "{\"size\":10,\"_source\":false,\"query\":{\"match_none\":{}}}";
    byte[] request =
        HttpConnection.post(
            node, "/" + index.name() + "/_search", body.getBytes(StandardCharsets.UTF_8));
    long[] nanos = new long[rounds * queries];
    try (HttpConnection connection = new HttpConnection(node)) {
      for (int i = 0; i < nanos.length; i++) {
        long start = System.nanoTime();
        connection.send(request);
        nanos[i] = System.nanoTime() - start;
      }
    }
    return new Latencies(nanos);
  }

  /**
   * What several clients got done.
   *
   * @param queriesPerSecond the median of the rounds
   * @param cpuMillis processor time of the node for a query, the mean over all rounds
   */
  record Throughput(double queriesPerSecond, double cpuMillis) {}

  /**
   * Several clients.
   *
   * @param cpuSeconds the processor time that the node has used
   */
  List<Throughput> together(int clients, int rounds, DoubleSupplier cpuSeconds) throws IOException {
    double[][] rates = new double[contestants][rounds];
    double[] cpu = new double[contestants];
    try (Clients threads = new Clients(node, clients)) {
      for (int round = 0; round < rounds; round++) {
        for (int turn = 0; turn < contestants; turn++) {
          int contestant = (round + turn) % contestants;
          double before = cpuSeconds.getAsDouble();
          rates[contestant][round] = queries / threads.send(requests.get(contestant), answer -> {});
          cpu[contestant] += cpuSeconds.getAsDouble() - before;
        }
      }
    }
    List<Throughput> throughputs = new ArrayList<>();
    for (int contestant = 0; contestant < contestants; contestant++) {
      double[] sorted = Arrays.stream(rates[contestant]).sorted().toArray();
      double median = (sorted[(rounds - 1) / 2] + sorted[rounds / 2]) / 2;
      throughputs.add(new Throughput(median, 1e3 * cpu[contestant] / rounds / queries));
    }
    return throughputs;
  }
}
