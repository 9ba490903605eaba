package org.learnedsparse.bench.fusion;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.learnedsparse.bench.HttpConnection;
import org.learnedsparse.bench.http.BulkRequests;
import org.learnedsparse.bench.search.data.DocumentSampler;
import org.learnedsparse.bench.search.data.ImpactVector;
import org.learnedsparse.bench.search.data.TopicModel;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.RealNode;

/** The one index: a field of weights and a dense one, one shard, all else as it is by default. */
final class HybridIndex {
  static final String NAME = "docs";
  static final String SPARSE = "v";
  static final String DENSE = "d";
  private static final int BULK = 500;

  private final RealNode node;
  private final Settings settings;
  private final int[] documentFrequencies = new int[TopicModel.VOCABULARY];

  private HybridIndex(RealNode node, Settings settings) {
    this.node = node;
    this.settings = settings;
  }

  /** Makes the index, with all documents, merged and refreshed. */
  static HybridIndex load(
      RealNode node, Settings settings, TopicModel model, ClusteredVectors vectors)
      throws IOException {
    HybridIndex index = new HybridIndex(node, settings);
    index.create();
    index.fill(new DocumentSampler(model, settings.seed()), vectors);
    index.settle();
    return index;
  }

  /** In how many documents each term is. */
  int[] documentFrequencies() {
    return documentFrequencies.clone();
  }

  int segments() {
    return request("GET", "/_stats/segments").at("/_all/total/segments/count").asInt();
  }

  private void create() {
    Map<String, Object> fields =
        Map.of(
            SPARSE,
            Map.of("type", "learned_sparse", "max_weight", DocumentSampler.QUANTISER.maxWeight()),
            DENSE,
            Map.of(
                "type",
                "dense_vector",
                "dims",
                settings.dimensions(),
                "similarity",
                "dot_product"));
    node.http()
        .request(
            "PUT",
            NAME,
            Map.of(
                "settings",
                Map.of("number_of_shards", 1, "number_of_replicas", 0, "refresh_interval", -1),
                "mappings",
                Map.of("properties", fields)))
        .orThrow();
  }

  private void fill(DocumentSampler sampler, ClusteredVectors vectors) throws IOException {
    try (HttpConnection connection = new HttpConnection(node.url())) {
      StringBuilder lines = new StringBuilder();
      for (int start = 0; start < settings.documents(); start += BULK) {
        lines.setLength(0);
        for (int id = start; id < Math.min(settings.documents(), start + BULK); id++) {
          add(lines, id, sampler.vector(id), vectors.document(id));
        }
        send(connection, node.url(), lines.toString());
      }
    }
  }

  private void add(StringBuilder lines, int id, ImpactVector document, float[] vector)
      throws IOException {
    for (int i = 0; i < document.size(); i++) {
      documentFrequencies[document.term(i)]++;
    }
    lines.append("{\"index\":{\"_id\":\"").append(id).append("\"}}\n");
    lines.append("{\"").append(SPARSE).append("\":");
    BulkRequests.addWeights(lines, document);
    lines.append(",\"").append(DENSE).append("\":");
    lines.append(Http.JSON.writeValueAsString(vector)).append("}\n");
  }

  private static void send(HttpConnection connection, URI url, String lines) throws IOException {
    byte[] request =
        HttpConnection.post(
            url,
            "/" + NAME + "/_bulk?filter_path=errors,items.*.error",
            lines.getBytes(StandardCharsets.UTF_8));
    JsonNode answer = Http.JSON.readTree(connection.send(request));
    if (answer.path("errors").asBoolean(true)) {
      throw new IOException("a bulk request has errors: " + answer);
    }
  }

  private void settle() throws IOException {
    if (settings.segments() > 0) {
      String path = "/" + NAME + "/_forcemerge?max_num_segments=" + settings.segments();
      try (HttpConnection connection = new HttpConnection(node.url())) {
        connection.send(HttpConnection.post(node.url(), path, new byte[0]));
      }
    }
    request("POST", "/_refresh");
    long found = request("GET", "/_count").get("count").asLong();
    if (found != settings.documents()) {
      throw new IOException("the index has " + found + " documents");
    }
  }

  private JsonNode request(String method, String path) {
    return node.http().request(method, NAME + path, null).orThrow().body();
  }
}
