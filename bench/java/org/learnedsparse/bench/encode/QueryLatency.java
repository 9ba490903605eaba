package org.learnedsparse.bench.encode;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.learnedsparse.bench.HttpConnection;
import org.learnedsparse.tools.node.Http;

/**
 * What a query's way through HTTP, tokenizer, queue, pooling and answer adds to the model's own
 * time: one client asks the node to encode a short query, and the bare session runs the same token
 * ids on one thread, in turns, each in turn the first.
 */
final class QueryLatency {
  private static final int WARM_UP = 50;

  private final EncodingNode node;
  private final BareLoop loop;

  QueryLatency(EncodingNode node, BareLoop loop) {
    this.node = node;
    this.loop = loop;
  }

  /**
   * Milliseconds, one of each for a pair.
   *
   * @param encoded the request with the query
   * @param bare the graph alone
   * @param empty the same request with an empty text, which runs no graph
   */
  record Times(List<Double> encoded, List<Double> bare, List<Double> empty) {
    /** The median of the pairs' differences. */
    double overhead() {
      List<Double> differences = new ArrayList<>();
      for (int i = 0; i < encoded.size(); i++) {
        differences.add(encoded.get(i) - bare.get(i));
      }
      return Speed.median(differences);
    }
  }

  /**
   * Measures.
   *
   * @param queries texts; they take turns
   * @param tokens their token ids
   */
  Times measure(List<String> queries, List<long[]> tokens, int pairs)
      throws IOException, OrtException {
    List<byte[]> requests = queries.stream().map(this::request).toList();
    byte[] empty = request("");
    Times times = new Times(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    EncodingNode.Counts before = node.counts();
    try (HttpConnection connection = new HttpConnection(node.url())) {
      for (int i = 0; i < WARM_UP + pairs; i++) {
        byte[] request = requests.get(i % requests.size());
        long[] text = tokens.get(i % tokens.size());
        boolean bareFirst = i % 2 == 1;
        double bare = bareFirst ? bare(text) : 0;
        double encoded = ask(connection, request);
        bare = bareFirst ? bare : bare(text);
        if (i >= WARM_UP) {
          times.encoded.add(encoded);
          times.bare.add(bare);
        }
      }
      for (int i = 0; i < WARM_UP + pairs; i++) {
        double took = ask(connection, empty);
        if (i >= WARM_UP) {
          times.empty.add(took);
        }
      }
    }
    long ran = node.counts().minus(before).batches();
    if (ran != WARM_UP + pairs) {
      throw new IllegalStateException(
          "the node ran [" + ran + "] batches for [" + (WARM_UP + pairs) + "] queries");
    }
    return times;
  }

  private byte[] request(String query) {
    byte[] body =
        Http.JSON
            .valueToTree(
                Map.of("model", EncodingNode.MODEL, "mode", "query", "texts", List.of(query)))
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    return HttpConnection.post(node.url(), "/_learned_sparse/encode", body);
  }

  private double bare(long[] text) throws OrtException {
    long start = System.nanoTime();
    loop.run(text);
    return (System.nanoTime() - start) / 1e6;
  }

  private static double ask(HttpConnection connection, byte[] request) throws IOException {
    long start = System.nanoTime();
    connection.send(request);
    return (System.nanoTime() - start) / 1e6;
  }
}
