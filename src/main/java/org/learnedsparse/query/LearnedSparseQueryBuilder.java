package org.learnedsparse.query;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.apache.lucene.search.Query;
import org.elasticsearch.TransportVersion;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.client.internal.Client;
import org.elasticsearch.common.io.stream.StreamInput;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.index.query.AbstractQueryBuilder;
import org.elasticsearch.index.query.MatchNoneQueryBuilder;
import org.elasticsearch.index.query.QueryBuilder;
import org.elasticsearch.index.query.QueryRewriteContext;
import org.elasticsearch.index.query.SearchExecutionContext;
import org.elasticsearch.xcontent.XContentBuilder;
import org.elasticsearch.xcontent.XContentParser;
import org.learnedsparse.vector.SparseVector;

/**
 * Finds the documents whose vectors have the largest inner product with the query's.
 *
 * <p>A query text is encoded while the query is rewritten on the coordinating node, once for each
 * model that the searched indices name for the field; the shards get vectors. What {@code prune}
 * removes is removed there too.
 *
 * <p>Without {@code k}, every document that shares a term matches, and a search for the top hits
 * skips those that cannot get there. With {@code k}, the k best documents of each shard match, and
 * no others: aggregations see those alone.
 */
public final class LearnedSparseQueryBuilder
    extends AbstractQueryBuilder<LearnedSparseQueryBuilder> {
  /** The query's name. */
  public static final String NAME = "learned_sparse";

  /** The largest k. */
  public static final int MAX_K = 10_000;

  private final QueryServices services;
  private final RequestedQuery query;
  private final List<QueryBuilder> filters;

  /** What encoding made of the query, and feedback, if it is wanted; null before that. */
  private final EncodedQueries encoded;

  /**
   * What this becomes when what was started for it has ended: null before it has started, empty
   * until it has ended. Rewriting goes on meanwhile, so the two must be told apart.
   */
  private final AtomicReference<LearnedSparseQueryBuilder> successor;

  LearnedSparseQueryBuilder(
      QueryServices services, RequestedQuery query, List<QueryBuilder> filters) {
    this(services, query, filters, null, null);
  }

  private LearnedSparseQueryBuilder(
      QueryServices services,
      RequestedQuery query,
      List<QueryBuilder> filters,
      EncodedQueries encoded,
      AtomicReference<LearnedSparseQueryBuilder> successor) {
    this.services = services;
    this.query = query;
    this.filters = new ArrayList<>(filters);
    this.encoded = encoded;
    this.successor = successor;
  }

  /** Reads one query below {@code filter}. */
  static QueryBuilder parseFilter(XContentParser parser) throws IOException {
    return parseInnerQueryBuilder(parser);
  }

  /** Reads a query that another node sent. */
  public LearnedSparseQueryBuilder(StreamInput in, QueryServices services) throws IOException {
    super(in);
    this.services = services;
    this.query = RequestedQuery.read(in);
    this.filters = new ArrayList<>(readQueries(in));
    this.encoded = in.readOptionalWriteable(EncodedQueries::read);
    this.successor = null;
  }

  /**
   * Adds filters that the query does not have yet, if it chooses its documents by itself: by {@code
   * k}, {@code approximate}, {@code knn} or {@code feedback}. To be called before it is rewritten.
   */
  public void addFilters(List<QueryBuilder> more) {
    if (query.matchesAll() == false || query.feedback() != null) {
      more.stream().filter(filter -> filters.contains(filter) == false).forEach(filters::add);
    }
  }

  @Override
  protected void doWriteTo(StreamOutput out) throws IOException {
    if (successor != null) {
      throw new IllegalStateException("a [" + NAME + "] query is sent before it was encoded");
    }
    query.writeTo(out);
    writeQueries(out, filters);
    out.writeOptionalWriteable(encoded);
  }

  @Override
  public String getWriteableName() {
    return NAME;
  }

  @Override
  public TransportVersion getMinimalSupportedVersion() {
    return TransportVersion.zero();
  }

  @Override
  protected void doXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject(NAME);
    query.toXContent(builder, params);
    if (filters.isEmpty() == false) {
      builder.startArray(QueryParser.FILTER);
      for (QueryBuilder filter : filters) {
        filter.toXContent(builder, params);
      }
      builder.endArray();
    }
    boostAndQueryNameToXContent(builder);
    builder.endObject();
  }

  @Override
  protected QueryBuilder doRewrite(QueryRewriteContext context) throws IOException {
    List<QueryBuilder> rewritten = new ArrayList<>(filters.size());
    for (QueryBuilder filter : filters) {
      rewritten.add(filter.rewrite(context));
    }
    if (rewritten.stream().anyMatch(MatchNoneQueryBuilder.class::isInstance)) {
      return new MatchNoneQueryBuilder("the filter of the [" + NAME + "] query matches nothing");
    }
    if (successor != null) {
      return successor.get() == null ? this : successor.get();
    }
    if (canRunActions(context)) {
      if (encoded == null && query.changesOnCoordinator()) {
        return after(
            context, rewritten, (client, listener) -> encode(context, rewritten, listener));
      }
      // The first search takes the filters as they are: nothing may be pending in them.
      if (query.feedback() != null
          && (encoded == null || encoded.relevant() == null)
          && rewritten.equals(filters)
          && context.hasAsyncActions() == false) {
        FeedbackSearch search = new FeedbackSearch(services, query, encoded, rewritten, context);
        return after(context, rewritten, (client, listener) -> search.run(client, listener));
      }
    }
    return rewritten.equals(filters) ? this : with(query, rewritten, encoded, null);
  }

  /** The query while something that it needs is done, which gives the query to go on with. */
  private LearnedSparseQueryBuilder after(
      QueryRewriteContext context,
      List<QueryBuilder> rewritten,
      BiConsumer<Client, ActionListener<LearnedSparseQueryBuilder>> action) {
    AtomicReference<LearnedSparseQueryBuilder> pending = new AtomicReference<>();
    context.registerAsyncAction(
        (client, listener) ->
            action.accept(
                client,
                listener.map(
                    next -> {
                      pending.set(next.boost(boost).queryName(queryName));
                      return null;
                    })));
    return with(query, rewritten, encoded, pending);
  }

  /** Gives the query with its weights by model, or what is to be said of it; returns at once. */
  private void encode(
      QueryRewriteContext context,
      List<QueryBuilder> rewritten,
      ActionListener<LearnedSparseQueryBuilder> listener) {
    RequestedEncoding encoding = query.encoding();
    SearchedModels models =
        services.encoder().models(encoding.model(), query.field(), context.getResolvedIndices());
    ActionListener<EncodedQueries> texts =
        listener.map(queries -> with(query, rewritten, queries, null));
    if (query.input().isText() && query.needsInference() == false) {
      services.encoder().encode(query, models, texts);
      return;
    }
    services
        .encoder()
        .anyInferenceFree(
            models,
            listener.delegateFailureAndWrap(
                (next, inferenceFree) -> {
                  if (inferenceFree != null && query.needsInference()) {
                    throw query.best().approximation().refusal(query.field(), inferenceFree);
                  }
                  if (query.input().isText()) {
                    services.encoder().encode(query, models, texts);
                    return;
                  }
                  SparseVector vector = query.input().vector();
                  boolean lossy = inferenceFree != null && encoding.removesFrom(vector);
                  List<String> warnings =
                      lossy
                          ? List.of(encoding.prune().warning(query.field(), inferenceFree))
                          : List.of();
                  next.onResponse(
                      with(
                          query.of(encoding.pruned(vector)),
                          rewritten,
                          new EncodedQueries(Map.of(), warnings, null),
                          null));
                }));
  }

  /** Where the text's models can be told, and actions may run: on the coordinating node. */
  private boolean canRunActions(QueryRewriteContext context) {
    return context.convertToSearchExecutionContext() == null
        && context.convertToCoordinatorRewriteContext() == null
        && context.convertToInnerHitsRewriteContext() == null
        && (query.encoding().model() != null || context.getResolvedIndices() != null);
  }

  private LearnedSparseQueryBuilder with(
      RequestedQuery newQuery,
      List<QueryBuilder> newFilters,
      EncodedQueries newEncoded,
      AtomicReference<LearnedSparseQueryBuilder> newSuccessor) {
    return new LearnedSparseQueryBuilder(services, newQuery, newFilters, newEncoded, newSuccessor)
        .boost(boost)
        .queryName(queryName);
  }

  /** The query of a first search, encoded already. */
  static LearnedSparseQueryBuilder encoded(
      QueryServices services,
      RequestedQuery query,
      List<QueryBuilder> filters,
      EncodedQueries encoded) {
    return new LearnedSparseQueryBuilder(services, query, filters, encoded, null);
  }

  @Override
  protected Query doToQuery(SearchExecutionContext context) throws IOException {
    return new ShardQuery(services, query, filters, encoded).toLucene(context);
  }

  @Override
  protected boolean doEquals(LearnedSparseQueryBuilder other) {
    return query.equals(other.query)
        && filters.equals(other.filters)
        && Objects.equals(encoded, other.encoded)
        && successor == other.successor;
  }

  @Override
  protected int doHashCode() {
    return Objects.hash(query, filters, encoded);
  }
}
