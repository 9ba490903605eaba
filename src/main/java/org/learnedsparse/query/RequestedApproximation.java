package org.learnedsparse.query;

import java.io.IOException;
import org.elasticsearch.common.io.stream.StreamInput;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.common.io.stream.Writeable;
import org.elasticsearch.xcontent.ToXContentObject;
import org.elasticsearch.xcontent.XContentBuilder;
import org.learnedsparse.search.Approximation;

/**
 * The approximation that a query allows.
 *
 * @param force whether it is wanted even where it is known to lose much
 */
record RequestedApproximation(Approximation approximation, boolean force)
    implements Writeable, ToXContentObject {
  /**
   * The least {@code query_mass} for queries of an inference-free model: their few terms were
   * weighed without knowing the query's other words, so that the lightest may be the one that
   * decides.
   */
  private static final double MIN_INFERENCE_FREE_MASS = .9;

  static RequestedApproximation read(StreamInput in) throws IOException {
    return new RequestedApproximation(
        new Approximation(in.readDouble(), in.readDouble(), in.readVInt()), in.readBoolean());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeDouble(approximation.thresholdFactor());
    out.writeDouble(approximation.queryMass());
    out.writeVInt(approximation.maxBlocks());
    out.writeBoolean(force);
  }

  /** Whether a query of an inference-free model may not have it. */
  boolean needsInference() {
    return force == false && approximation.queryMass() < MIN_INFERENCE_FREE_MASS;
  }

  /** What {@link #needsInference} is about, for people. */
  IllegalArgumentException refusal(String field, String model) {
    return new IllegalArgumentException(
        "["
            + LearnedSparseQueryBuilder.NAME
            + "] query: ["
            + ApproximationParser.QUERY_MASS
            + "] of ["
            + approximation.queryMass()
            + "] is below ["
            + MIN_INFERENCE_FREE_MASS
            + "], and the model ["
            + model
            + "] of field ["
            + field
            + "] weighs the few terms of a query without inference: leaving some out loses much."
            + " Raise ["
            + ApproximationParser.QUERY_MASS
            + "], or set ["
            + ApproximationParser.FORCE
            + "] to true in ["
            + ApproximationParser.APPROXIMATE
            + "]");
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject();
    builder.field(ApproximationParser.THRESHOLD_FACTOR, approximation.thresholdFactor());
    builder.field(ApproximationParser.QUERY_MASS, approximation.queryMass());
    if (approximation.maxBlocks() > 0) {
      builder.field(ApproximationParser.MAX_BLOCKS, approximation.maxBlocks());
    }
    if (force) {
      builder.field(ApproximationParser.FORCE, true);
    }
    return builder.endObject();
  }
}
