package org.learnedsparse.query;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.support.GroupedActionListener;
import org.elasticsearch.core.Tuple;
import org.elasticsearch.search.vectors.VectorData;
import org.learnedsparse.vector.WeightedMean;

/**
 * What relevant documents make of a query's dense vectors: the weighted mean of the query's and
 * theirs, or what a model's graph gives.
 */
final class VectorFeedback {
  /** The vector that the client has given, which no model has made. */
  static final String CLIENTS = "";

  private final QueryEncoder encoder;
  private final RequestedFeedback feedback;
  private final FeedbackChange change;

  VectorFeedback(QueryEncoder encoder, RequestedFeedback feedback, FeedbackChange change) {
    this.encoder = encoder;
    this.feedback = feedback;
    this.change = change;
  }

  /**
   * Gives the new vectors; returns at once.
   *
   * @param vectors by the name of the model that has made them of the text, or {@link #CLIENTS}
   */
  void apply(Map<String, VectorData> vectors, ActionListener<Map<String, VectorData>> listener) {
    if (vectors.isEmpty()) {
      listener.onResponse(Map.of());
      return;
    }
    ActionListener<Tuple<String, VectorData>> each =
        new GroupedActionListener<>(
            vectors.size(),
            listener.map(all -> all.stream().collect(Collectors.toMap(Tuple::v1, Tuple::v2))));
    vectors.forEach(
        (name, vector) ->
            ActionListener.run(
                each.<VectorData>map(made -> Tuple.tuple(name, made)),
                one -> apply(name, vector, one)));
  }

  private void apply(String name, VectorData vector, ActionListener<VectorData> listener) {
    float[] own = vector.asFloatVector();
    List<float[]> documents = change.vectors(name.equals(CLIENTS) ? null : name, own.length);
    if (documents.isEmpty()) {
      listener.onResponse(vector);
    } else if (feedback.model() == null) {
      listener.onResponse(VectorData.fromFloats(mean(own, documents)));
    } else {
      encoder.feedback(feedback.model(), own, documents, listener.map(VectorData::fromFloats));
    }
  }

  private float[] mean(float[] own, List<float[]> documents) {
    double share = feedback.change().weight();
    double[] equal = new double[documents.size()];
    Arrays.fill(equal, 1);
    return WeightedMean.ofDense(
        List.of(own, WeightedMean.ofDense(documents, equal)), new double[] {1 - share, share});
  }
}
