package org.learnedsparse.bench.encode;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.learnedsparse.bench.HttpConnection;
import org.learnedsparse.tools.node.Http;

/**
 * What tokenizer, queue, threads and pooling add to the graph's own time when a search encodes its
 * query: one client searches for a short text, and for the weights that the text gets, in turns;
 * the difference is what encoding takes, of which the node tells how long its graph ran.
 *
 * <p>Before each search a bare session in another process runs the same tokens, so that the node
 * has been idle as long before the one as before the other.
 */
final class QueryLatency {
  private static final int WARM_UP = 200;

  /** They are quick; before so many the node still compiles what a search runs through. */
  private static final int WARM_UP_SEARCHES = 5000;

  private static final String INDEX = "queries";
  private static final String FIELD = "weights";

  private final EncodingNode node;
  private final BareProcess session;

  QueryLatency(EncodingNode node, BareProcess session) {
    this.node = node;
    this.session = session;
  }

  /**
   * Milliseconds, one of each for a query.
   *
   * @param text the search with the text
   * @param weights the search with its weights
   * @param graph the run of the graph within the search with the text
   * @param bare the bare session
   */
  record Times(List<Double> text, List<Double> weights, List<Double> graph, List<Double> bare) {
    Times() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    /** What encoding took beyond the run of the graph. */
    List<Double> overhead() {
      List<Double> overhead = new ArrayList<>();
      for (int i = 0; i < text.size(); i++) {
        overhead.add(text.get(i) - weights.get(i) - graph.get(i));
      }
      return overhead;
    }
  }

  /**
   * Measures.
   *
   * @param queries texts; they take turns
   * @param tokens their token ids
   */
  Times measure(List<String> queries, List<long[]> tokens, int count) throws IOException {
    index(queries.get(0));
    List<byte[]> texts = queries.stream().map(query -> search("query", query)).toList();
    List<byte[]> weights =
        queries.stream().map(query -> search("query_vector", weights(query))).toList();
    Times times = new Times();
    EncodingNode.Counts before = node.counts();
    long graph = before.graphMicros();
    try (HttpConnection connection = new HttpConnection(node.url())) {
      for (int i = 0; i < WARM_UP_SEARCHES; i++) {
        ask(connection, weights.get(i % weights.size()));
      }
      for (int i = 0; i < WARM_UP + count; i++) {
        int query = i % queries.size();
        double bare = session.run(tokens.get(query));
        double text = ask(connection, texts.get(query));
        long graphBefore = graph;
        graph = node.counts().graphMicros();
        session.run(tokens.get(query));
        double vector = ask(connection, weights.get(query));
        if (i >= WARM_UP) {
          times.text.add(text);
          times.weights.add(vector);
          times.graph.add((graph - graphBefore) / 1e3);
          times.bare.add(bare);
        }
      }
    }
    long ran = node.counts().minus(before).batches();
    if (ran != WARM_UP + count) {
      throw new IllegalStateException(
          "the node ran [" + ran + "] batches for [" + (WARM_UP + count) + "] queries");
    }
    return times;
  }

  /** One document: what a search takes beside the encoding is not asked here. */
  private void index(String text) {
    Map<String, ?> field = Map.of("type", "learned_sparse", "model", EncodingNode.MODEL);
    node.request("PUT", INDEX, Map.of("mappings", Map.of("properties", Map.of(FIELD, field))));
    node.request("PUT", INDEX + "/_doc/1?refresh", Map.of(FIELD, weights(text)));
  }

  private JsonNode weights(String text) {
    return node.request(
            "POST",
            "_learned_sparse/encode",
            Map.of("model", EncodingNode.MODEL, "mode", "query", "texts", List.of(text)))
        .at("/results/0/weights");
  }

  private byte[] search(String key, Object query) {
    Map<String, ?> learnedSparse = Map.of("field", FIELD, key, query);
    byte[] body =
        Http.JSON
            .valueToTree(Map.of("query", Map.of("learned_sparse", learnedSparse)))
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    return HttpConnection.post(
        node.url(), "/" + INDEX + "/_search?request_cache=false&filter_path=hits.total", body);
  }

  private static double ask(HttpConnection connection, byte[] request) throws IOException {
    long start = System.nanoTime();
    connection.send(request);
    return (System.nanoTime() - start) / 1e6;
  }
}
