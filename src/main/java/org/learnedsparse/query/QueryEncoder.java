package org.learnedsparse.query;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.ResolvedIndices;
import org.elasticsearch.action.support.GroupedActionListener;
import org.elasticsearch.core.Tuple;
import org.elasticsearch.search.vectors.VectorData;
import org.learnedsparse.encode.EncodedText;
import org.learnedsparse.encode.Encoder;
import org.learnedsparse.encode.Mode;
import org.learnedsparse.mapper.FieldModel;
import org.learnedsparse.mapper.FieldModels;
import org.learnedsparse.model.ModelService;
import org.learnedsparse.vector.SparseVector;
import org.learnedsparse.vector.WeightedMean;

/** Encodes a query text once for each model that the searched indices name. */
public final class QueryEncoder {
  /** What one model made of a text; the warning is null for none. */
  private record Encoded(String id, EncodedQuery query, String warning) {}

  private static final Logger LOGGER = LogManager.getLogger(QueryEncoder.class);

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
   * @param indices that are searched; null if they are not known
   */
  SearchedModels models(String model, String field, ResolvedIndices indices) {
    return SearchedModels.of(model, field, indices, fieldModels);
  }

  /**
   * Gives what the texts are by the name of the model, weights pruned as wanted; returns at once.
   *
   * @param listener fails with {@link IllegalArgumentException} if the query wants something of a
   *     model that it cannot have
   */
  void encode(
      RequestedQuery query, SearchedModels searched, ActionListener<EncodedQueries> listener) {
    NavigableSet<String> dense = dense(query, searched);
    NavigableSet<String> names = new TreeSet<>(searched.names());
    names.addAll(dense);
    if (names.isEmpty()) {
      listener.onResponse(EncodedQueries.NONE);
      return;
    }
    resolve(
        names,
        models.get()::resolve,
        listener.delegateFailureAndWrap(
            (next, ids) ->
                encodeEach(
                    query,
                    ids(searched.names(), ids),
                    ids(dense, ids),
                    next.delegateFailureAndWrap(
                        (last, encoded) -> finish(searched, ids, encoded, last)))));
  }

  /** The names of the models that give dense vectors. */
  private static NavigableSet<String> dense(RequestedQuery query, SearchedModels searched) {
    if (query.encodesDense() == false) {
      return new TreeSet<>();
    }
    String named = query.nearest().model();
    return named == null ? searched.names() : new TreeSet<>(List.of(named));
  }

  private static Set<String> ids(NavigableSet<String> names, Map<String, String> ids) {
    return names.stream().map(ids::get).collect(Collectors.toSet());
  }

  /** Tells the ids by name, of those names that the resolver knows an id of. */
  private static void resolve(
      NavigableSet<String> names,
      BiConsumer<String, ActionListener<String>> resolver,
      ActionListener<Map<String, String>> listener) {
    if (names.isEmpty()) {
      listener.onResponse(Map.of());
      return;
    }
    ActionListener<Tuple<String, String>> each =
        new GroupedActionListener<>(
            names.size(),
            listener.map(
                all ->
                    all.stream()
                        .filter(pair -> pair.v2() != null)
                        .collect(Collectors.toMap(Tuple::v1, Tuple::v2))));
    for (String name : names) {
      ActionListener.run(
          each.<String>map(id -> Tuple.tuple(name, id)), one -> resolver.accept(name, one));
    }
  }

  /**
   * @param sparse the ids of the models that give weights
   * @param dense the ids of the models that give dense vectors; they may be others
   */
  private void encodeEach(
      RequestedQuery query,
      Set<String> sparse,
      Set<String> dense,
      ActionListener<Collection<Encoded>> listener) {
    NavigableSet<String> all = new TreeSet<>(sparse);
    all.addAll(dense);
    ActionListener<Encoded> each = new GroupedActionListener<>(all.size(), listener);
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
        sparse ? query.encoding().indexIdf(query.field(), id, encoder.table(Mode.QUERY)) : 0;
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

  /** Gives each name its weights, and says where models are others than those of the documents. */
  private void finish(
      SearchedModels searched,
      Map<String, String> ids,
      Collection<Encoded> encoded,
      ActionListener<EncodedQueries> listener) {
    Map<String, EncodedQuery> byId = new HashMap<>();
    encoded.forEach(each -> byId.put(each.id(), each.query()));
    Map<String, EncodedQuery> byName = new TreeMap<>();
    ids.forEach((name, id) -> byName.put(name, byId.get(id)));
    if (searched.named() == null && searched.isLocal()) {
      // For shards that do not know yet what encoded their index, as it was recorded just now.
      for (FieldModel model : searched.byIndex().values()) {
        byName.putIfAbsent(model.model(), byName.get(model.queryModel()));
      }
    }
    List<String> warnings =
        new ArrayList<>(
            encoded.stream()
                .map(Encoded::warning)
                .filter(Objects::nonNull)
                .sorted()
                .limit(1)
                .toList());
    resolve(
        searched.superseded(),
        this::resolveIfPossible,
        listener.map(
            superseded -> {
              Map<String, String> all = new HashMap<>(ids);
              all.putAll(superseded);
              warnings.addAll(new ModelWarnings(searched, all, models.get()::digest).all());
              return new EncodedQueries(byName, warnings, null);
            }));
  }

  /** Only a warning depends on it, so the query goes on without an id. */
  private void resolveIfPossible(String name, ActionListener<String> listener) {
    models
        .get()
        .resolve(
            name,
            listener.delegateResponse(
                (next, failure) -> {
                  LOGGER.debug("whether alias [" + name + "] has moved is not known", failure);
                  next.onResponse(null);
                }));
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

  private static boolean isInferenceFree(Encoder encoder) {
    return encoder.table(Mode.QUERY) != null;
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

  /** Gives what a model's graph for feedback makes of a query's vector; returns at once. */
  void feedback(
      String model, float[] query, List<float[]> documents, ActionListener<float[]> listener) {
    models.get().feedback(model, query, documents, listener);
  }

  /**
   * Tells the listener one of the models that turn a query into weights by a table, without
   * inference; null if there is none among those on this node. Returns at once.
   */
  void anyInferenceFree(SearchedModels searched, ActionListener<String> listener) {
    NavigableSet<String> names = searched.names();
    if (names.isEmpty()) {
      listener.onResponse(null);
      return;
    }
    ActionListener<Tuple<String, Boolean>> each =
        new GroupedActionListener<>(
            names.size(),
            listener.map(
                answers ->
                    answers.stream().filter(Tuple::v2).map(Tuple::v1).findFirst().orElse(null)));
    for (String name : names) {
      models
          .get()
          .encoder(
              name,
              ActionListener.wrap(
                  encoder -> each.onResponse(Tuple.tuple(name, isInferenceFree(encoder))),
                  failure -> each.onResponse(Tuple.tuple(name, false))));
    }
  }
}
