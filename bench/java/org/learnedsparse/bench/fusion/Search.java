package org.learnedsparse.bench.fusion;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.learnedsparse.bench.search.data.WeightedTerms;
import org.learnedsparse.tools.node.Http;

/** A way to search. */
enum Search {
  /** {@code learned_sparse} with {@code k}. */
  SPARSE,
  /** Elasticsearch's {@code knn} query. */
  DENSE,
  /** {@code learned_sparse} with {@code k} and the block {@code knn}. */
  FUSED;

  /** How many documents come back. */
  private static final int SIZE = 10;

  /** Its name in results. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The request's body. */
  String body(WeightedTerms terms, float[] vector, int k, int candidates) {
    ObjectNode body = Http.JSON.createObjectNode();
    body.put("size", SIZE);
    body.put("_source", false);
    ObjectNode query = body.putObject("query");
    ObjectNode knn;
    if (this == DENSE) {
      knn = query.putObject("knn");
    } else {
      ObjectNode sparse = query.putObject("learned_sparse");
      sparse.put("field", HybridIndex.SPARSE);
      sparse.put("k", k);
      ObjectNode weights = sparse.putObject("query_vector");
      for (int i = 0; i < terms.size(); i++) {
        weights.put(String.valueOf(terms.term(i)), terms.weight(i));
      }
      if (this == SPARSE) {
        return body.toString();
      }
      knn = sparse.putObject("knn");
    }
    knn.put("field", HybridIndex.DENSE);
    knn.put("k", k);
    knn.put("num_candidates", candidates);
    knn.set("query_vector", Http.JSON.valueToTree(vector));
    return body.toString();
  }
}
