package org.learnedsparse.tools.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.learnedsparse.tools.beir.Measures;
import org.learnedsparse.tools.beir.Significance;
import org.learnedsparse.tools.node.Http;

/** The rows of an evaluation, as a table for people and as JSON for programs. */
final class Report {
  /** What systems are compared with, unless they are compared otherwise. */
  static final String BM25 = "bm25_english";

  private static final String MEAN = "mean";
  private static final int NAME_WIDTH = 19;
  private static final String NOTES =
      """
      ΔnDCG: difference to %s; p: paired randomisation test over the queries, two-sided.
      docs/s: wall clock until the last document is acknowledged, merge not counted; bm25_english
      runs in one thread inside this program, the others (with --fusion, all) on the node.
      bytes/doc: the merged index, stored source included, and in it the stems where there are some.
      Linear gain in nDCG; relevant means a judgment above 0.
      """;

  private final List<Row> rows;
  private final String baseline;
  private final int nameWidth;

  /** A report that compares with {@link #BM25}. */
  Report(List<Row> rows) {
    this(rows, BM25);
  }

  /**
   * @param baseline the system that others are compared with
   */
  Report(List<Row> rows, String baseline) {
    this.rows = List.copyOf(rows);
    this.baseline = baseline;
    this.nameWidth =
        rows.stream().mapToInt(row -> row.system().length()).reduce(NAME_WIDTH, Math::max);
  }

  /** At most 100 columns wide, unless names are long. */
  String table() {
    StringBuilder table = new StringBuilder(header());
    List<String> collections = rows.stream().map(Row::collection).distinct().toList();
    for (String collection : collections) {
      table.append('\n');
      rows.stream()
          .filter(row -> row.collection().equals(collection))
          .forEach(row -> table.append(line(collection, row.system(), List.of(row))));
    }
    if (collections.size() > 1) {
      table.append('\n');
      rows.stream()
          .map(Row::system)
          .distinct()
          .forEach(system -> table.append(line(MEAN, system, of(system))));
    }
    return table.append('\n').append(NOTES.formatted(baseline)).toString();
  }

  private String header() {
    return String.format(
        Locale.ROOT,
        "%-15s %-" + nameWidth + "s %8s %8s %10s %8s %7s %8s %9s%n",
        "collection",
        "system",
        "nDCG@10",
        "MRR@10",
        "Recall@100",
        "ΔnDCG",
        "p",
        "docs/s",
        "bytes/doc");
  }

  /**
   * One object a row, with {@code collection}, {@code system}, {@code queries}, {@code documents},
   * the measures, {@code docs_per_second}, {@code bytes_per_doc}, and {@code p_value} where there
   * is a difference to test.
   */
  ArrayNode json() {
    ArrayNode array = Http.JSON.createArrayNode();
    for (Row row : rows) {
      ObjectNode node = array.addObject();
      node.put("collection", row.collection());
      node.put("system", row.system());
      node.put("queries", row.perQuery().size());
      node.put("documents", row.cost().documents());
      node.put("ndcg@10", row.mean(Measures::ndcg));
      node.put("mrr@10", row.mean(Measures::mrr));
      node.put("recall@100", row.mean(Measures::recall));
      node.put("docs_per_second", row.cost().documentsPerSecond());
      node.put("bytes_per_doc", row.cost().bytesPerDocument());
      comparison(List.of(row)).ifPresent(comparison -> node.put("p_value", comparison.pValue));
    }
    return array;
  }

  /** A system's rows: one collection's, or all collections' for the mean over them. */
  private String line(String collection, String system, List<Row> of) {
    Optional<Comparison> comparison = comparison(of);
    long documents = of.stream().mapToLong(row -> row.cost().documents()).sum();
    double seconds = of.stream().mapToDouble(row -> row.cost().seconds()).sum();
    long bytes = of.stream().mapToLong(row -> row.cost().bytes()).sum();
    IndexingCost cost = new IndexingCost(documents, seconds, bytes);
    return String.format(
        Locale.ROOT,
        "%-15s %-" + nameWidth + "s %8.4f %8.4f %10.4f %8s %7s %,8.0f %,9.0f%n",
        collection,
        system,
        mean(of, Measures::ndcg),
        mean(of, Measures::mrr),
        mean(of, Measures::recall),
        comparison.map(c -> String.format(Locale.ROOT, "%+.4f", c.difference)).orElse(""),
        comparison.map(c -> String.format(Locale.ROOT, "%.4f", c.pValue)).orElse(""),
        cost.documentsPerSecond(),
        cost.bytesPerDocument());
  }

  private record Comparison(double difference, double pValue) {}

  /** A system's rows against the baseline's, when there is one and they are not its own. */
  private Optional<Comparison> comparison(List<Row> of) {
    List<double[]> differences = new ArrayList<>();
    for (Row row : of) {
      Optional<Row> compared =
          of(baseline).stream()
              .filter(other -> other.collection().equals(row.collection()))
              .findFirst();
      if (compared.isEmpty() || row.system().equals(baseline)) {
        return Optional.empty();
      }
      differences.add(differences(row, compared.get()));
    }
    // A query weighs as much as it does in the mean over the collections' means.
    double[] weighted =
        differences.stream()
            .flatMapToDouble(each -> DoubleStream.of(each).map(d -> d / each.length / of.size()))
            .toArray();
    return Optional.of(
        new Comparison(DoubleStream.of(weighted).sum(), Significance.pValue(weighted)));
  }

  private static double[] differences(Row row, Row compared) {
    double[] differences = new double[row.perQuery().size()];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = row.perQuery().get(i).ndcg() - compared.perQuery().get(i).ndcg();
    }
    return differences;
  }

  private static double mean(List<Row> of, ToDoubleFunction<Measures> measure) {
    return of.stream().mapToDouble(row -> row.mean(measure)).average().orElseThrow();
  }

  private List<Row> of(String system) {
    return rows.stream().filter(row -> row.system().equals(system)).toList();
  }
}
