package org.learnedsparse.bench.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.learnedsparse.bench.ResultFile;
import org.learnedsparse.bench.search.measure.Latencies;

/** The figures of a run, as JSON and as tables. */
final class Report {
  private final Settings settings;
  private final Map<TestedIndex, Load> loads;
  private final Latencies floor;
  private final List<Row> rows;

  /**
   * @param floor the times of a request that matches nothing
   */
  Report(Settings settings, Map<TestedIndex, Load> loads, Latencies floor, List<Row> rows) {
    this.settings = settings;
    this.loads = loads;
    this.floor = floor;
    this.rows = List.copyOf(rows);
  }

  /** Adds an object for each index and for each row. */
  void addTo(ResultFile result) {
    ObjectNode root = result.root();
    root.put("clients", settings.clients());
    root.put("bulk", settings.bulk());
    root.put("heap", settings.heap());
    root.put("warmup_rounds", settings.warmUp());
    root.put("rounds", settings.rounds());
    root.put("floor_mean_ms", Row.round(floor.mean()));
    root.put("floor_p50_ms", Row.round(floor.percentile(50)));
    ArrayNode indices = root.putArray("indices");
    loads.forEach(
        (index, load) -> {
          ObjectNode json = common(indices.addObject());
          json.put("index", index.name());
          index.own().forEach((name, value) -> json.put(name, String.valueOf(value)));
          json.put("docs_per_s", Row.round(load.documentsPerSecond()));
          json.put("settled_docs_per_s", Row.round(load.settledDocumentsPerSecond()));
          json.put("docs_per_cpu_s", Row.round(load.documentsPerCpuSecond()));
          json.put("force_merge_s", Row.round(load.mergeSeconds()));
          json.put("force_merge_cpu_s", Row.round(load.mergeCpuSeconds()));
          json.put("segments", load.segments());
          json.put("bytes", load.bytes());
          json.put("source_bytes", load.sourceBytes());
        });
    ArrayNode array = root.putArray("rows");
    for (Row row : rows) {
      ObjectNode json = common(array.addObject());
      json.put("query_count", settings.queryCount());
      row.writeTo(json);
    }
  }

  private ObjectNode common(ObjectNode json) {
    json.put("docs", settings.documents());
    json.put("seed", settings.seed());
    return json;
  }

  /** The tables, in Markdown. */
  String tables(String heading) {
    StringBuilder tables = new StringBuilder();
    add(
        tables,
        """
        Indexing and searching %,d made-up documents (seed %d) over HTTP, one node, one shard, heap %s
        (%s)

        %d clients, bulks of %d documents. *Settled*: until all is flushed and no merge runs.

        | index | docs/s | docs/s, settled | docs per CPU second | force merge s | its CPU s | segments | bytes | of them not `_source` | a document |
        |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|
        """,
        settings.documents(),
        settings.seed(),
        settings.heap(),
        heading,
        settings.clients(),
        settings.bulk());
    loads.forEach(
        (index, load) -> {
          long own = load.bytes() - load.sourceBytes();
          add(
              tables,
              "| `%s` | %.0f | %.0f | %.0f | %.1f | %.1f | %d | %,d | %,d | %.1f |%n",
              index.name(),
              load.documentsPerSecond(),
              load.settledDocumentsPerSecond(),
              load.documentsPerCpuSecond(),
              load.mergeSeconds(),
              load.mergeCpuSeconds(),
              load.segments(),
              load.bytes(),
              own,
              (double) own / load.documents());
        });
    add(
        tables,
        """

        %d queries of each kind for the best %d, %d rounds. The ratio says how many times as fast as `sparse_vector` with the
        same counting a request is, by the means over the fastest round of each query. A request that matches nothing
        takes %.3f ms in the mean, p50 %.3f.

        | queries | index | request | mean ms | p50 | p95 | p99 | fastest, mean | ratio | queries/s, %d clients | node CPU ms | overlap@%d |
        |---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|
        """,
        settings.queryCount(),
        Contestant.SIZE,
        settings.rounds(),
        floor.mean(),
        floor.percentile(50),
        settings.clients(),
        Contestant.SIZE);
    for (Row row : rows) {
      add(
          tables,
          "| %s | `%s` | %s | %.3f | %.3f | %.3f | %.3f | %.3f | %.2f | %.0f | %.3f | %.4f |%n",
          row.kind(),
          row.contestant().index().name(),
          row.contestant().request(),
          row.times().all().mean(),
          row.times().all().percentile(50),
          row.times().all().percentile(95),
          row.times().all().percentile(99),
          row.times().fastest().mean(),
          row.ratio(),
          row.throughput().queriesPerSecond(),
          row.throughput().cpuMillis(),
          row.agreement().overlap());
    }
    return tables.toString();
  }

  private static void add(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
  }
}
