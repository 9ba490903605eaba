package org.learnedsparse.query;

import java.io.IOException;
import java.util.Locale;
import org.elasticsearch.common.io.stream.StreamInput;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.common.io.stream.Writeable;
import org.elasticsearch.search.vectors.VectorData;
import org.elasticsearch.xcontent.ToXContentObject;
import org.elasticsearch.xcontent.XContentBuilder;
import org.learnedsparse.search.ConvexCombination;

/**
 * The dense side that a query is fused with.
 *
 * @param field a {@code dense_vector} field
 * @param vector the query's vector; null for what the model makes of the query's text
 * @param model the model that makes it; null for the one that makes the term weights
 * @param k how many nearest documents of a shard are candidates; null for as many as the best
 * @param numCandidates how many the index looks at in each segment; null for 1.5 times k
 * @param similarity below it a document is no candidate, in the unit of the field's similarity;
 *     null for no floor
 * @param weight of the dense score, 0 to 1
 */
record RequestedNearest(
    String field,
    VectorData vector,
    String model,
    Integer k,
    Integer numCandidates,
    Float similarity,
    double weight,
    Normalizer normalizer)
    implements Writeable, ToXContentObject {

  /**
   * What is done to the scores before they are added. Both can be told of one document alone; what
   * needs the whole list of results is the retriever's.
   */
  enum Normalizer {
    /** The scores count as they are. */
    NONE,
    /** Each score is divided by the highest that any document could have. */
    THEORETICAL_MAXIMUM;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static RequestedNearest read(StreamInput in) throws IOException {
    return new RequestedNearest(
        in.readString(),
        in.readOptionalWriteable(VectorData::new),
        in.readOptionalString(),
        in.readOptionalVInt(),
        in.readOptionalVInt(),
        in.readOptionalFloat(),
        in.readDouble(),
        in.readEnum(Normalizer.class));
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeString(field);
    out.writeOptionalWriteable(vector);
    out.writeOptionalString(model);
    out.writeOptionalVInt(k);
    out.writeOptionalVInt(numCandidates);
    out.writeOptionalFloat(similarity);
    out.writeDouble(weight);
    out.writeEnum(normalizer);
  }

  /** The same with another vector. */
  RequestedNearest withVector(VectorData other) {
    return new RequestedNearest(
        field, other, null, k, numCandidates, similarity, weight, normalizer);
  }

  /** The same with another weight. */
  RequestedNearest withWeight(double other) {
    return new RequestedNearest(
        field, vector, model, k, numCandidates, similarity, other, normalizer);
  }

  /** The same, finding at least so many documents, if it says how many. */
  RequestedNearest withAtLeast(int documents) {
    return new RequestedNearest(
        field,
        vector,
        model,
        k == null ? null : Math.max(k, documents),
        numCandidates == null ? null : Math.max(numCandidates, documents),
        similarity,
        weight,
        normalizer);
  }

  ConvexCombination combination() {
    return new ConvexCombination(weight, normalizer == Normalizer.THEORETICAL_MAXIMUM);
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject();
    builder.field(NearestParser.FIELD, field);
    if (vector != null) {
      builder.field(NearestParser.QUERY_VECTOR, vector);
    }
    if (model != null) {
      builder.field(NearestParser.MODEL, model);
    }
    if (k != null) {
      builder.field(NearestParser.K, k);
    }
    if (numCandidates != null) {
      builder.field(NearestParser.NUM_CANDIDATES, numCandidates);
    }
    if (similarity != null) {
      builder.field(NearestParser.SIMILARITY, similarity);
    }
    builder.field(NearestParser.WEIGHT, weight);
    builder.field(NearestParser.NORMALIZER, normalizer.toString());
    return builder.endObject();
  }
}
