package org.learnedsparse.models;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.util.QueryBuilder;

/**
 * Measures a model folder on test collections, beside Lucene's BM25 with the English analyzer on
 * the same documents and queries, and shows what it makes of a few texts.
 *
 * <p>Every query is scored against every document with the 8-bit impacts that an index would hold;
 * equal scores rank by position.
 */
public final class Measure {
  private static final int TOP = 10;

  private static final List<String> SAMPLES =
      List.of(
          "The doctor drove her car to the clinic.",
          "Plants turn sunlight into sugar.",
          "She bought a used laptop computer.",
          "The committee postponed its vote on the budget.",
          "Chest pain can be a sign of a heart attack.",
          "def read_lines(path): return open(path).readlines()");

  private Measure() {}

  /**
   * Prints a table, then the samples.
   *
   * @param args a model folder, the most queries to use of each collection, collection folders
   */
  public static void main(String[] args) throws Exception {
    if (args.length < 3) {
      throw new IllegalArgumentException(
          "arguments: <model folder> <most queries> <collection folder>...");
    }
    int most = Integer.parseInt(args[1]);
    try (SparseEncoder encoder = SparseEncoder.open(Path.of(args[0]))) {
      print(
          "| collection | documents | queries | BM25 nDCG@10 | model nDCG@10 | terms/document |"
              + " passages/s |");
      print("|---|---|---|---|---|---|---|");
      double[] sums = new double[3];
      for (String folder : List.of(args).subList(2, args.length)) {
        Collection collection = Collection.read(Path.of(folder), most);
        double bm25 = bm25(collection);
        long start = System.nanoTime();
        List<SparseEncoder.Vector> documents = encoder.encodeDocuments(collection.texts());
        double seconds = (System.nanoTime() - start) / 1e9;
        double terms = documents.stream().mapToInt(d -> d.terms().length).average().orElse(0);
        double ndcg = ndcg(collection, documents, encoder.encodeQueries(collection.queries()));
        print(
            "| %s | %,d | %,d | %.3f | %.3f | %.0f | %,.0f |",
            collection.name(),
            documents.size(),
            collection.queries().size(),
            bm25,
            ndcg,
            terms,
            documents.size() / seconds);
        sums[0] += bm25;
        sums[1] += ndcg;
        sums[2] += terms;
      }
      int n = args.length - 2;
      print("| mean | | | %.3f | %.3f | %.0f | |", sums[0] / n, sums[1] / n, sums[2] / n);
      print("");
      showSamples(encoder);
    }
  }

  private static double ndcg(
      Collection collection,
      List<SparseEncoder.Vector> documents,
      List<SparseEncoder.Vector> queries) {
    List<List<int[]>> postings = invert(documents);
    double sum = 0;
    for (int q = 0; q < queries.size(); q++) {
      double[] scores = new double[documents.size()];
      SparseEncoder.Vector query = queries.get(q);
      for (int i = 0; i < query.terms().length; i++) {
        if (query.terms()[i] < postings.size()) {
          for (int[] posting : postings.get(query.terms()[i])) {
            scores[posting[0]] += (double) query.weights()[i] * posting[1];
          }
        }
      }
      sum += collection.ndcg(q, top(scores));
    }
    return sum / queries.size();
  }

  /** By term: {document, impact}. */
  private static List<List<int[]>> invert(List<SparseEncoder.Vector> documents) {
    List<List<int[]>> postings = new ArrayList<>();
    for (int d = 0; d < documents.size(); d++) {
      SparseEncoder.Vector vector = documents.get(d);
      for (int i = 0; i < vector.terms().length; i++) {
        while (postings.size() <= vector.terms()[i]) {
          postings.add(new ArrayList<>());
        }
        postings.get(vector.terms()[i]).add(new int[] {d, (int) vector.weights()[i]});
      }
    }
    return postings;
  }

  private static List<Integer> top(double[] scores) {
    Comparator<Integer> worstFirst =
        Comparator.<Integer>comparingDouble(d -> scores[d])
            .thenComparing(Comparator.reverseOrder());
    PriorityQueue<Integer> heap = new PriorityQueue<>(worstFirst);
    for (int d = 0; d < scores.length; d++) {
      if (scores[d] > 0) {
        heap.add(d);
        if (heap.size() > TOP) {
          heap.poll();
        }
      }
    }
    return heap.stream().sorted(worstFirst.reversed()).toList();
  }

  private static double bm25(Collection collection) throws IOException {
    try (EnglishAnalyzer analyzer = new EnglishAnalyzer();
        ByteBuffersDirectory directory = new ByteBuffersDirectory()) {
      // Without merges a document's number is its position.
      IndexWriterConfig config =
          new IndexWriterConfig(analyzer).setMergePolicy(NoMergePolicy.INSTANCE);
      try (IndexWriter writer = new IndexWriter(directory, config)) {
        for (String text : collection.texts()) {
          Document document = new Document();
          document.add(new TextField("text", text, Field.Store.NO));
          writer.addDocument(document);
        }
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        QueryBuilder builder = new QueryBuilder(analyzer);
        double sum = 0;
        for (int q = 0; q < collection.queries().size(); q++) {
          Query query = builder.createBooleanQuery("text", collection.queries().get(q));
          List<Integer> ranking = new ArrayList<>();
          if (query != null) {
            for (ScoreDoc hit : searcher.search(query, TOP).scoreDocs) {
              ranking.add(hit.doc);
            }
          }
          sum += collection.ndcg(q, ranking);
        }
        return sum / collection.queries().size();
      }
    }
  }

  private static void showSamples(SparseEncoder encoder) throws Exception {
    List<SparseEncoder.Vector> vectors = encoder.encodeDocuments(SAMPLES);
    for (int s = 0; s < SAMPLES.size(); s++) {
      SparseEncoder.Vector vector = vectors.get(s);
      String terms =
          IntStream.range(0, vector.terms().length)
              .boxed()
              .sorted(Comparator.comparing((Integer i) -> -vector.weights()[i]))
              .map(i -> encoder.term(vector.terms()[i]) + " " + (int) vector.weights()[i])
              .collect(Collectors.joining(", "));
      print("%s%n    %s", SAMPLES.get(s), terms);
    }
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
