package org.learnedsparse.bench.search;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.learnedsparse.bench.ResultFile;
import org.learnedsparse.bench.search.engine.Engine;
import org.learnedsparse.bench.search.index.BuiltIndex;
import org.learnedsparse.bench.search.index.DocumentOrder;
import org.learnedsparse.bench.search.measure.Times;

/** The figures of a run, as JSON and as tables. */
final class Report {
  private final Settings settings;
  private final DocumentOrder order;
  private final List<Row> rows;

  Report(Settings settings, DocumentOrder order, List<Row> rows) {
    this.settings = settings;
    this.order = order;
    this.rows = List.copyOf(rows);
  }

  /**
   * Adds an object for each row, which repeats what all of them share: rows of runs can be mixed.
   */
  void addTo(ResultFile result) {
    result.root().put("warmup_rounds", settings.warmUp());
    result.root().put("rounds", settings.rounds());
    result.root().put("time_of_a_query", "the fastest of the rounds");
    ArrayNode array = result.root().putArray("rows");
    for (Row row : rows) {
      ObjectNode json = array.addObject();
      json.put("docs", settings.documents());
      json.put("seed", settings.seed());
      json.put("order", settings.order());
      if (settings.reordered()) {
        json.put("order_s", Math.round(order.seconds() * 10) / 10.0);
      }
      json.put("delete_share", settings.plan().deleted().fraction());
      json.put("filter_share", settings.plan().tagged().fraction());
      json.put("query_count", settings.queryCount());
      row.writeTo(json);
    }
  }

  /** The tables, in Markdown. */
  String tables(String heading) {
    StringBuilder tables = new StringBuilder();
    add(
        tables,
        """
        Search in %,d made-up documents (seed %d), order: %s%s%s%s; one thread
        (%s)

        %d queries of each kind; a query's time is the fastest of %d rounds. The ratio says how many times as
        fast as `feature_field` an engine is, by the means. CPU time leaves out what other work on the machine took away.

        | queries | k | engine | mode | mean ms | p50 | p95 | p99 | ratio | mean CPU ms | CPU ratio | recall | allocated KB | peak heap MB |
        |---|---:|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
        """,
        settings.documents(),
        settings.seed(),
        settings.order(),
        settings.reordered() ? format(" (found in %.1f s)", order.seconds()) : "",
        share(", %.1f%% of them deleted", settings.plan().deleted().fraction()),
        share(", with a filter that lets %.1f%% pass", settings.plan().tagged().fraction()),
        heading,
        settings.queryCount(),
        settings.rounds());
    for (Row row : rows) {
      add(
          tables,
          "| %s | %d | `%s` | %s | %.3f | %.3f | %.3f | %.3f | %s | %.3f | %s | %s | %.0f | %.1f |%n",
          row.kind(),
          row.k(),
          row.built().engine().name(),
          row.mode(),
          row.times().wall().mean(),
          row.times().wall().percentile(50),
          row.times().wall().percentile(95),
          row.times().wall().percentile(99),
          ratio(row.ratio(Times::wall)),
          row.times().cpu().mean(),
          ratio(row.ratio(Times::cpu)),
          row.audit().recall() == 1 ? "1" : format("%.5f", row.audit().recall()),
          row.audit().allocatedKilobytes(),
          row.audit().peakHeapMegabytes());
    }
    add(
        tables,
        """

        | engine | postings format | segments | bytes | bytes a document | built in s | peak heap MB |
        |---|---|---:|---:|---:|---:|---:|
        """);
    for (BuiltIndex built : indices()) {
      add(
          tables,
          "| `%s` | %s | %d | %,d | %.1f | %.1f | %.1f |%n",
          built.engine().name(),
          built.engine().postingsFormat().getName(),
          built.segments(),
          built.bytes(),
          (double) built.bytes() / settings.documents(),
          built.seconds(),
          built.peakHeapMegabytes());
    }
    return tables.toString();
  }

  private Collection<BuiltIndex> indices() {
    Map<Engine, BuiltIndex> indices = new LinkedHashMap<>();
    rows.forEach(row -> indices.put(row.built().engine(), row.built()));
    return indices.values();
  }

  private static String ratio(OptionalDouble ratio) {
    return ratio.isEmpty() ? "" : format("%.2f", ratio.getAsDouble());
  }

  private static String share(String format, double fraction) {
    return fraction == 0 ? "" : format(format, 100 * fraction);
  }

  private static void add(StringBuilder text, String format, Object... values) {
    text.append(format(format, values));
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
