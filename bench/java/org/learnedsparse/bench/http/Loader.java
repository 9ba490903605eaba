package org.learnedsparse.bench.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.learnedsparse.bench.HttpConnection;
import org.learnedsparse.bench.search.data.DocumentFile;

/**
 * Loads the documents into the indices. They take turns, slice by slice, each in turn the first, so
 * that whatever slows the machine down for a while slows all of them. An index's turn ends when all
 * it got is flushed and none of its merges runs, so none works in another's time.
 */
final class Loader {
  private static final int LEAST_SLICES = 4;
  private static final int LARGEST_SLICE = 50_000;
  private static final int WARM_UP = 5_000;
  private static final int POLL_MILLIS = 20;

  /** No merge may be seen so often in a row: one that was just found may not have begun. */
  private static final int POLLS = 3;

  // In the mapping's _meta.
  private static final String LOAD = "load";
  private static final String PLAN = "plan";

  private final BenchNode node;
  private final Settings settings;
  private final DocumentFile documents;

  Loader(BenchNode node, Settings settings, DocumentFile documents) {
    this.node = node;
    this.settings = settings;
    this.documents = documents;
  }

  /** The figures of all indices; loads those that are not in the node completely. */
  Map<TestedIndex, Load> load() throws IOException {
    Map<TestedIndex, Load> loads = new LinkedHashMap<>();
    List<TestedIndex> missing = new ArrayList<>();
    for (TestedIndex index : settings.indices()) {
      loads.put(index, null);
      JsonNode meta = meta(index);
      if (meta.path(PLAN).asText().equals(plan(index))) {
        loads.put(index, Load.of(meta.get(LOAD)));
      } else {
        missing.add(index);
      }
    }
    if (missing.isEmpty() == false) {
      loads.putAll(loadAll(missing));
    }
    return loads;
  }

  private JsonNode meta(TestedIndex index) {
    return node.has(index)
        ? node.request("GET", index.name() + "/_mapping", null)
            .at("/" + index.name() + "/mappings/_meta")
        : MissingNode.getInstance();
  }

  /** All that an index depends on. */
  private String plan(TestedIndex index) {
    return settings.documents()
        + " documents, seed "
        + settings.seed()
        + ", segments "
        + settings.segments()
        + ", clients "
        + settings.clients()
        + ", bulk "
        + settings.bulk()
        + ", "
        + new TreeMap<>(index.own());
  }

  /** What an index's turns have taken so far. */
  private static final class Sum {
    private double seconds;
    private double settledSeconds;
    private double cpuSeconds;
  }

  private Map<TestedIndex, Load> loadAll(List<TestedIndex> indices) throws IOException {
    Map<TestedIndex, Sum> sums = new LinkedHashMap<>();
    indices.forEach(index -> sums.put(index, new Sum()));
    try (Clients clients = new Clients(node.url(), settings.clients())) {
      List<byte[]> warmUp = bodies(0, Math.min(WARM_UP, settings.documents()));
      for (TestedIndex index : indices) {
        create(index);
        turn(clients, index, warmUp, new Sum());
        create(index);
      }
      int slices = Math.max(LEAST_SLICES, settings.documents() / LARGEST_SLICE);
      for (int slice = 0; slice < slices; slice++) {
        List<byte[]> bodies = bodies(position(slice, slices), position(slice + 1, slices));
        List<TestedIndex> turns = new ArrayList<>(indices);
        Collections.rotate(turns, -slice);
        for (TestedIndex index : turns) {
          turn(clients, index, bodies, sums.get(index));
        }
      }
    }
    Map<TestedIndex, Load> loads = new LinkedHashMap<>();
    for (TestedIndex index : indices) {
      loads.put(index, finish(index, sums.get(index)));
    }
    return loads;
  }

  private int position(int slice, int slices) {
    return (int) ((long) settings.documents() * slice / slices);
  }

  private List<byte[]> bodies(int from, int to) throws IOException {
    return BulkRequests.bodies(documents, from, to, settings.bulk());
  }

  private void create(TestedIndex index) {
    node.request("DELETE", index.name() + "?ignore_unavailable=true", null);
    node.request("PUT", index.name(), index.definition());
  }

  private void turn(Clients clients, TestedIndex index, List<byte[]> bodies, Sum sum)
      throws IOException {
    String path = "/" + index.name() + "/_bulk?filter_path=errors";
    List<byte[]> requests =
        bodies.stream().map(body -> HttpConnection.post(node.url(), path, body)).toList();
    double cpu = node.cpuSeconds();
    long start = System.nanoTime();
    sum.seconds += clients.send(requests, Loader::checkBulk);
    settle(index);
    sum.settledSeconds += (System.nanoTime() - start) / 1e9;
    sum.cpuSeconds += node.cpuSeconds() - cpu;
  }

  private static void checkBulk(byte[] answer) throws IOException {
    String text = new String(answer, StandardCharsets.UTF_8);
    if (text.equals("{\"errors\":false}") == false) {
      throw new IOException("a bulk request has errors: " + text);
    }
  }

  private void settle(TestedIndex index) throws IOException {
    node.request("POST", index.name() + "/_flush?force=true&wait_if_ongoing=true", null);
    int quiet = 0;
    while (quiet < POLLS) {
      int running =
          node.request("GET", index.name() + "/_stats/merge", null)
              .at("/_all/total/merges/current")
              .asInt();
      quiet = running == 0 ? quiet + 1 : 0;
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while merges ran", e);
      }
    }
  }

  private Load finish(TestedIndex index, Sum sum) throws IOException {
    double cpu = node.cpuSeconds();
    long start = System.nanoTime();
    if (settings.segments() > 0) {
      node.request(
          "POST", index.name() + "/_forcemerge?max_num_segments=" + settings.segments(), null);
    }
    double mergeSeconds = settings.segments() > 0 ? (System.nanoTime() - start) / 1e9 : 0;
    double mergeCpuSeconds = settings.segments() > 0 ? node.cpuSeconds() - cpu : 0;
    node.request("POST", index.name() + "/_refresh", null);
    settle(index);
    node.request("POST", index.name() + "/_refresh", null);
    long found = node.request("GET", index.name() + "/_count", null).get("count").asLong();
    if (found != settings.documents()) {
      throw new IOException(index.name() + " has " + found + " documents");
    }
    JsonNode stats = node.request("GET", index.name() + "/_stats/store,segments", null);
    Load load =
        new Load(
            settings.documents(),
            sum.seconds,
            sum.settledSeconds,
            sum.cpuSeconds,
            mergeSeconds,
            mergeCpuSeconds,
            stats.at("/_all/total/segments/count").asInt(),
            stats.at("/_all/total/store/size_in_bytes").asLong(),
            sourceBytes(index));
    node.request(
        "PUT",
        index.name() + "/_mapping",
        Map.of("_meta", Map.of(PLAN, plan(index), LOAD, load.toMap())));
    return load;
  }

  private long sourceBytes(TestedIndex index) {
    JsonNode usage =
        node.request("POST", index.name() + "/_disk_usage?run_expensive_tasks=true", null);
    return usage.at("/" + index.name() + "/fields/_source/total_in_bytes").asLong();
  }
}
