package org.learnedsparse.query;

import java.io.IOException;
import java.util.Locale;
import org.elasticsearch.common.io.stream.StreamInput;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.common.io.stream.Writeable;
import org.elasticsearch.xcontent.ToXContentObject;
import org.elasticsearch.xcontent.XContentBuilder;
import org.learnedsparse.vector.RelevanceFeedback;

/**
 * How the best documents of a first search change the query.
 *
 * @param documents how many are taken to be relevant, 1 or more
 * @param change what they make of the query's weights; its {@code weight} is also the documents'
 *     share of the new dense vector, unless a model makes that
 * @param model makes the new dense vector by its graph for feedback; null for a weighted mean
 * @param space what is changed
 * @param interpolation where sparse and dense scores are fused; null where there is nothing dense
 */
record RequestedFeedback(
    int documents, RelevanceFeedback change, String model, Space space, Interpolation interpolation)
    implements Writeable, ToXContentObject {

  /** What feedback changes: the term weights, the dense vector, or each in its own way. */
  enum Space {
    SPARSE,
    DENSE,
    BOTH;

    boolean isSparse() {
      return this != DENSE;
    }

    boolean isDense() {
      return this != SPARSE;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Where the scores are fused, as Li, Wang, Zhuang, Mourad, Ma, Lin and Zuccon have it: <a
   * href="https://doi.org/10.1145/3477495.3531884">To Interpolate or not to Interpolate</a> (SIGIR
   * 2022).
   */
  enum Interpolation {
    /** In the first search, which finds the relevant documents; the second has one side alone. */
    BEFORE,
    /** In the second search; each side has its own relevant documents, from its own first one. */
    AFTER,
    /** In both. */
    BOTH;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static RequestedFeedback read(StreamInput in) throws IOException {
    return new RequestedFeedback(
        in.readVInt(),
        new RelevanceFeedback(
            in.readEnum(RelevanceFeedback.Method.class), in.readVInt(), in.readDouble()),
        in.readOptionalString(),
        in.readEnum(Space.class),
        in.readOptionalEnum(Interpolation.class));
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeVInt(documents);
    out.writeEnum(change.method());
    out.writeVInt(change.terms());
    out.writeDouble(change.weight());
    out.writeOptionalString(model);
    out.writeEnum(space);
    out.writeOptionalEnum(interpolation);
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject();
    builder.field(FeedbackParser.DOCUMENTS, documents);
    if (space.isSparse()) {
      builder.field(FeedbackParser.TERMS, change.terms());
      builder.field(FeedbackParser.METHOD, change.method().toString());
    }
    if (space.isSparse() || model == null) {
      builder.field(FeedbackParser.WEIGHT, change.weight());
    }
    if (model != null) {
      builder.field(FeedbackParser.MODEL, model);
    }
    builder.field(FeedbackParser.SPACE, space.toString());
    if (interpolation != null) {
      builder.field(FeedbackParser.INTERPOLATION, interpolation.toString());
    }
    return builder.endObject();
  }
}
