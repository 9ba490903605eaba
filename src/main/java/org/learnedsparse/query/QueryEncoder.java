package org.learnedsparse.query;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.support.GroupedActionListener;
import org.elasticsearch.cluster.metadata.IndexMetadata;
import org.elasticsearch.core.Tuple;
import org.elasticsearch.search.vectors.VectorData;
import org.learnedsparse.encode.EncodedText;
import org.learnedsparse.encode.Encoder;
import org.learnedsparse.encode.Mode;
import org.learnedsparse.encode.folder.Route;
import org.learnedsparse.mapper.FieldModels;
import org.learnedsparse.model.ModelService;
import org.learnedsparse.vector.SparseVector;
import org.learnedsparse.vector.WeightedMean;

/** Encodes a query text once for each model that the searched indices name. */
public final class QueryEncoder {
  /** What one model made of a text; the warning is null for none. */
  private record Encoded(String model, EncodedQuery query, String warning) {}

  private final Supplier<ModelService> models;
  private final FieldModels fieldModels = new FieldModels();

  /**
   * @param models asked at search time, when the node has started
   */
  public QueryEncoder(Supplier<ModelService> models) {
    this.models = models;
  }

  /**
   * The models to encode with.
   *
   * @param model the one that the query names, or null for those of the field
   */
  NavigableSet<String> models(String model, String field, Collection<IndexMetadata> indices) {
    return model != null ? new TreeSet<>(List.of(model)) : fieldModels.of(field, indices);
  }

  /**
   * The model that an index's documents are searched with; null if its mapping names none.
   *
   * @param model the one that the query names, or null for that of the field
   */
  String model(String model, String field, IndexMetadata index) {
    NavigableSet<String> its = models(model, field, List.of(index));
    return its.isEmpty() ? null : its.first();
  }

  /**
   * Gives what the texts are by model, weights pruned as wanted; returns at once.
   *
   * @param sparse the models that give weights
   * @param dense the models that give dense vectors; they may be others
   * @param listener fails with {@link IllegalArgumentException} if the query wants something of a
   *     model that it cannot have
   */
  void encode(
      RequestedQuery query,
      NavigableSet<String> sparse,
      NavigableSet<String> dense,
      ActionListener<EncodedQueries> listener) {
    NavigableSet<String> all = new TreeSet<>(sparse);
    all.addAll(dense);
    if (all.isEmpty()) {
      listener.onResponse(EncodedQueries.NONE);
      return;
    }
    ActionListener<Encoded> each =
        new GroupedActionListener<>(all.size(), listener.map(QueryEncoder::together));
    for (String id : all) {
      models
          .get()
          .encoder(
              id,
              each.delegateFailureAndWrap(
                  (next, encoder) ->
                      encode(query, id, encoder, sparse.contains(id), dense.contains(id), next)));
    }
  }

  private void encode(
      RequestedQuery query,
      String id,
      Encoder encoder,
      boolean sparse,
      boolean dense,
      ActionListener<Encoded> listener) {
    if (sparse) {
      checkSparse(id, encoder);
    }
    if (dense) {
      checkDense(query.nearest(), id, encoder);
    }
    double share =
        sparse ? query.encoding().indexIdf(query.field(), id, encoder.settings().query()) : 0;
    List<WeightedText> texts = query.input().texts();
    List<String> inputs = texts.stream().map(WeightedText::text).toList();
    ActionListener<List<EncodedText>> together =
        listener.map(
            encoded -> {
              double[] weights = texts.stream().mapToDouble(WeightedText::weight).toArray();
              SparseVector vector =
                  sparse
                      ? WeightedMean.ofSparse(
                          encoded.stream().map(EncodedText::vector).toList(), weights)
                      : SparseVector.EMPTY;
              return new Encoded(
                  id,
                  new EncodedQuery(
                      query.encoding().pruned(vector),
                      share,
                      dense ? meanDense(encoded, weights) : null),
                  isInferenceFree(encoder) && query.encoding().removesFrom(vector)
                      ? query.encoding().prune().warning(query.field(), id)
                      : null);
            });
    if (dense) {
      models.get().encodeAll(id, Mode.QUERY, inputs, together);
    } else {
      models.get().encode(id, Mode.QUERY, inputs, together);
    }
  }

  /** The mean of the texts that have tokens; null if none has. */
  private static VectorData meanDense(List<EncodedText> texts, double[] weights) {
    int[] with =
        IntStream.range(0, weights.length).filter(i -> texts.get(i).dense() != null).toArray();
    return with.length == 0
        ? null
        : VectorData.fromFloats(
            WeightedMean.ofDense(
                IntStream.of(with).mapToObj(i -> texts.get(i).dense()).toList(),
                IntStream.of(with).mapToDouble(i -> weights[i]).toArray()));
  }

  private static void checkSparse(String id, Encoder encoder) {
    if (encoder.isSparse(Mode.QUERY) == false) {
      throw new IllegalArgumentException(
          "model [" + id + "] gives no term weights for queries; name another [model]");
    }
  }

  private static void checkDense(RequestedNearest nearest, String id, Encoder encoder) {
    if (encoder.isDense(Mode.QUERY) == false) {
      throw new IllegalArgumentException(
          "["
              + LearnedSparseQueryBuilder.NAME
              + "] query: ["
              + NearestParser.KNN
              + "] on field ["
              + nearest.field()
              + "]: model ["
              + id
              + "] gives no dense vector for queries; name one that does as ["
              + NearestParser.MODEL
              + "], or give a ["
              + NearestParser.QUERY_VECTOR
              + "]");
    }
  }

  private static EncodedQueries together(Collection<Encoded> all) {
    Map<String, EncodedQuery> byModel = new TreeMap<>();
    all.forEach(each -> byModel.put(each.model(), each.query()));
    return new EncodedQueries(
        byModel,
        all.stream()
            .map(Encoded::warning)
            .filter(Objects::nonNull)
            .sorted()
            .findFirst()
            .orElse(null),
        null);
  }

  private static boolean isInferenceFree(Encoder encoder) {
    return encoder.settings().query() instanceof Route.Table;
  }

  /**
   * Gives for each model what brings a document's weights into its space of queries; returns at
   * once.
   */
  void inQuerySpace(
      Set<String> ids, ActionListener<Map<String, UnaryOperator<SparseVector>>> listener) {
    if (ids.isEmpty()) {
      listener.onResponse(Map.of());
      return;
    }
    ActionListener<Tuple<String, UnaryOperator<SparseVector>>> each =
        new GroupedActionListener<>(
            ids.size(),
            listener.map(all -> all.stream().collect(Collectors.toMap(Tuple::v1, Tuple::v2))));
    for (String id : ids) {
      models.get().encoder(id, each.map(encoder -> Tuple.tuple(id, encoder::inQuerySpace)));
    }
  }

  /**
   * Tells the listener one of the models that turn a query into weights by a table, without
   * inference; null if there is none among those on this node. Returns at once.
   */
  void anyInferenceFree(NavigableSet<String> ids, ActionListener<String> listener) {
    if (ids.isEmpty()) {
      listener.onResponse(null);
      return;
    }
    ActionListener<Tuple<String, Boolean>> each =
        new GroupedActionListener<>(
            ids.size(),
            listener.map(
                answers ->
                    answers.stream().filter(Tuple::v2).map(Tuple::v1).findFirst().orElse(null)));
    for (String id : ids) {
      models
          .get()
          .encoder(
              id,
              ActionListener.wrap(
                  encoder -> each.onResponse(Tuple.tuple(id, isInferenceFree(encoder))),
                  failure -> each.onResponse(Tuple.tuple(id, false))));
    }
  }
}
