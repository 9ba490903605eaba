package org.learnedsparse.query;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.support.GroupedActionListener;
import org.elasticsearch.cluster.metadata.IndexMetadata;
import org.elasticsearch.core.Tuple;
import org.learnedsparse.encode.Encoder;
import org.learnedsparse.encode.Mode;
import org.learnedsparse.encode.folder.Route;
import org.learnedsparse.mapper.FieldModels;
import org.learnedsparse.model.ModelService;
import org.learnedsparse.vector.SparseVector;

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
   * Gives the text's weights by model, pruned as wanted; returns at once.
   *
   * @param listener fails with {@link IllegalArgumentException} if the query wants something of a
   *     model that it cannot have
   */
  void encode(
      String text,
      String field,
      RequestedEncoding encoding,
      NavigableSet<String> ids,
      ActionListener<EncodedQueries> listener) {
    if (ids.isEmpty()) {
      listener.onResponse(new EncodedQueries(Map.of(), null));
      return;
    }
    ActionListener<Encoded> each =
        new GroupedActionListener<>(ids.size(), listener.map(QueryEncoder::together));
    for (String id : ids) {
      models
          .get()
          .encoder(
              id,
              each.delegateFailureAndWrap(
                  (next, encoder) -> {
                    checkSparse(id, encoder);
                    double share = encoding.indexIdf(field, id, encoder.settings().query());
                    models
                        .get()
                        .encode(
                            id,
                            Mode.QUERY,
                            List.of(text),
                            next.map(
                                texts -> {
                                  SparseVector vector = texts.get(0).vector();
                                  return new Encoded(
                                      id,
                                      new EncodedQuery(encoding.pruned(vector), share),
                                      isInferenceFree(encoder) && encoding.removesFrom(vector)
                                          ? encoding.prune().warning(field, id)
                                          : null);
                                }));
                  }));
    }
  }

  private static void checkSparse(String id, Encoder encoder) {
    if (encoder.isSparse(Mode.QUERY) == false) {
      throw new IllegalArgumentException(
          "model [" + id + "] gives no term weights for queries; name another [model]");
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
            .orElse(null));
  }

  private static boolean isInferenceFree(Encoder encoder) {
    return encoder.settings().query() instanceof Route.Table;
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
