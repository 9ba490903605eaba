package org.learnedsparse.query;

import java.io.IOException;
import java.util.List;
import org.elasticsearch.common.io.stream.StreamInput;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.common.io.stream.Writeable;
import org.elasticsearch.xcontent.ToXContent;
import org.elasticsearch.xcontent.XContentBuilder;
import org.learnedsparse.vector.SparseVector;

/**
 * What a client asks for, filters apart.
 *
 * @param field a {@code learned_sparse} field
 * @param nearest the dense side; null for none
 * @param feedback null for none
 */
record RequestedQuery(
    String field,
    Input input,
    RequestedEncoding encoding,
    Best best,
    RequestedNearest nearest,
    RequestedFeedback feedback)
    implements Writeable {

  /**
   * What is searched for: texts, or weights by term; never both.
   *
   * @param texts none for a vector
   */
  record Input(List<WeightedText> texts, SparseVector vector) {
    static Input of(SparseVector vector) {
      return new Input(List.of(), vector);
    }

    static Input of(List<WeightedText> texts) {
      return new Input(List.copyOf(texts), null);
    }

    boolean isText() {
      return vector == null;
    }
  }

  /**
   * Which documents match.
   *
   * @param k so many of a shard, the best; null for every document that shares a term, or, with an
   *     approximation or a dense side, for the request's size
   * @param approximation null for an exact search
   */
  record Best(Integer k, RequestedApproximation approximation) {
    static final Best ALL = new Best(null, null);
  }

  static RequestedQuery read(StreamInput in) throws IOException {
    return new RequestedQuery(
        in.readString(),
        new Input(
            in.readCollectionAsImmutableList(WeightedText::read),
            in.readBoolean() ? EncodedQuery.readVector(in) : null),
        RequestedEncoding.read(in),
        new Best(in.readOptionalVInt(), in.readOptionalWriteable(RequestedApproximation::read)),
        in.readOptionalWriteable(RequestedNearest::read),
        in.readOptionalWriteable(RequestedFeedback::read));
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeString(field);
    out.writeCollection(input.texts());
    out.writeBoolean(input.vector() != null);
    if (input.vector() != null) {
      EncodedQuery.writeVector(out, input.vector());
    }
    encoding.writeTo(out);
    out.writeOptionalVInt(best.k());
    out.writeOptionalWriteable(best.approximation());
    out.writeOptionalWriteable(nearest);
    out.writeOptionalWriteable(feedback);
  }

  /** Writes the fields of the query's body. */
  void toXContent(XContentBuilder builder, ToXContent.Params params) throws IOException {
    builder.field(QueryParser.FIELD, field);
    if (input.isText() == false) {
      builder.field(QueryParser.QUERY_VECTOR, input.vector().toMap());
    } else if (input.texts().size() == 1 && input.texts().get(0).weight() == 1) {
      builder.field(QueryParser.QUERY, input.texts().get(0).text());
    } else {
      builder.xContentList(QueryParser.QUERY, input.texts(), params);
    }
    if (encoding.model() != null) {
      builder.field(QueryParser.MODEL, encoding.model());
    }
    if (encoding.indexIdf() != null) {
      builder.field(QueryParser.INDEX_IDF, encoding.indexIdf());
    }
    if (encoding.prune() != null) {
      builder.field(PruningParser.PRUNE, encoding.prune());
    }
    if (best.k() != null) {
      builder.field(QueryParser.K, best.k());
    }
    if (best.approximation() != null) {
      builder.field(ApproximationParser.APPROXIMATE, best.approximation());
    }
    if (nearest != null) {
      builder.field(NearestParser.KNN, nearest);
    }
    if (feedback != null) {
      builder.field(FeedbackParser.FEEDBACK, feedback);
    }
  }

  /** Whether every document that shares a term matches. */
  boolean matchesAll() {
    return best.equals(Best.ALL) && nearest == null;
  }

  /** Whether the client's text is to become a dense vector. */
  boolean encodesDense() {
    return nearest != null && nearest.vector() == null;
  }

  /** Whether the shards should get weights that the client has not given, or fewer. */
  boolean changesOnCoordinator() {
    return input.isText() || needsInference() || encoding.removesFrom(input.vector());
  }

  /** Whether it asks for an approximation that queries of an inference-free model may not have. */
  boolean needsInference() {
    return best.approximation() != null && best.approximation().needsInference();
  }

  /** The same for these weights, of which none are to be removed. */
  RequestedQuery of(SparseVector vector) {
    return new RequestedQuery(
        field, Input.of(vector), encoding.withoutPruning(), best, nearest, feedback);
  }

  /** The same with another dense side, null for none. */
  RequestedQuery withNearest(RequestedNearest other) {
    return new RequestedQuery(field, input, encoding, best, other, feedback);
  }

  /** The same, scored by its dense side alone. */
  RequestedQuery denseAlone() {
    return withNearest(nearest.withWeight(1));
  }

  /**
   * The search for at least as many documents as feedback takes, of each side, without feedback.
   */
  RequestedQuery firstSearch() {
    int least = feedback.documents();
    int k = best.k() == null ? least : Math.max(best.k(), least);
    return new RequestedQuery(
        field,
        input,
        encoding,
        new Best(k, best.approximation()),
        nearest == null ? null : nearest.withAtLeast(least),
        null);
  }
}
