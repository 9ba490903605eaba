package org.learnedsparse.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.learnedsparse.tools.beir.BeirCollection;
import org.learnedsparse.tools.beir.BeirDocument;
import org.learnedsparse.tools.beir.BeirQuery;
import org.learnedsparse.tools.beir.Measures;

/**
 * nDCG@10 of sums of a sparse and a dense score, by the weight of the dense one: with the sparse
 * score as it is, and with it as a share of the highest that a document could have. The dense score
 * is that of Elasticsearch's {@code dot_product}, (1 + cosine) / 2, of every document.
 */
final class FusionTable {
  private static final double[] TENTHS = {0, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1};

  /** Sparse scores go to tens: next to them a dense one needs nearly all of the weight. */
  private static final double[] NEARLY_ONE = {0, .5, .8, .9, .95, .97, .98, .99, 1};

  /** One collection: a value for each weight. */
  @SuppressWarnings("ArrayRecordComponent") // Lists of numbers, never compared.
  private record Row(String collection, double[] shares, double[] plain) {}

  private final List<Row> rows = new ArrayList<>();

  /**
   * Measures a collection.
   *
   * @param sparse scores by query
   * @param queryVectors by query, of length 1; null for a query without tokens
   * @param vectors by document, likewise
   */
  void add(
      BeirCollection collection,
      List<BeirQuery> queries,
      List<BeirDocument> documents,
      List<ImpactIndex.Scores> sparse,
      List<float[]> queryVectors,
      List<float[]> vectors) {
    double[] shares = new double[TENTHS.length];
    double[] plain = new double[NEARLY_ONE.length];
    for (int q = 0; q < queries.size(); q++) {
      Map<String, Integer> judgments = collection.judgments().of(queries.get(q).id());
      float[] queryVector = queryVectors.get(q);
      double[] dense = vectors.stream().mapToDouble(v -> score(queryVector, v)).toArray();
      ImpactIndex.Scores scores = sparse.get(q);
      double unit = scores.highest() == 0 ? 0 : 1 / scores.highest();
      measure(TENTHS, unit, scores.documents(), dense, documents, judgments, shares);
      measure(NEARLY_ONE, 1, scores.documents(), dense, documents, judgments, plain);
    }
    IntStream.range(0, shares.length).forEach(i -> shares[i] /= queries.size());
    IntStream.range(0, plain.length).forEach(i -> plain[i] /= queries.size());
    rows.add(new Row(collection.name(), shares, plain));
  }

  private static void measure(
      double[] weights,
      double unit,
      double[] sparse,
      double[] dense,
      List<BeirDocument> documents,
      Map<String, Integer> judgments,
      double[] sums) {
    for (int i = 0; i < weights.length; i++) {
      double weight = weights[i];
      List<String> ranking =
          best(documents, d -> (1 - weight) * unit * sparse[d] + weight * dense[d]);
      sums[i] += Measures.of(ranking, judgments).ndcg();
    }
  }

  private static double score(float[] query, float[] document) {
    if (query == null || document == null) {
      return 0;
    }
    double cosine = 0;
    for (int k = 0; k < query.length; k++) {
      cosine += query[k] * document[k];
    }
    return (1 + cosine) / 2;
  }

  /** The ids of the best documents, best first, among equals by falling id; none that scores 0. */
  private static List<String> best(List<BeirDocument> documents, IntToDoubleFunction score) {
    String[] ids = new String[Measures.NDCG_DEPTH];
    double[] scores = new double[ids.length];
    int size = 0;
    for (int d = 0; d < documents.size(); d++) {
      double own = score.applyAsDouble(d);
      String id = documents.get(d).id();
      if (own <= 0 || (size == ids.length && isBefore(ids, scores, size - 1, own, id))) {
        continue;
      }
      int at = size < ids.length ? size++ : size - 1;
      for (; at > 0 && !isBefore(ids, scores, at - 1, own, id); at--) {
        ids[at] = ids[at - 1];
        scores[at] = scores[at - 1];
      }
      ids[at] = id;
      scores[at] = own;
    }
    return Arrays.asList(ids).subList(0, size);
  }

  private static boolean isBefore(String[] ids, double[] scores, int at, double own, String id) {
    return scores[at] > own || (scores[at] == own && ids[at].compareTo(id) > 0);
  }

  /** Two Markdown tables, each with the mean in its last line. */
  @Override
  public String toString() {
    return table("sparse score / highest", TENTHS, rows.stream().map(Row::shares).toList())
        + table("sparse score as it is", NEARLY_ONE, rows.stream().map(Row::plain).toList());
  }

  private String table(String title, double[] weights, List<double[]> values) {
    StringBuilder table = new StringBuilder();
    table.append("| ").append(title).append("; dense weight: |");
    DoubleStream.of(weights).forEach(w -> table.append(' ').append(w).append(" |"));
    table.append("\n|---|").append("---|".repeat(weights.length)).append('\n');
    for (int r = 0; r < rows.size(); r++) {
      table.append(line(rows.get(r).collection(), values.get(r)));
    }
    double[] mean =
        IntStream.range(0, weights.length)
            .mapToDouble(i -> values.stream().mapToDouble(v -> v[i]).average().orElse(0))
            .toArray();
    return table.append(line("mean", mean)).append('\n').toString();
  }

  private static String line(String name, double[] values) {
    return DoubleStream.of(values)
        .mapToObj(value -> String.format(Locale.ROOT, " %.4f |", value))
        .collect(Collectors.joining("", "| " + name + " |", "\n"));
  }
}
