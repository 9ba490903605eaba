package org.learnedsparse.bench.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.learnedsparse.bench.search.data.WeightedTerms;
import org.learnedsparse.tools.node.Http;

/**
 * A way to ask an index for the best documents.
 *
 * @param withK whether the {@code learned_sparse} query names its {@code k}
 * @param countsHits whether the request leaves counting at its default, up to 10,000 hits;
 *     otherwise it says that nothing need be counted
 */
record Contestant(TestedIndex index, boolean withK, boolean countsHits) {
  /** How many documents are asked for. */
  static final int SIZE = 10;

  /** All ways: the baseline's first. */
  static List<Contestant> all(List<TestedIndex> indices) {
    List<Contestant> all = new ArrayList<>();
    for (TestedIndex index : indices) {
      for (boolean withK : index.isLearnedSparse() ? List.of(false, true) : List.of(false)) {
        for (boolean countsHits : List.of(true, false)) {
          all.add(new Contestant(index, withK, countsHits));
        }
      }
    }
    return List.copyOf(all);
  }

  boolean isLearnedSparse() {
    return index.isLearnedSparse();
  }

  /** Whether this one's speed is told by the other's: the baseline with the same counting. */
  boolean isComparedWith(Contestant other) {
    return other.isLearnedSparse() == false && other.countsHits == countsHits;
  }

  /** Names the request in results. */
  String request() {
    String counting = countsHits ? "" : "track_total_hits: false";
    String k = withK ? "k: " + SIZE : "";
    String both = k + (k.isEmpty() || counting.isEmpty() ? "" : ", ") + counting;
    return both.isEmpty() ? "default" : both;
  }

  /** The path of the request. */
  String path() {
    return "/" + index.name() + "/_search";
  }

  /** The request's body for a query. */
  String body(WeightedTerms query) {
    ObjectNode body = Http.JSON.createObjectNode();
    body.put("size", SIZE);
    body.put("_source", false);
    if (countsHits == false) {
      body.put("track_total_hits", false);
    }
    String type = isLearnedSparse() ? TestedIndex.LEARNED_SPARSE : TestedIndex.SPARSE_VECTOR;
    ObjectNode clause = body.putObject("query").putObject(type);
    clause.put("field", TestedIndex.FIELD);
    ObjectNode vector = clause.putObject("query_vector");
    for (int i = 0; i < query.size(); i++) {
      vector.put(String.valueOf(query.term(i)), query.weight(i));
    }
    if (isLearnedSparse() == false) {
      clause.put("prune", false);
    }
    if (withK) {
      clause.put("k", SIZE);
    }
    return body.toString();
  }
}
