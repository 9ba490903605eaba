package org.learnedsparse.tools.evaluate;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.learnedsparse.tools.beir.BeirCollection;

/**
 * A system that a node runs: a mapping, what ingest does to a document, and a query.
 *
 * @param name as the tables call it
 * @param node where it runs
 * @param clients how many bulk requests may be under way at once
 * @param properties the mapping; {@value #BODY} holds title and text
 * @param processors of the ingest pipeline; none means no pipeline
 * @param query the query that a text becomes
 */
public record NodeSystem(
    String name,
    Elasticsearch node,
    int clients,
    Map<String, ?> properties,
    List<Map<String, ?>> processors,
    Function<String, Map<String, ?>> query)
    implements RetrievalSystem {

  static final String BODY = "body";
  static final String SPARSE = "body_sparse";

  /** BM25 as a node answers it that nobody configured: the standard analyzer, no stemming. */
  public static NodeSystem bm25Standard(Elasticsearch node, int clients) {
    return new NodeSystem(
        "bm25_standard",
        node,
        clients,
        Map.of(BODY, Map.of("type", "text")),
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
        List.of(
            Map.of(
                "learned_sparse", Map.of("field", BODY, "target_field", SPARSE, "model", model))),
        text -> Map.of("learned_sparse", Map.of("field", SPARSE, "query", text)));
  }

  @Override
  public SearchableIndex index(BeirCollection collection) throws IOException {
    return NodeIndex.create(this, collection);
  }
}
