package org.learnedsparse.query;

import java.io.IOException;
import org.elasticsearch.common.io.stream.StreamInput;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.common.io.stream.Writeable;
import org.learnedsparse.encode.folder.Route;
import org.learnedsparse.vector.SparseVector;

/**
 * How a query wants its text, or its vector, to become the weights that are searched for.
 *
 * @param model the model that encodes it; null for the field's
 * @param indexIdf how far a table's weights are adapted to the searched indices, 0 (not at all) to
 *     1; null for what the model says
 * @param prune which terms are removed before that; null for none
 */
record RequestedEncoding(String model, Double indexIdf, RequestedPruning prune)
    implements Writeable {
  static RequestedEncoding read(StreamInput in) throws IOException {
    return new RequestedEncoding(
        in.readOptionalString(),
        in.readOptionalDouble(),
        in.readOptionalWriteable(RequestedPruning::read));
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeOptionalString(model);
    out.writeOptionalDouble(indexIdf);
    out.writeOptionalWriteable(prune);
  }

  /** The same, for weights that are pruned already. */
  RequestedEncoding withoutPruning() {
    return new RequestedEncoding(model, indexIdf, null);
  }

  /** The terms of a vector that are searched for. */
  SparseVector pruned(SparseVector vector) {
    return prune == null ? vector : prune.apply(vector);
  }

  /** Whether a vector has terms that are not searched for. */
  boolean removesFrom(SparseVector vector) {
    return pruned(vector).size() < vector.size();
  }

  /**
   * How far the weights of a model are adapted.
   *
   * @param table that the queries' weights come from; null if a graph gives them
   * @throws IllegalArgumentException if the query says so of weights that come from no table
   */
  double indexIdf(String field, String id, Route.Table table) {
    if (table != null) {
      return indexIdf == null ? table.indexIdf() : indexIdf;
    }
    if (indexIdf == null) {
      return 0;
    }
    throw new IllegalArgumentException(
        "["
            + LearnedSparseQueryBuilder.NAME
            + "] query: ["
            + QueryParser.INDEX_IDF
            + "] of ["
            + indexIdf
            + "] adapts the weights of a static table, and the model ["
            + id
            + "] of field ["
            + field
            + "] encodes queries by a graph. Leave ["
            + QueryParser.INDEX_IDF
            + "] out");
  }
}
