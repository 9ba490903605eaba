package org.learnedsparse.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.elasticsearch.search.vectors.VectorData;
import org.learnedsparse.vector.RelevanceFeedback;
import org.learnedsparse.vector.SparseVector;

/** What the documents of a first search make of a query. */
final class FeedbackChange {
  /**
   * A document that the first search has found.
   *
   * @param weights null if they are not stored, or not asked for
   * @param vector null likewise, or if the document has none
   */
  @SuppressWarnings("ArrayRecordComponent") // a list of numbers, never compared
  record Found(String index, float score, SparseVector weights, float[] vector) {}

  private final RequestedQuery query;
  private final Map<String, String> modelsByIndex;
  private final List<Found> forWeights;
  private final List<Found> forVectors;

  /**
   * @param modelsByIndex documents change the query of their own index's model alone: others have
   *     other terms
   * @throws IllegalArgumentException if the documents' weights are not stored
   */
  FeedbackChange(
      RequestedQuery query,
      Map<String, String> modelsByIndex,
      List<Found> forWeights,
      List<Found> forVectors) {
    this.query = query;
    this.modelsByIndex = modelsByIndex;
    this.forWeights = forWeights;
    this.forVectors = forVectors;
    if (query.feedback().space().isSparse()
        && forWeights.isEmpty() == false
        && forWeights.stream().allMatch(found -> found.weights() == null)
        && query.nearest() == null) {
      throw new IllegalArgumentException(
          "["
              + LearnedSparseQueryBuilder.NAME
              + "] query: ["
              + FeedbackParser.FEEDBACK
              + "] on field ["
              + query.field()
              + "] takes the documents' weights from their [_source], which does not have them;"
              + " store the field there, or search without feedback");
    }
  }

  /** How many documents have changed the query in any way. */
  int documents() {
    return Math.max(forWeights.size(), forVectors.size());
  }

  /** What of the query could not be changed, though documents were found. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (forWeights.isEmpty() == false
        && forWeights.stream().allMatch(found -> found.weights() == null)) {
      warnings.add(unchanged("term weights", query.field(), forWeights.size()));
    }
    if (forVectors.isEmpty() == false
        && forVectors.stream().allMatch(found -> found.vector() == null)) {
      warnings.add(unchanged("vector", query.nearest().field(), forVectors.size()));
    }
    return warnings;
  }

  private static String unchanged(String what, String field, int documents) {
    return "["
        + LearnedSparseQueryBuilder.NAME
        + "] query: ["
        + FeedbackParser.FEEDBACK
        + "] has not changed the "
        + what
        + ": none of the best ["
        + documents
        + "] documents has the field ["
        + field
        + "] in its [_source]";
  }

  /** A document's stored weights: the largest, where it has a term twice. */
  static SparseVector weights(List<?> values) {
    SparseVector all = SparseVector.EMPTY;
    for (Object value : values) {
      Map<String, Float> its = new TreeMap<>();
      if (value instanceof Map<?, ?> object) {
        object.forEach(
            (term, weight) -> its.put(term.toString(), Float.parseFloat(String.valueOf(weight))));
      }
      all = SparseVector.max(all, SparseVector.of(its));
    }
    return all;
  }

  /**
   * A document's stored vector.
   *
   * @throws IllegalArgumentException if it is not an array of numbers
   */
  static float[] vector(String field, List<?> values) {
    float[] vector = new float[values.size()];
    for (int i = 0; i < vector.length; i++) {
      if (values.get(i) instanceof Number number) {
        vector[i] = number.floatValue();
      } else {
        throw new IllegalArgumentException(
            "["
                + LearnedSparseQueryBuilder.NAME
                + "] query: ["
                + FeedbackParser.FEEDBACK
                + "] needs arrays of numbers in [_source] of the dense field ["
                + field
                + "], got ["
                + values.get(i)
                + "]; use [space] of [sparse]");
      }
    }
    return vector;
  }

  /**
   * What a model's query becomes.
   *
   * @param inQuerySpace brings a document's weights into the model's space of queries
   */
  EncodedQuery apply(
      String model,
      UnaryOperator<SparseVector> inQuerySpace,
      EncodedQuery encoded,
      VectorData vector) {
    return new EncodedQuery(
        weights(model, encoded.vector(), inQuerySpace), encoded.indexIdf(), vector);
  }

  /** The query's weights after feedback; the model is null for documents of any. */
  SparseVector weights(String model, SparseVector before) {
    return weights(model, before, UnaryOperator.identity());
  }

  private SparseVector weights(
      String model, SparseVector before, UnaryOperator<SparseVector> inQuerySpace) {
    List<RelevanceFeedback.Relevant> relevant = new ArrayList<>();
    for (Found found : forWeights) {
      if (found.weights() != null && found.score() > 0 && isOf(model, found)) {
        relevant.add(
            new RelevanceFeedback.Relevant(inQuerySpace.apply(found.weights()), found.score()));
      }
    }
    return relevant.isEmpty() ? before : query.feedback().change().apply(before, relevant);
  }

  /**
   * The vectors of the documents that change a query's, the best first.
   *
   * @param model that has made the query's vector of the text; null for a vector that the client
   *     gives
   * @param dims numbers in the query's vector
   */
  List<float[]> vectors(String model, int dims) {
    // Where the query names a model for its vector, there is but one.
    String of = query.nearest().model() == null ? model : null;
    List<float[]> vectors = new ArrayList<>();
    for (Found found : forVectors) {
      if (found.vector() != null && found.vector().length == dims && isOf(of, found)) {
        vectors.add(found.vector());
      }
    }
    return vectors;
  }

  private boolean isOf(String model, Found found) {
    return model == null || model.equals(modelsByIndex.get(found.index()));
  }
}
