package org.learnedsparse.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.OriginalIndices;
import org.elasticsearch.action.ResolvedIndices;
import org.elasticsearch.action.search.SearchRequest;
import org.elasticsearch.client.internal.Client;
import org.elasticsearch.common.document.DocumentField;
import org.elasticsearch.index.Index;
import org.elasticsearch.index.query.QueryBuilder;
import org.elasticsearch.index.query.QueryRewriteContext;
import org.elasticsearch.search.SearchHit;
import org.elasticsearch.search.builder.PointInTimeBuilder;
import org.elasticsearch.search.builder.SearchSourceBuilder;
import org.elasticsearch.search.vectors.VectorData;
import org.learnedsparse.query.FeedbackChange.Found;
import org.learnedsparse.query.RequestedFeedback.Interpolation;
import org.learnedsparse.vector.SparseVector;

/**
 * Relevance feedback: searches all shards for the best documents, and changes the query by what
 * they hold. Runs once, on the node that coordinates the search.
 */
final class FeedbackSearch {
  private final QueryServices services;
  private final RequestedQuery query;
  private final EncodedQueries encoded;
  private final List<QueryBuilder> filters;
  private final ResolvedIndices indices;
  private final PointInTimeBuilder pointInTime;

  /**
   * @param encoded null if nothing was encoded
   * @param filters of the query, which need no more actions
   */
  FeedbackSearch(
      QueryServices services,
      RequestedQuery query,
      EncodedQueries encoded,
      List<QueryBuilder> filters,
      QueryRewriteContext context) {
    this.services = services;
    this.query = query;
    this.encoded = encoded == null ? EncodedQueries.NONE : encoded;
    this.filters = filters;
    this.indices = context.getResolvedIndices();
    this.pointInTime = context.getPointInTimeBuilder();
  }

  /** Gives the query after feedback; returns at once. */
  void run(Client client, ActionListener<LearnedSparseQueryBuilder> listener) {
    if (indices == null
        || indices.getLocalIndices() == null
        || indices.getRemoteClusterIndices().isEmpty() == false) {
      throw new IllegalArgumentException(
          "["
              + LearnedSparseQueryBuilder.NAME
              + "] query: ["
              + FeedbackParser.FEEDBACK
              + "] on field ["
              + query.field()
              + "] searches the indices of this cluster first; search remote clusters without it");
    }
    RequestedFeedback feedback = query.feedback();
    boolean sparse = feedback.space().isSparse();
    boolean dense = feedback.space().isDense();
    if (feedback.interpolation() != Interpolation.AFTER) {
      search(
          client,
          query.firstSearch(),
          listener.delegateFailureAndWrap(
              (next, found) ->
                  change(sparse ? found : List.of(), dense ? found : List.of(), next)));
      return;
    }
    RequestedQuery termsAlone = sparse ? query.withNearest(null).firstSearch() : null;
    RequestedQuery vectorsAlone = dense ? query.denseAlone().firstSearch() : null;
    search(
        client,
        termsAlone,
        listener.delegateFailureAndWrap(
            (next, bySparse) ->
                search(
                    client,
                    vectorsAlone,
                    next.delegateFailureAndWrap(
                        (last, byDense) -> change(bySparse, byDense, last)))));
  }

  /**
   * @param first null for no search, and no documents
   */
  private void search(Client client, RequestedQuery first, ActionListener<List<Found>> listener) {
    if (first == null) {
      listener.onResponse(List.of());
      return;
    }
    SearchSourceBuilder source =
        new SearchSourceBuilder()
            .query(LearnedSparseQueryBuilder.encoded(services, first, filters, encoded))
            .size(query.feedback().documents())
            .trackTotalHits(false)
            .fetchSource(false)
            .fetchField(query.field());
    if (query.feedback().space().isDense()) {
      source.fetchField(query.nearest().field());
    }
    client.search(
        request(source, client),
        listener.map(
            response -> {
              List<Found> found = new ArrayList<>();
              for (SearchHit hit : response.getHits()) {
                found.add(found(hit));
              }
              return found;
            }));
  }

  private SearchRequest request(SearchSourceBuilder source, Client client) {
    // What some shard cannot tell would be missing from the query without a word.
    SearchRequest request = new SearchRequest().source(source).allowPartialSearchResults(false);
    SearchInProgress.Search progress = SearchInProgress.of(client.threadPool().getThreadContext());
    if (progress != null) {
      request.setParentTask(progress.task());
      request.searchType(progress.request().searchType());
      if (progress.request().source() != null) {
        source.timeout(progress.request().source().timeout());
      }
    }
    if (pointInTime != null) {
      source.pointInTimeBuilder(new PointInTimeBuilder(pointInTime.getEncodedId()));
      return request;
    }
    if (progress != null) {
      request.routing(progress.request().routing()).preference(progress.request().preference());
    }
    OriginalIndices local = indices.getLocalIndices();
    return request.indices(local.indices()).indicesOptions(local.indicesOptions());
  }

  private Found found(SearchHit hit) {
    SparseVector weights = null;
    float[] vector = null;
    if (query.feedback().space().isSparse()) {
      DocumentField field = hit.field(query.field());
      weights = field == null ? null : FeedbackChange.weights(field.getValues());
    }
    if (query.feedback().space().isDense()) {
      DocumentField field = hit.field(query.nearest().field());
      vector =
          field == null ? null : FeedbackChange.vector(query.nearest().field(), field.getValues());
    }
    return new Found(hit.getIndex(), hit.getScore(), weights, vector);
  }

  private void change(
      List<Found> forWeights,
      List<Found> forVectors,
      ActionListener<LearnedSparseQueryBuilder> listener) {
    FeedbackChange change =
        new FeedbackChange(query, modelsByIndex(query.encoding().model()), forWeights, forVectors);
    new VectorFeedback(services.encoder(), query.feedback(), change)
        .apply(
            vectors(),
            listener.delegateFailureAndWrap((next, vectors) -> change(change, vectors, next)));
  }

  /** The query's vectors before feedback, by what has made them. */
  private Map<String, VectorData> vectors() {
    Map<String, VectorData> vectors = new TreeMap<>();
    encoded
        .byModel()
        .forEach(
            (model, its) -> {
              if (its.dense() != null) {
                vectors.put(model, its.dense());
              }
            });
    if (query.nearest() != null && query.nearest().vector() != null) {
      vectors.put(VectorFeedback.CLIENTS, query.nearest().vector());
    }
    return vectors;
  }

  /**
   * @param vectors after feedback
   */
  private void change(
      FeedbackChange change,
      Map<String, VectorData> vectors,
      ActionListener<LearnedSparseQueryBuilder> listener) {
    VectorData clients = vectors.get(VectorFeedback.CLIENTS);
    if (query.input().isText() == false) {
      SparseVector weights = change.weights(null, query.input().vector());
      listener.onResponse(
          second(
              query.of(weights),
              clients,
              encoded.changed(Map.of(), change.documents(), change.warnings())));
      return;
    }
    services
        .encoder()
        .inQuerySpace(
            encoded.byModel().keySet(),
            listener.map(
                spaces -> {
                  Map<String, EncodedQuery> changed = new TreeMap<>();
                  encoded
                      .byModel()
                      .forEach(
                          (model, its) ->
                              changed.put(
                                  model,
                                  change.apply(model, spaces.get(model), its, vectors.get(model))));
                  return second(
                      query,
                      clients,
                      encoded.changed(changed, change.documents(), change.warnings()));
                }));
  }

  /**
   * @param vector in place of the client's; null if the client has given none
   */
  private LearnedSparseQueryBuilder second(
      RequestedQuery next, VectorData vector, EncodedQueries queries) {
    RequestedQuery changed =
        vector == null ? next : next.withNearest(next.nearest().withVector(vector));
    if (query.feedback().interpolation() == Interpolation.BEFORE) {
      changed =
          query.feedback().space().isSparse() ? changed.withNearest(null) : changed.denseAlone();
    }
    return LearnedSparseQueryBuilder.encoded(services, changed, filters, queries);
  }

  /** Which model's name the documents of each index are searched by. */
  private Map<String, String> modelsByIndex(String named) {
    Map<String, String> models = new TreeMap<>();
    if (named != null) {
      for (Index index : indices.getConcreteLocalIndicesMetadata().keySet()) {
        models.put(index.getName(), named);
      }
      return models;
    }
    services
        .encoder()
        .models(null, query.field(), indices)
        .byIndex()
        .forEach((index, model) -> models.put(index, model.queryModel()));
    return models;
  }
}
