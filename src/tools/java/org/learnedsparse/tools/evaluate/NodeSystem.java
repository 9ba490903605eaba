package org.learnedsparse.tools.evaluate;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.learnedsparse.tools.beir.BeirCollection;
import org.learnedsparse.tools.beir.BeirDocument;

/**
 * A system that a node runs: a mapping, what ingest does to a document, and a query.
 *
 * @param name as the tables call it
 * @param node where it runs
 * @param clients how many bulk requests may be under way at once
 * @param properties the mapping
 * @param fields what a document is sent as; {@value #BODY} holds title and text
 * @param processors of the ingest pipeline; none means no pipeline
 * @param query the query that a text becomes
 */
public record NodeSystem(
    String name,
    Elasticsearch node,
    int clients,
    Map<String, ?> properties,
    Function<BeirDocument, Map<String, ?>> fields,
    List<Map<String, ?>> processors,
    Function<String, Map<String, ?>> query)
    implements RetrievalSystem {

  static final String BODY = "body";
  static final String SPARSE = "body_sparse";
  static final String STEMS = "body_stems";
  static final String DENSE = "body_dense";

  /**
   * Elasticsearch's {@code BM25} similarity multiplies the score of Lucene's by k1 + 1; this takes
   * it back.
   */
  private static final double LUCENE_BM25 = 1 / (1 + 1.2);

  /** BM25 as a node answers it that nobody configured: the standard analyzer, no stemming. */
  public static NodeSystem bm25Standard(Elasticsearch node, int clients) {
    return new NodeSystem(
        "bm25_standard",
        node,
        clients,
        Map.of(BODY, Map.of("type", "text")),
        NodeSystem::body,
        List.of(),
        text -> Map.of("match", Map.of(BODY, text)));
  }

  /** The plugin, with one model for documents and queries. */
  public static NodeSystem learnedSparse(Elasticsearch node, int clients, String model) {
    return new NodeSystem(
        "learned_sparse",
        node,
        clients,
        // The text lies in the source only, so that what is weighed is the sparse field.
        Map.of(
            BODY, Map.of("type", "text", "index", false),
            SPARSE, Map.of("type", "learned_sparse", "model", model)),
        NodeSystem::body,
        List.of(
            Map.of(
                "learned_sparse", Map.of("field", BODY, "target_field", SPARSE, "model", model))),
        text -> Map.of("learned_sparse", Map.of("field", SPARSE, "query", text)));
  }

  /**
   * Both in one index, the plugin's score plus Lucene's BM25 with English analysis. The
   * distribution that the tools start lacks the {@code english} analyzer: this program finds the
   * stems, of documents and queries, and the node counts and scores them.
   */
  public static NodeSystem learnedSparseBm25(Elasticsearch node, int clients, String model) {
    NodeSystem sparse = learnedSparse(node, clients, model);
    Map<String, Object> properties = new HashMap<>(sparse.properties);
    properties.put(STEMS, Map.of("type", "text", "analyzer", "whitespace"));
    return new NodeSystem(
        "learned_sparse_bm25",
        node,
        clients,
        properties,
        document -> Map.of(BODY, document.body(), STEMS, stems(document.body())),
        sparse.processors,
        text -> sum(sparse.query.apply(text), text));
  }

  /**
   * The same with dense vectors of the same model beside the weights, searched exactly.
   *
   * @param dims how many numbers a vector has
   */
  public static NodeSystem learnedSparseDense(
      Elasticsearch node, int clients, String model, int dims) {
    NodeSystem sparse = learnedSparseBm25(node, clients, model);
    Map<String, Object> properties = new HashMap<>(sparse.properties);
    properties.put(
        DENSE,
        Map.of(
            "type",
            "dense_vector",
            "dims",
            dims,
            "similarity",
            "cosine",
            "index_options",
            Map.of("type", "flat")));
    Map<String, Object> processor =
        Map.of(
            "field", BODY,
            "target_field", SPARSE,
            "dense_target_field", DENSE,
            "model", model);
    return new NodeSystem(
        "learned_sparse_dense",
        node,
        clients,
        properties,
        sparse.fields,
        List.of(Map.of("learned_sparse", processor)),
        sparse.query);
  }

  @Override
  public NodeIndex index(BeirCollection collection) throws IOException {
    return NodeIndex.create(this, collection);
  }

  /** A query's score plus that of BM25, which has none for stop words alone. */
  private static Map<String, ?> sum(Map<String, ?> query, String text) {
    String stems = stems(text);
    if (stems.isEmpty()) {
      return query;
    }
    return Map.of(
        "bool",
        Map.of(
            "should",
            List.of(
                query,
                Map.of("match", Map.of(STEMS, Map.of("query", stems, "boost", LUCENE_BM25))))));
  }

  private static Map<String, ?> body(BeirDocument document) {
    return Map.of(BODY, document.body());
  }

  static String stems(String text) {
    return String.join(" ", EnglishStems.of(text));
  }
}
