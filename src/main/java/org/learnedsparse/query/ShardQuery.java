package org.learnedsparse.query;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.elasticsearch.common.logging.HeaderWarning;
import org.elasticsearch.index.mapper.MappedFieldType;
import org.elasticsearch.index.query.QueryBuilder;
import org.elasticsearch.index.query.SearchExecutionContext;
import org.elasticsearch.search.SearchService;
import org.elasticsearch.search.vectors.VectorData;
import org.learnedsparse.mapper.LearnedSparseFieldMapper;
import org.learnedsparse.mapper.LearnedSparseFieldType;
import org.learnedsparse.search.Approximation;
import org.learnedsparse.search.FusedQuery;
import org.learnedsparse.search.IndexIdf;
import org.learnedsparse.search.LearnedSparseQuery;
import org.learnedsparse.search.TopDocumentsQuery;

/**
 * Makes the Lucene query of one shard.
 *
 * @param encoded null where no coordinating node has encoded the query
 */
record ShardQuery(
    QueryServices services,
    RequestedQuery query,
    List<QueryBuilder> filters,
    EncodedQueries encoded) {

  Query toLucene(SearchExecutionContext context) throws IOException {
    MappedFieldType type = context.getFieldType(query.field());
    if (type == null) {
      return new MatchNoDocsQuery("there is no field [" + query.field() + "]");
    }
    if (type instanceof LearnedSparseFieldType == false) {
      throw error(
          "field ["
              + query.field()
              + "] is of type ["
              + type.typeName()
              + "]; it must be of type ["
              + LearnedSparseFieldMapper.TYPE
              + "]");
    }
    checkFeedback(context);
    LearnedSparseFieldType sparse = (LearnedSparseFieldType) type;
    EncodedQuery weights = weights(sparse);
    if (encoded != null) {
      encoded.warnings().forEach(warning -> HeaderWarning.addWarning("{}", warning));
    }
    LearnedSparseQuery all = sparse.query(weights.vector(), indexIdf(weights));
    Query filter = filter(context);
    if (query.matchesAll() == false) {
      return best(all, filter, sparse, context);
    }
    services.header().exact();
    if (filter == null) {
      return all;
    }
    return new BooleanQuery.Builder()
        .add(all, BooleanClause.Occur.MUST)
        .add(filter, BooleanClause.Occur.FILTER)
        .build();
  }

  private Query best(
      LearnedSparseQuery all,
      Query filter,
      LearnedSparseFieldType sparse,
      SearchExecutionContext context) {
    if (query.best().approximation() != null) {
      // An answer from the cache would not say what was left out.
      context.disableCache();
    }
    int k = k(context);
    TopDocumentsQuery best =
        new TopDocumentsQuery(all, filter, k, approximation(), services.header()::add);
    RequestedNearest nearest = query.nearest();
    if (nearest == null) {
      return best;
    }
    VectorData vector = nearest.vector() != null ? nearest.vector() : dense(sparse);
    return new FusedQuery(
        best,
        new NearestQuery(nearest, vector).toLucene(k, filter, context),
        nearest.combination());
  }

  private void checkFeedback(SearchExecutionContext context) {
    if (query.feedback() == null) {
      return;
    }
    if (encoded == null || encoded.relevant() == null) {
      throw error(
          "["
              + FeedbackParser.FEEDBACK
              + "] on field ["
              + query.field()
              + "] needs a search of its own first, and the node that coordinated this one could"
              + " not run it (as with remote clusters and stored queries)");
    }
    String parent = context.nestedLookup().getNestedParent(query.field());
    if (parent != null) {
      throw error(
          "["
              + FeedbackParser.FEEDBACK
              + "] on field ["
              + query.field()
              + "] is not supported: the field is inside the nested object ["
              + parent
              + "]");
    }
  }

  private int k(SearchExecutionContext context) {
    if (query.best().k() != null) {
      return query.best().k();
    }
    Integer size = context.requestSize();
    int wanted = size == null || size < 0 ? SearchService.DEFAULT_SIZE : size;
    return Math.max(1, Math.min(LearnedSparseQueryBuilder.MAX_K, wanted));
  }

  private Approximation approximation() {
    RequestedApproximation wanted = query.best().approximation();
    return wanted == null ? Approximation.NONE : wanted.approximation();
  }

  private static IndexIdf indexIdf(EncodedQuery weights) {
    return weights.indexIdf() == 0
        ? IndexIdf.NONE
        : new IndexIdf(weights.indexIdf(), ShardStatistics.INSTANCE);
  }

  private EncodedQuery weights(LearnedSparseFieldType type) {
    if (query.input().isText() == false) {
      // Where no coordinating node knew the index, nothing is removed yet.
      return EncodedQuery.fixed(query.encoding().pruned(query.input().vector()));
    }
    return encodedBy(query.encoding().model(), type);
  }

  /** The vector that a model made of the query's text; null if that has no tokens. */
  private VectorData dense(LearnedSparseFieldType type) {
    String model = query.nearest().model();
    return encodedBy(model != null ? model : query.encoding().model(), type).dense();
  }

  /**
   * What a model made of the query's text.
   *
   * @param named the model that the query names, or null for the field's
   */
  private EncodedQuery encodedBy(String named, LearnedSparseFieldType type) {
    String wanted = named != null ? named : type.queryModel();
    EncodedQuery its = encoded == null ? null : encoded.byModel().get(wanted);
    if (its == null && encoded != null && named == null) {
      // The search began before what encoded the index was recorded.
      its = encoded.byModel().get(type.model());
    }
    if (its == null) {
      throw error(
          "the text for field ["
              + query.field()
              + "] was not encoded with model ["
              + wanted
              + "]: the node that coordinated the search does not know the index's mapping (as with"
              + " remote clusters and stored queries). Give ["
              + QueryParser.MODEL
              + "] or ["
              + QueryParser.QUERY_VECTOR
              + "] in the query");
    }
    return its;
  }

  /** All filters as one query, with the searched alias's own where k is chosen; null for none. */
  private Query filter(SearchExecutionContext context) throws IOException {
    List<QueryBuilder> all = new ArrayList<>(filters);
    if (query.matchesAll() == false && context.getAliasFilter() != null) {
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

  private static IllegalArgumentException error(String problem) {
    return new IllegalArgumentException(
        "[" + LearnedSparseQueryBuilder.NAME + "] query: " + problem);
  }
}
