package org.learnedsparse.bench.fusion;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.learnedsparse.bench.CommandLine;
import org.learnedsparse.bench.ResultFile;
import org.learnedsparse.bench.search.data.QuerySampler;
import org.learnedsparse.bench.search.data.TopicModel;
import org.learnedsparse.bench.search.data.WeightedTerms;
import org.learnedsparse.bench.search.measure.Latencies;
import org.learnedsparse.tools.node.RealNode;

/** Measures a {@code learned_sparse} query with {@code knn} beside the searches of its sides. */
public final class FusionBenchmark {
  private final Settings settings;
  private final ResultFile result = new ResultFile("bench/fusion");
  private final TopicModel model = new TopicModel();
  private final ClusteredVectors vectors;

  private FusionBenchmark(Settings settings) throws IOException {
    this.settings = settings;
    this.vectors =
        new ClusteredVectors(settings.seed(), settings.clusters(), settings.dimensions());
  }

  /** See {@link Settings#USAGE}. */
  public static void main(String... arguments) throws IOException {
    Settings settings = CommandLine.orExit(() -> Settings.parse(arguments));
    int most = settings.ofSum().orElse(Integer.MAX_VALUE);
    List<Row> slow = run(settings).stream().filter(row -> row.percentOfSum() > most).toList();
    for (Row row : slow) {
      System.err.printf(
          Locale.ROOT,
          "k of %d: the fused search took %.1f%% of the other two together, more than %d%%%n",
          row.k(),
          row.percentOfSum(),
          most);
    }
    if (slow.isEmpty() == false) {
      System.exit(1);
    }
  }

  /** Measures, and prints and writes the outcome. */
  static List<Row> run(Settings settings) throws IOException {
    return new FusionBenchmark(settings).run();
  }

  private List<Row> run() throws IOException {
    say("starting a node …");
    try (RealNode node = RealNode.builder("bench-fusion").heap(settings.heap()).start()) {
      say("indexing %,d documents …", settings.documents());
      HybridIndex index = HybridIndex.load(node, settings, model, vectors);
      QuerySampler sampler =
          new QuerySampler(
              model, settings.seed(), index.documentFrequencies(), settings.documents());
      List<Row> rows = new ArrayList<>();
      for (int k : settings.ks()) {
        say("searching, k of %d …", k);
        rows.add(measure(node, sampler, k));
      }
      report(rows, index.segments());
      return rows;
    }
  }

  private Row measure(RealNode node, QuerySampler sampler, int k) throws IOException {
    int candidates = settings.candidates(k);
    Turns turns = new Turns(node.url(), settings.seed());
    for (int id = 0; id < settings.queryCount(); id++) {
      WeightedTerms terms = sampler.query(settings.kind(), id);
      float[] vector = vectors.query(id);
      Map<Search, String> bodies = new EnumMap<>(Search.class);
      for (Search search : Search.values()) {
        bodies.put(search, search.body(terms, vector, k, candidates));
      }
      turns.add(bodies);
    }
    Samples samples = turns.run(settings.warmUp(), settings.rounds());
    Latencies floor = turns.floor(settings.queryCount() * settings.rounds());
    return new Row(k, candidates, samples, floor.mean());
  }

  private void report(List<Row> rows, int segments) throws IOException {
    ObjectNode root = result.root();
    root.put("docs", settings.documents());
    root.put("dims", settings.dimensions());
    root.put("clusters", settings.clusters());
    root.put("seed", settings.seed());
    root.put("queries", settings.kind().toString());
    root.put("query_count", settings.queryCount());
    root.put("segments", segments);
    root.put("heap", settings.heap());
    root.put("warmup_rounds", settings.warmUp());
    root.put("rounds", settings.rounds());
    ArrayNode array = root.putArray("rows");
    for (Row row : rows) {
      ObjectNode json = array.addObject();
      json.put("floor_mean_ms", Row.round(row.floorMillis()));
      row.writeTo(json);
    }
    String table = table(rows, segments);
    System.out.print("\n" + table);
    if (settings.json().isPresent()) {
      result.write(settings.json().get(), table);
    }
  }

  private String table(List<Row> rows, int segments) {
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            Locale.ROOT,
            """
            %,d made-up documents (seed %d) with SPLADE-like weights and vectors of %d dimensions in %,d clusters
            (`int8_hnsw`), one node, one shard, segments: %d, heap %s; %d %s queries, %d rounds, 10 hits
            (%s)

            *Of the sum*: what the fused search takes of `sparse` and `dense` together, query by query; its median and quartiles.
            *Beyond nothing*: the same by the means, without what a request that matches nothing takes (%s).

            | k | num_candidates | search | p50 ms | p90 | mean | `took` p50 | p90 | mean | of the sum | quartiles | beyond nothing |
            |---:|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|
            """,
            settings.documents(),
            settings.seed(),
            settings.dimensions(),
            settings.clusters(),
            segments,
            settings.heap(),
            settings.queryCount(),
            settings.kind(),
            settings.rounds(),
            result.heading(),
            floors(rows)));
    rows.forEach(row -> table.append(row.lines()));
    return table.toString();
  }

  private static String floors(List<Row> rows) {
    return String.join(
        ", ",
        rows.stream()
            .map(row -> String.format(Locale.ROOT, "%.3f ms", row.floorMillis()))
            .toList());
  }

  private static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
