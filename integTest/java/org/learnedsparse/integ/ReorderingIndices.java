package org.learnedsparse.integ;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Random;
import org.learnedsparse.tools.node.Http;

/** Indices whose merges put even few documents into a new order, and what to do with them. */
final class ReorderingIndices {
  private static final int DOCUMENTS = 1_500;
  private static final int QUERIES = 10;

  private final Http http;

  /**
   * @param http of a node that merges
   */
  ReorderingIndices(Http http) {
    this.http = http;
  }

  /** The body of an answer with a status below 300. */
  JsonNode request(String method, String path, Object body) {
    return http.request(method, path, body).orThrow().body();
  }

  /**
   * Creates an index without replicas.
   *
   * @param moreSettings each after a comma
   */
  void create(String index, int shards, String moreSettings) {
    request(
        "PUT",
        index,
        """
        {"settings": {
           "number_of_shards": %d, "number_of_replicas": 0, "refresh_interval": "-1",
           "index.learned_sparse.reorder_min_docs": 100 %s},
         "mappings": %s}
        """
            .formatted(shards, moreSettings, ExactDocuments.MAPPING));
  }

  /**
   * Indexes into some segments, with updates and deletes in them.
   *
   * @return what is there afterwards
   */
  ExactDocuments index(String index) throws IOException {
    ExactDocuments documents = new ExactDocuments();
    for (int part = 0; part < 3; part++) {
      int from = part * DOCUMENTS / 3;
      int to = (part + 1) * DOCUMENTS / 3;
      documents.index(http, index, from, to, 1);
      request("POST", index + "/_flush", null);
      documents.index(http, index, from, from + 50, 2);
      documents.delete(http, index, 7 + part);
    }
    return documents;
  }

  void forceMerge(String index) {
    JsonNode shards =
        request("POST", index + "/_forcemerge?max_num_segments=1", null).get("_shards");
    assertEquals(0, shards.get("failed").asInt(), shards::toString);
  }

  /** Merges all segments; a new order must be found for at least one shard. */
  void reorder(String index) {
    long before = reordered();
    forceMerge(index);
    assertTrue(reordered() > before, "nothing was put into a new order");
  }

  /** How many segments the nodes' merges have put into a new order. */
  long reordered() {
    long segments = 0;
    for (JsonNode node : request("GET", "_learned_sparse/stats", null).get("nodes")) {
      segments += node.at("/reorder/segments").asLong();
    }
    return segments;
  }

  /** Searches, after a refresh, give what a scan of the documents gives. */
  void check(String index, ExactDocuments expected, Random random) {
    request("POST", index + "/_refresh", null);
    expected.check(http, index + "/_search", QUERIES, random);
  }

  /** The same on one node alone. */
  void check(String index, String node, ExactDocuments expected, Random random) {
    request("POST", index + "/_refresh", null);
    expected.check(http, index + "/_search?preference=_only_nodes:" + node, QUERIES, random);
  }

  void awaitGreen(String index) {
    JsonNode health =
        request(
            "GET",
            "_cluster/health/" + index + "?wait_for_status=green&wait_for_no_relocating_shards",
            null);
    assertEquals("green", health.get("status").asText(), health::toString);
  }
}
