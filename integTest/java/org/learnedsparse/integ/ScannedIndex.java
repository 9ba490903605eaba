package org.learnedsparse.integ;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.learnedsparse.tools.node.Http;

/**
 * An index of random documents, with updates and deletes, and the same documents outside of it:
 * what a scan of them finds, by the definition of the score, is what a search is to find.
 */
final class ScannedIndex {
  static final List<String> LANGUAGES = List.of("de", "en", "fr");
  private static final int TERMS = 300;

  /**
   * A document.
   *
   * @param rank also its id
   */
  record Document(String lang, int rank, Map<String, Double> weights) {}

  record Scored(int rank, double score) {}

  /** Where random weights come from. */
  interface Weights {
    double next();
  }

  private final Http http;
  private final Random random;
  private final double maxWeight;
  private final Map<Integer, Document> documents = new TreeMap<>();

  /**
   * Nothing yet.
   *
   * @param maxWeight the field's
   */
  ScannedIndex(Http http, Random random, double maxWeight) {
    this.http = http;
    this.random = random;
    this.maxWeight = maxWeight;
  }

  /** Makes the index {@code docs} anew, with as many documents or a few less. */
  void fill(int shards, int count, Weights weights) throws IOException {
    http.request("DELETE", "docs?ignore_unavailable=true", null).orThrow();
    Map<String, Object> field = Map.of("type", "learned_sparse", "max_weight", maxWeight);
    http.request(
            "PUT",
            "docs",
            Map.of(
                "settings",
                Map.of(
                    "number_of_shards", shards,
                    "number_of_replicas", 0,
                    // Nothing is searched but what is refreshed here: a merge would reorder ties.
                    "refresh_interval", -1),
                "mappings",
                Map.of(
                    "properties",
                    Map.of(
                        "v", field,
                        "lang", Map.of("type", "keyword"),
                        "rank", Map.of("type", "integer")))))
        .orThrow();
    for (int rank = 0; rank < count; ) {
      int end = Math.min(count, rank + 1 + random.nextInt(400));
      StringBuilder bulk = new StringBuilder();
      for (; rank < end; rank++) {
        add(rank, weights, bulk);
        if (random.nextInt(10) == 0) {
          add(random.nextInt(rank + 1), weights, bulk);
        }
        if (random.nextInt(10) == 0) {
          int gone = random.nextInt(rank + 1);
          documents.remove(gone);
          bulk.append("{\"delete\":{\"_id\":\"").append(gone).append("\"}}\n");
        }
      }
      JsonNode answer =
          http.request("POST", "docs/_bulk?refresh=" + random.nextBoolean(), bulk.toString())
              .orThrow()
              .body();
      for (JsonNode item : answer.get("items")) {
        int status = item.elements().next().get("status").asInt();
        assertTrue(status < 300 || (status == 404 && item.has("delete")), item.toString());
      }
    }
    http.request("POST", "docs/_refresh", null).orThrow();
  }

  private void add(int rank, Weights weights, StringBuilder bulk) throws IOException {
    Map<String, Double> vector = vector(random.nextInt(40), weights);
    Document document = new Document(LANGUAGES.get(random.nextInt(3)), rank, vector);
    documents.put(rank, document);
    bulk.append("{\"index\":{\"_id\":\"").append(rank).append("\"}}\n");
    Map<String, Object> source = Map.of("lang", document.lang(), "rank", rank, "v", vector);
    bulk.append(Http.JSON.writeValueAsString(source)).append('\n');
  }

  /** Some terms are frequent, most are rare, as in any language. */
  Map<String, Double> vector(int terms, Weights weights) {
    Map<String, Double> vector = new HashMap<>();
    for (int i = 0; i < terms; i++) {
      vector.put("t" + (int) (TERMS * Math.pow(random.nextDouble(), 3)), weights.next());
    }
    return vector;
  }

  /** A document that is in the index. */
  Document document(int rank) {
    return documents.get(rank);
  }

  /** Every document, scored by definition; best first, equal ones by rank. */
  List<Scored> scan(Map<String, Double> query, Predicate<Document> filter) {
    double step = maxWeight / 255;
    List<Scored> all = new ArrayList<>();
    for (Document document : documents.values()) {
      if (filter.test(document) == false) {
        continue;
      }
      double score = 0;
      boolean shares = false;
      for (Map.Entry<String, Double> term : query.entrySet()) {
        Double weight = document.weights().get(term.getKey());
        if (weight != null) {
          long steps = Math.round(weight.floatValue() * 255.0 / maxWeight);
          long impact = Math.max(1, Math.min(255, steps));
          score += term.getValue() * impact * step;
          shares = true;
        }
      }
      if (shares) {
        all.add(new Scored(document.rank(), score));
      }
    }
    all.sort(Comparator.comparingDouble(Scored::score).reversed().thenComparingInt(Scored::rank));
    return all;
  }
}
