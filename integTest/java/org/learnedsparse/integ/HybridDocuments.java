package org.learnedsparse.integ;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.learnedsparse.tools.node.Http;

/**
 * Random documents with weights and a vector, some without the one or the other. Each vector is in
 * a field of each similarity, and the field has the similarity's name.
 */
final class HybridDocuments {
  static final List<String> LANGUAGES = List.of("de", "en", "fr");

  /** The step is 1/8. */
  static final double MAX_WEIGHT = 31.875;

  static final String DOT_PRODUCT = "dot_product";

  /** Its scores have no highest one. */
  static final String MAX_INNER_PRODUCT = "max_inner_product";

  static final List<String> SIMILARITIES =
      List.of("cosine", "l2_norm", DOT_PRODUCT, MAX_INNER_PRODUCT);

  private static final int DIMENSIONS = 8;
  private static final int TERMS = 60;
  private static final int BULKS = 5;

  /**
   * A document.
   *
   * @param weights null for none, which may also be none at all
   * @param vector null for none
   */
  record Document(String lang, Map<String, Double> weights, List<Double> vector) {
    /** What a dense field holds: the similarity {@code dot_product} wants vectors of length 1. */
    List<Double> vector(String field) {
      return vector == null || field.equals(DOT_PRODUCT) == false ? vector : unit(vector);
    }
  }

  private final Random random;
  private final Map<Integer, Document> documents = new TreeMap<>();

  HybridDocuments(Random random) {
    this.random = random;
  }

  /** The documents that are there, by id. */
  Map<Integer, Document> all() {
    return documents;
  }

  /** Makes the indices and indexes the same documents into each; updates and deletes some. */
  void index(Http http, int count, Map<String, Integer> shardsByIndex) throws IOException {
    for (Map.Entry<String, Integer> index : shardsByIndex.entrySet()) {
      http.request("PUT", index.getKey(), definition(index.getValue())).orThrow();
    }
    for (int bulk = 0; bulk < BULKS; bulk++) {
      StringBuilder lines = new StringBuilder();
      for (int id = count * bulk / BULKS; id < count * (bulk + 1) / BULKS; id++) {
        add(id, lines);
        if (random.nextInt(10) == 0) {
          add(random.nextInt(id + 1), lines);
        }
        if (random.nextInt(10) == 0) {
          int gone = random.nextInt(id + 1);
          documents.remove(gone);
          lines.append("{\"delete\":{\"_id\":\"").append(gone).append("\"}}\n");
        }
      }
      for (String index : shardsByIndex.keySet()) {
        JsonNode answer =
            http.request("POST", index + "/_bulk?refresh=true", lines.toString()).orThrow().body();
        for (JsonNode item : answer.get("items")) {
          int status = item.elements().next().get("status").asInt();
          assertTrue(status < 300 || (status == 404 && item.has("delete")), item::toString);
        }
      }
    }
  }

  private static Map<String, Object> definition(int shards) {
    Map<String, Object> fields = new HashMap<>();
    fields.put("v", Map.of("type", "learned_sparse", "max_weight", MAX_WEIGHT));
    fields.put("lang", Map.of("type", "keyword"));
    for (String similarity : SIMILARITIES) {
      fields.put(
          similarity,
          Map.of(
              "type",
              "dense_vector",
              "dims",
              DIMENSIONS,
              "similarity",
              similarity,
              "index_options",
              Map.of("type", "flat")));
    }
    return Map.of(
        "settings",
        Map.of("number_of_shards", shards, "number_of_replicas", 1),
        "mappings",
        Map.of("properties", fields));
  }

  private void add(int id, StringBuilder lines) throws IOException {
    Document document =
        new Document(
            LANGUAGES.get(random.nextInt(LANGUAGES.size())),
            random.nextInt(8) == 0 ? null : weights(random.nextInt(20)),
            random.nextInt(8) == 0 ? null : vector());
    documents.put(id, document);
    Map<String, Object> source = new HashMap<>();
    source.put("lang", document.lang());
    if (document.weights() != null) {
      source.put("v", document.weights());
    }
    if (document.vector() != null) {
      for (String field : SIMILARITIES) {
        source.put(field, document.vector(field));
      }
    }
    lines.append("{\"index\":{\"_id\":\"").append(id).append("\"}}\n");
    lines.append(Http.JSON.writeValueAsString(source)).append('\n');
  }

  private Map<String, Double> weights(int terms) {
    Map<String, Double> weights = new TreeMap<>();
    for (int i = 0; i < terms; i++) {
      weights.put(term(), (1 + random.nextInt(80)) / 8.0);
    }
    return weights;
  }

  /** A query's weights: any numbers, so that documents rarely score the same. */
  Map<String, Double> query() {
    Map<String, Double> query = new TreeMap<>();
    for (int i = 1 + random.nextInt(8); i > 0; i--) {
      query.put(term(), (double) (.05f + 4 * random.nextFloat()));
    }
    return query;
  }

  private String term() {
    return "t" + (int) (TERMS * Math.pow(random.nextDouble(), 2));
  }

  /** A query's vector for a field. */
  List<Double> query(String field) {
    return new Document(null, null, vector()).vector(field);
  }

  private List<Double> vector() {
    return floats(Stream.generate(random::nextGaussian).limit(DIMENSIONS));
  }

  private static List<Double> unit(List<Double> vector) {
    double squares = 0;
    for (double value : vector) {
      squares += value * value;
    }
    double length = Math.sqrt(squares);
    return floats(vector.stream().map(value -> value / length));
  }

  private static List<Double> floats(Stream<Double> values) {
    List<Double> floats = new ArrayList<>();
    values.forEach(value -> floats.add((double) (float) (double) value));
    return floats;
  }
}
