package org.learnedsparse.models;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.learnedsparse.encode.EncodedText;
import org.learnedsparse.encode.Mode;
import org.learnedsparse.tools.beir.BeirCollection;
import org.learnedsparse.tools.beir.BeirDocument;
import org.learnedsparse.tools.beir.BeirQuery;
import org.learnedsparse.tools.beir.Measures;
import org.learnedsparse.tools.evaluate.Bm25English;
import org.learnedsparse.tools.evaluate.Hit;
import org.learnedsparse.tools.evaluate.SearchableIndex;
import org.learnedsparse.tools.node.Repository;
import org.learnedsparse.vector.SparseVector;

/**
 * Measures a model folder on test collections, beside Lucene's BM25 with the English analyzer on
 * the same documents and queries, and shows what it makes of a few texts.
 *
 * <p>The plugin's own encoder encodes, and every query is scored against every document with the
 * 8-bit impacts that an index would hold. A model that gives dense vectors is also measured by
 * these alone, and by weighted sums of both ({@link FusionTable}).
 */
public final class Measure {
  /** So many texts of the demo's corpus are shown. */
  private static final int SAMPLES = 50;

  /**
   * What was measured on a collection, or the mean of several.
   *
   * @param bm25 nDCG@10 of BM25
   * @param model nDCG@10 of the model
   * @param terms in a document's vector, on average
   * @param queryTerms in a query's vector, on average
   */
  private record Row(double bm25, double model, double terms, double queryTerms) {
    static Row mean(List<Row> rows) {
      return new Row(
          rows.stream().mapToDouble(Row::bm25).average().orElseThrow(),
          rows.stream().mapToDouble(Row::model).average().orElseThrow(),
          rows.stream().mapToDouble(Row::terms).average().orElseThrow(),
          rows.stream().mapToDouble(Row::queryTerms).average().orElseThrow());
    }
  }

  private final MeasuredModel model;
  private final int most;
  private final FusionTable fusion = new FusionTable();

  private Measure(MeasuredModel model, int most) {
    this.model = model;
    this.most = most;
  }

  /**
   * Prints a table, then the samples.
   *
   * @param args a model folder, the most queries to use of each collection, collection folders
   */
  public static void main(String[] args) throws IOException {
    if (args.length < 3) {
      throw new IllegalArgumentException(
          "arguments: <model folder> <most queries> <collection folder>...");
    }
    Natives.use();
    try (MeasuredModel model = new MeasuredModel(Path.of(args[0]))) {
      Measure measure = new Measure(model, Integer.parseInt(args[1]));
      print(
          "| collection | documents | queries | BM25 nDCG@10 | model nDCG@10 | terms/document |"
              + " passages/s | terms/query | ms/query |");
      print("|---|---|---|---|---|---|---|---|---|");
      List<Row> rows = new ArrayList<>();
      for (String folder : List.of(args).subList(2, args.length)) {
        rows.add(measure.measure(BeirCollection.open(Path.of(folder))));
      }
      Row mean = Row.mean(rows);
      print(
          "| mean | | | %.3f | %.3f | %.0f | | %.1f | |",
          mean.bm25(), mean.model(), mean.terms(), mean.queryTerms());
      print("");
      if (model.isDense()) {
        System.out.println(measure.fusion);
      }
      measure.showSamples();
    }
  }

  /** Measures one collection and prints its line. */
  private Row measure(BeirCollection collection) throws IOException {
    List<BeirDocument> documents;
    try (Stream<BeirDocument> corpus = collection.documents()) {
      documents = corpus.toList();
    }
    List<BeirQuery> queries = collection.queries().stream().limit(most).toList();
    long start = System.nanoTime();
    List<EncodedText> encoded =
        model.encode(Mode.DOCUMENT, documents.stream().map(BeirDocument::body).toList());
    double seconds = (System.nanoTime() - start) / 1e9;
    start = System.nanoTime();
    List<SparseVector> queryVectors = new ArrayList<>();
    for (BeirQuery query : queries) { // one at a time, as they come to a node
      queryVectors.add(model.encode(Mode.QUERY, List.of(query.text())).get(0).vector());
    }
    double milliseconds = (System.nanoTime() - start) / 1e6 / queries.size();
    List<SparseVector> vectors = encoded.stream().map(EncodedText::vector).toList();
    ImpactIndex index =
        new ImpactIndex(
            documents.stream().map(BeirDocument::id).toList(), vectors, model.indexIdf());
    Row row =
        new Row(
            ndcg(collection, queries, bm25(collection, queries)),
            ndcg(collection, queries, queryVectors.stream().map(index::search).toList()),
            meanSize(vectors),
            meanSize(queryVectors));
    print(
        "| %s | %,d | %,d | %.3f | %.3f | %.0f | %,.0f | %.1f | %.3f |",
        collection.name(),
        documents.size(),
        queries.size(),
        row.bm25(),
        row.model(),
        row.terms(),
        documents.size() / seconds,
        row.queryTerms(),
        milliseconds);
    if (model.isDense()) {
      fusion.add(
          collection,
          queries,
          documents,
          queryVectors.stream().map(index::scores).toList(),
          model.dense(queries.stream().map(BeirQuery::text).toList()),
          encoded.stream().map(EncodedText::dense).toList());
    }
    return row;
  }

  private static double meanSize(List<SparseVector> vectors) {
    return vectors.stream().mapToInt(SparseVector::size).average().orElseThrow();
  }

  /** The mean nDCG@10 of the hits of each query. */
  private static double ndcg(
      BeirCollection collection, List<BeirQuery> queries, List<List<Hit>> hits) {
    double sum = 0;
    for (int q = 0; q < queries.size(); q++) {
      List<String> ranking = Hit.ranking(hits.get(q));
      sum += Measures.of(ranking, collection.judgments().of(queries.get(q).id())).ndcg();
    }
    return sum / queries.size();
  }

  private static List<List<Hit>> bm25(BeirCollection collection, List<BeirQuery> queries)
      throws IOException {
    List<List<Hit>> hits = new ArrayList<>();
    try (SearchableIndex index = new Bm25English().index(collection)) {
      for (BeirQuery query : queries) {
        hits.add(index.search(query.text(), Measures.NDCG_DEPTH));
      }
    }
    return hits;
  }

  private void showSamples() throws IOException {
    BeirCollection demo = BeirCollection.open(Repository.root().resolve("src/demo/corpus"));
    List<String> texts;
    try (Stream<BeirDocument> corpus = demo.documents()) {
      texts = corpus.limit(SAMPLES).map(BeirDocument::body).toList();
    }
    List<EncodedText> vectors = model.encode(Mode.DOCUMENT, texts);
    for (int t = 0; t < texts.size(); t++) {
      String terms =
          vectors.get(t).vector().toMap().entrySet().stream()
              .map(term -> term.getKey() + " " + ImpactIndex.QUANTISER.impact(term.getValue()))
              .collect(Collectors.joining(", "));
      print("%s%n    %s", texts.get(t), terms);
    }
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
