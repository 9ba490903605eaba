package org.learnedsparse.bench.fusion;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.learnedsparse.bench.HttpConnection;
import org.learnedsparse.bench.fusion.Samples.Time;
import org.learnedsparse.bench.search.measure.Latencies;
import org.learnedsparse.tools.node.Http;

/**
 * Runs the searches of each query one after the other, in random order, over a connection that
 * stays open; whatever slows the machine down for a while slows all of them.
 */
final class Turns {
  private static final String PATH = "/" + HybridIndex.NAME + "/_search";
  private static final String NOTHING = "{\"_source\":false,\"query\":{\"match_none\":{}}}";

  private final URI node;
  private final List<Map<Search, byte[]>> requests = new ArrayList<>();
  private final Random random;

  Turns(URI node, int seed) {
    this.node = node;
    this.random = new Random(seed);
  }

  /**
   * Adds a query.
   *
   * @param bodies of each search
   */
  void add(Map<Search, String> bodies) {
    Map<Search, byte[]> its = new EnumMap<>(Search.class);
    bodies.forEach((search, body) -> its.put(search, request(body)));
    requests.add(its);
  }

  private byte[] request(String body) {
    return HttpConnection.post(node, PATH, body.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Runs all queries several times.
   *
   * @param warmUp rounds that are not counted
   * @param rounds rounds that are, at least 1
   */
  Samples run(int warmUp, int rounds) throws IOException {
    Samples samples = new Samples();
    List<Search> order = new ArrayList<>(List.of(Search.values()));
    try (HttpConnection connection = new HttpConnection(node)) {
      for (int round = -warmUp; round < rounds; round++) {
        for (Map<Search, byte[]> query : requests) {
          Collections.shuffle(order, random);
          Map<Search, Time> times = new EnumMap<>(Search.class);
          for (Search search : order) {
            times.put(search, time(connection, query.get(search)));
          }
          if (round >= 0) {
            samples.add(times);
          }
        }
      }
    }
    return samples;
  }

  private static Time time(HttpConnection connection, byte[] request) throws IOException {
    long start = System.nanoTime();
    byte[] answer = connection.send(request);
    long nanos = System.nanoTime() - start;
    JsonNode tree = Http.JSON.readTree(answer);
    if (tree.path("timed_out").asBoolean(true)
        || tree.at("/_shards/failed").asInt(1) > 0
        || tree.at("/hits/hits").isEmpty()) {
      throw new IOException("not a whole answer: " + tree);
    }
    return new Time(nanos, tree.get("took").asLong());
  }

  /** The times of a request that matches nothing: what each of the others has in it. */
  Latencies floor(int times) throws IOException {
    byte[] request = request(NOTHING);
    long[] nanos = new long[times];
    try (HttpConnection connection = new HttpConnection(node)) {
      for (int i = 0; i < times; i++) {
        long start = System.nanoTime();
        connection.send(request);
        nanos[i] = System.nanoTime() - start;
      }
    }
    return new Latencies(nanos);
  }
}
