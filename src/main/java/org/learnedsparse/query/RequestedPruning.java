package org.learnedsparse.query;

import java.io.IOException;
import org.elasticsearch.common.io.stream.StreamInput;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.common.io.stream.Writeable;
import org.elasticsearch.xcontent.ToXContentObject;
import org.elasticsearch.xcontent.XContentBuilder;
import org.learnedsparse.vector.Pruning;
import org.learnedsparse.vector.SparseVector;

/** Which light terms a query is searched without. */
record RequestedPruning(Pruning pruning) implements Writeable, ToXContentObject {
  static RequestedPruning read(StreamInput in) throws IOException {
    return new RequestedPruning(new Pruning(in.readEnum(Pruning.Type.class), in.readDouble()));
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeEnum(pruning.type());
    out.writeDouble(pruning.value());
  }

  /** The vector without its light terms. */
  SparseVector apply(SparseVector vector) {
    return pruning.apply(vector);
  }

  /**
   * What to tell people whose query of an inference-free model has lost terms.
   *
   * @param model weighs queries without inference
   */
  String warning(String field, String model) {
    return "["
        + LearnedSparseQueryBuilder.NAME
        + "] query: ["
        + PruningParser.PRUNE
        + "] of type ["
        + pruning.type()
        + "] and value ["
        + pruning.value()
        + "] removed terms, and the model ["
        + model
        + "] of field ["
        + field
        + "] weighs the few terms of a query without inference: that costs much recall (published:"
        + " recall .71 at half of the query's mass). Leave ["
        + PruningParser.PRUNE
        + "] out of the query, and prune documents in the ingest processor instead";
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject();
    builder.field(PruningParser.TYPE, pruning.type().toString());
    builder.field(PruningParser.VALUE, pruning.value());
    return builder.endObject();
  }
}
