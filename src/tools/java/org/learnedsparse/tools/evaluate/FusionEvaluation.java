package org.learnedsparse.tools.evaluate;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.learnedsparse.tools.beir.BeirCollection;
import org.learnedsparse.tools.node.Http;

/** Measures many ways to search one index: each alone, fused, with feedback. */
final class FusionEvaluation {
  /** What others are compared with: a fusion is worth its cost if it beats this. */
  static final String BASELINE = "learned_sparse";

  private final Elasticsearch node;
  private final String model;
  private final Map<String, JsonNode> systems;
  private final Evaluation evaluation;
  private final NodeSystem indexed;

  /**
   * @param model for documents and queries, with dense vectors of both
   * @param systems requests by name
   * @throws IllegalArgumentException if the model gives no dense vectors
   */
  FusionEvaluation(Elasticsearch node, String model, Map<String, JsonNode> systems, int clients) {
    this.node = node;
    this.model = model;
    this.systems = systems;
    this.evaluation = new Evaluation(clients);
    JsonNode vector = dense("a");
    if (vector.isMissingNode()) {
      throw new IllegalArgumentException(
          "model ["
              + model
              + "] gives no dense vectors for queries: [--fusion] needs one that does");
    }
    this.indexed = NodeSystem.learnedSparseDense(node, clients, model, vector.size());
  }

  /** What is indexed, however it is searched. */
  NodeSystem indexed() {
    return indexed;
  }

  /** Indexes a collection, measures all systems, and deletes the index. */
  List<Row> measure(BeirCollection collection) throws IOException {
    List<Row> rows = new ArrayList<>();
    try (NodeIndex index = indexed.index(collection)) {
      Map<String, JsonNode> vectors = new ConcurrentHashMap<>();
      for (Map.Entry<String, JsonNode> system : systems.entrySet()) {
        rows.add(
            evaluation.measure(
                system.getKey(), new Template(index, system.getValue(), vectors), collection));
      }
    }
    return rows;
  }

  /** A query's dense vector; missing for a model, or a text, that has none. */
  private JsonNode dense(String text) {
    return node.request(
            "POST",
            "_learned_sparse/encode",
            Map.of("model", model, "mode", "query", "texts", List.of(text)))
        .at("/results/0/dense");
  }

  /** An index as one system searches it; closing leaves it open. */
  private final class Template implements SearchableIndex {
    private final NodeIndex index;
    private final JsonNode body;
    private final Map<String, JsonNode> vectors;

    /**
     * @param vectors of queries, as far as they are known
     */
    Template(NodeIndex index, JsonNode body, Map<String, JsonNode> vectors) {
      this.index = index;
      this.body = body;
      this.vectors = vectors;
    }

    @Override
    public IndexingCost cost() {
      return index.cost();
    }

    @Override
    public List<Hit> search(String query, int size) {
      JsonNode vector = null;
      if (FusionSystems.isDense(body)) {
        vector = vectors.computeIfAbsent(query, FusionEvaluation.this::dense);
        if (vector.isMissingNode()) {
          // A text without tokens lies nowhere.
          return List.of();
        }
      }
      JsonNode request = FusionSystems.request(body, query, NodeSystem.stems(query), vector);
      return index.search(
          query,
          size,
          Http.JSON.convertValue(request, new TypeReference<Map<String, Object>>() {}));
    }

    @Override
    public void close() {}
  }
}
