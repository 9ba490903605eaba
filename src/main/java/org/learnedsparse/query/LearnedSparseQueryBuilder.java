package org.learnedsparse.query;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.elasticsearch.TransportVersion;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.ResolvedIndices;
import org.elasticsearch.cluster.metadata.IndexMetadata;
import org.elasticsearch.common.io.stream.StreamInput;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.common.logging.HeaderWarning;
import org.elasticsearch.index.mapper.MappedFieldType;
import org.elasticsearch.index.query.AbstractQueryBuilder;
import org.elasticsearch.index.query.MatchNoneQueryBuilder;
import org.elasticsearch.index.query.QueryBuilder;
import org.elasticsearch.index.query.QueryRewriteContext;
import org.elasticsearch.index.query.SearchExecutionContext;
import org.elasticsearch.search.SearchService;
import org.elasticsearch.xcontent.XContentBuilder;
import org.elasticsearch.xcontent.XContentParser;
import org.learnedsparse.mapper.LearnedSparseFieldMapper;
import org.learnedsparse.mapper.LearnedSparseFieldType;
import org.learnedsparse.search.Approximation;
import org.learnedsparse.search.IndexIdf;
import org.learnedsparse.search.LearnedSparseQuery;
import org.learnedsparse.search.TopDocumentsQuery;
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

  /** What is searched for: a text, or weights by term; never both. */
  record Input(String text, SparseVector vector) {}

  /**
   * Which documents match.
   *
   * @param k so many of a shard, the best; null for every document that shares a term, or, with an
   *     approximation, for the request's size
   * @param approximation null for an exact search
   */
  record Best(Integer k, RequestedApproximation approximation) {
    static final Best ALL = new Best(null, null);

    private boolean isAll() {
      return k == null && approximation == null;
    }
  }

  private final QueryServices services;
  private final String field;
  private final Input input;

  private final RequestedEncoding encoding;

  private final Best best;

  private final List<QueryBuilder> filters;

  /**
   * What encoding made of the query: null before it has started, empty until it has ended.
   * Rewriting goes on meanwhile, so the two must be told apart.
   */
  private final AtomicReference<EncodedQueries> encoded;

  LearnedSparseQueryBuilder(
      QueryServices services,
      String field,
      Input input,
      RequestedEncoding encoding,
      Best best,
      List<QueryBuilder> filters) {
    this(services, field, input, encoding, best, filters, null);
  }

  private LearnedSparseQueryBuilder(
      QueryServices services,
      String field,
      Input input,
      RequestedEncoding encoding,
      Best best,
      List<QueryBuilder> filters,
      AtomicReference<EncodedQueries> encoded) {
    this.services = services;
    this.field = field;
    this.input = input;
    this.encoding = encoding;
    this.best = best;
    this.filters = List.copyOf(filters);
    this.encoded = encoded;
  }

  /** Reads one query below {@code filter}. */
  static QueryBuilder parseFilter(XContentParser parser) throws IOException {
    return parseInnerQueryBuilder(parser);
  }

  /** Reads a query that another node sent. */
  public LearnedSparseQueryBuilder(StreamInput in, QueryServices services) throws IOException {
    super(in);
    this.services = services;
    this.field = in.readString();
    this.input =
        new Input(in.readOptionalString(), in.readBoolean() ? EncodedQuery.readVector(in) : null);
    this.encoding = RequestedEncoding.read(in);
    this.best =
        new Best(in.readOptionalVInt(), in.readOptionalWriteable(RequestedApproximation::read));
    this.filters = readQueries(in);
    EncodedQueries queries = in.readOptionalWriteable(EncodedQueries::read);
    this.encoded = queries == null ? null : new AtomicReference<>(queries);
  }

  @Override
  protected void doWriteTo(StreamOutput out) throws IOException {
    out.writeString(field);
    out.writeOptionalString(input.text());
    out.writeBoolean(input.vector() != null);
    if (input.vector() != null) {
      EncodedQuery.writeVector(out, input.vector());
    }
    encoding.writeTo(out);
    out.writeOptionalVInt(best.k());
    out.writeOptionalWriteable(best.approximation());
    writeQueries(out, filters);
    out.writeOptionalWriteable(encoded());
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
    builder.field(QueryParser.FIELD, field);
    if (input.text() != null) {
      builder.field(QueryParser.QUERY, input.text());
    } else {
      builder.field(QueryParser.QUERY_VECTOR, input.vector().toMap());
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
    if (encoded != null || changesOnCoordinator() == false || canEncode(context) == false) {
      return rewritten.equals(filters) ? this : with(input, encoding, rewritten, encoded);
    }
    NavigableSet<String> models =
        services.encoder().models(encoding.model(), field, indices(context));
    AtomicReference<EncodedQueries> pending = new AtomicReference<>();
    context.registerAsyncAction(
        (client, listener) ->
            encode(
                models,
                listener.map(
                    queries -> {
                      pending.set(queries);
                      return null;
                    })));
    return input.text() != null
        ? with(input, encoding, rewritten, pending)
        : with(
            new Input(null, encoding.pruned(input.vector())),
            encoding.withoutPruning(),
            rewritten,
            pending);
  }

  /** Whether the shards should get another query than the client's, or none. */
  private boolean changesOnCoordinator() {
    return input.text() != null || needsInference() || encoding.removesFrom(input.vector());
  }

  private boolean needsInference() {
    return best.approximation() != null && best.approximation().needsInference();
  }

  /** Gives the text's weights by model, or what is to be said of the vector; returns at once. */
  private void encode(NavigableSet<String> models, ActionListener<EncodedQueries> listener) {
    if (input.text() != null && needsInference() == false) {
      services.encoder().encode(input.text(), field, encoding, models, listener);
      return;
    }
    services
        .encoder()
        .anyInferenceFree(
            models,
            listener.delegateFailureAndWrap(
                (next, inferenceFree) -> {
                  if (inferenceFree != null && needsInference()) {
                    throw best.approximation().refusal(field, inferenceFree);
                  }
                  if (input.text() != null) {
                    services.encoder().encode(input.text(), field, encoding, models, next);
                    return;
                  }
                  boolean lossy = inferenceFree != null && encoding.removesFrom(input.vector());
                  next.onResponse(
                      new EncodedQueries(
                          Map.of(), lossy ? encoding.prune().warning(field, inferenceFree) : null));
                }));
  }

  /** Where the text's models can be told, and actions may run: on the coordinating node. */
  private boolean canEncode(QueryRewriteContext context) {
    return context.convertToSearchExecutionContext() == null
        && context.convertToCoordinatorRewriteContext() == null
        && context.convertToInnerHitsRewriteContext() == null
        && (encoding.model() != null || context.getResolvedIndices() != null);
  }

  private static Collection<IndexMetadata> indices(QueryRewriteContext context) {
    ResolvedIndices resolved = context.getResolvedIndices();
    return resolved == null ? List.of() : resolved.getConcreteLocalIndicesMetadata().values();
  }

  private LearnedSparseQueryBuilder with(
      Input newInput,
      RequestedEncoding newEncoding,
      List<QueryBuilder> newFilters,
      AtomicReference<EncodedQueries> newEncoded) {
    return new LearnedSparseQueryBuilder(
            services, field, newInput, newEncoding, best, newFilters, newEncoded)
        .boost(boost)
        .queryName(queryName);
  }

  @Override
  protected Query doToQuery(SearchExecutionContext context) throws IOException {
    MappedFieldType type = context.getFieldType(field);
    if (type == null) {
      return new MatchNoDocsQuery("there is no field [" + field + "]");
    }
    if (type instanceof LearnedSparseFieldType == false) {
      throw new IllegalArgumentException(
          "["
              + NAME
              + "] query: field ["
              + field
              + "] is of type ["
              + type.typeName()
              + "]; it must be of type ["
              + LearnedSparseFieldMapper.TYPE
              + "]");
    }
    LearnedSparseFieldType sparse = (LearnedSparseFieldType) type;
    EncodedQuery weights = weights(sparse);
    if (encoded() != null && encoded().warning() != null) {
      HeaderWarning.addWarning("{}", encoded().warning());
    }
    LearnedSparseQuery query = sparse.query(weights.vector(), indexIdf(weights));
    Query filter = filter(context);
    if (best.isAll() == false) {
      if (best.approximation() != null) {
        // An answer from the cache would not say what was left out.
        context.disableCache();
      }
      return new TopDocumentsQuery(
          query, filter, k(context), approximation(), services.header()::add);
    }
    services.header().exact();
    if (filter == null) {
      return query;
    }
    return new BooleanQuery.Builder()
        .add(query, BooleanClause.Occur.MUST)
        .add(filter, BooleanClause.Occur.FILTER)
        .build();
  }

  private int k(SearchExecutionContext context) {
    if (best.k() != null) {
      return best.k();
    }
    Integer size = context.requestSize();
    int wanted = size == null || size < 0 ? SearchService.DEFAULT_SIZE : size;
    return Math.max(1, Math.min(MAX_K, wanted));
  }

  private Approximation approximation() {
    return best.approximation() == null ? Approximation.NONE : best.approximation().approximation();
  }

  private static IndexIdf indexIdf(EncodedQuery weights) {
    return weights.indexIdf() == 0
        ? IndexIdf.NONE
        : new IndexIdf(weights.indexIdf(), ShardStatistics.INSTANCE);
  }

  /** What encoding made of the query, or null if that is not known. */
  private EncodedQueries encoded() {
    return encoded == null ? null : encoded.get();
  }

  private EncodedQuery weights(LearnedSparseFieldType type) {
    if (input.vector() != null) {
      // Where no coordinating node knew the index, nothing is removed yet.
      return EncodedQuery.fixed(encoding.pruned(input.vector()));
    }
    EncodedQueries queries = encoded();
    String wanted = encoding.model() != null ? encoding.model() : type.model();
    if (queries == null || queries.byModel().containsKey(wanted) == false) {
      throw new IllegalArgumentException(
          "["
              + NAME
              + "] query: the text for field ["
              + field
              + "] was not encoded with model ["
              + wanted
              + "]: the node that coordinated the search does not know the index's mapping (as with"
              + " remote clusters and stored queries). Give ["
              + QueryParser.MODEL
              + "] or ["
              + QueryParser.QUERY_VECTOR
              + "] in the query");
    }
    return queries.byModel().get(wanted);
  }

  /** All filters as one query, with the searched alias's own where k is chosen; null for none. */
  private Query filter(SearchExecutionContext context) throws IOException {
    List<QueryBuilder> all = new ArrayList<>(filters);
    if (best.isAll() == false && context.getAliasFilter() != null) {
      all.add(context.getAliasFilter());
    }
    if (all.isEmpty()) {
      return null;
    }
    BooleanQuery.Builder together = new BooleanQuery.Builder();
    for (QueryBuilder filter : all) {
      together.add(filter.toQuery(context), BooleanClause.Occur.FILTER);
    }
    return together.build();
  }

  @Override
  protected boolean doEquals(LearnedSparseQueryBuilder other) {
    return field.equals(other.field)
        && input.equals(other.input)
        && encoding.equals(other.encoding)
        && best.equals(other.best)
        && filters.equals(other.filters)
        && Objects.equals(encoded(), other.encoded());
  }

  @Override
  protected int doHashCode() {
    return Objects.hash(field, input, encoding, best, filters, encoded());
  }
}
