package org.learnedsparse.query;

import java.util.Objects;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.elasticsearch.index.mapper.MappedFieldType;
import org.elasticsearch.index.mapper.NestedObjectMapper;
import org.elasticsearch.index.mapper.vectors.DenseVectorFieldMapper;
import org.elasticsearch.index.mapper.vectors.DenseVectorFieldMapper.DenseVectorFieldType;
import org.elasticsearch.index.query.SearchExecutionContext;
import org.elasticsearch.search.vectors.VectorData;
import org.learnedsparse.search.NearestDocuments;

/**
 * Makes the Lucene queries of the dense side.
 *
 * @param vector null where the query's text has no tokens: nothing is near to it
 */
record NearestQuery(RequestedNearest requested, VectorData vector) {
  /** What Elasticsearch's kNN query looks at, by default, for each document that is wanted. */
  private static final double CANDIDATES_A_DOCUMENT = 1.5;

  private static final int MAX_CANDIDATES = 10_000;

  /** Elasticsearch computes scores from the vectors as they came only where it oversamples. */
  private static final float FULL_PRECISION = 1;

  /**
   * @param sparseK how many documents the sparse side finds
   * @param filter what the nearest are chosen among; null for all documents
   * @throws IllegalArgumentException if the field or the vector do not fit
   */
  NearestDocuments toLucene(int sparseK, Query filter, SearchExecutionContext context) {
    DenseVectorFieldType field = field(context);
    if (vector == null) {
      Query none = new MatchNoDocsQuery("the query's text has no vector");
      return new NearestDocuments(requested.field(), none, none, none);
    }
    int k = requested.k() != null ? requested.k() : sparseK;
    int candidates =
        requested.numCandidates() != null
            ? requested.numCandidates()
            : (int) Math.min(Math.round(CANDIDATES_A_DOCUMENT * k), MAX_CANDIDATES);
    if (requested.k() == null) {
      k = Math.min(k, candidates);
    }
    try {
      Query scores = field.createExactKnnQuery(vector, null, FULL_PRECISION);
      return new NearestDocuments(
          requested.field(),
          field.createKnnQuery(vector, k, candidates, null, filter, null, null),
          scores,
          requested.similarity() == null
              ? scores
              : field.createExactKnnQuery(vector, requested.similarity(), FULL_PRECISION));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "["
              + LearnedSparseQueryBuilder.NAME
              + "] query: ["
              + NearestParser.KNN
              + "] on field ["
              + requested.field()
              + "]: "
              + e.getMessage(),
          e);
    }
  }

  private DenseVectorFieldType field(SearchExecutionContext context) {
    MappedFieldType type = context.getFieldType(requested.field());
    if (type instanceof DenseVectorFieldType == false) {
      throw error(
          type == null
              ? "is not in the mapping; name a field of type ["
                  + DenseVectorFieldMapper.CONTENT_TYPE
                  + "]"
              : "is of type ["
                  + type.typeName()
                  + "]; it must be of type ["
                  + DenseVectorFieldMapper.CONTENT_TYPE
                  + "]");
    }
    // What the scope of the query does not have as its documents would be found beside them.
    NestedObjectMapper scope = context.nestedScope().getObjectMapper();
    String its = context.nestedLookup().getNestedParent(type.name());
    if (Objects.equals(its, scope == null ? null : scope.fullPath()) == false) {
      throw error(
          (its == null
                  ? "is not inside a nested object"
                  : "is inside the nested object [" + its + "]")
              + ", and the query is "
              + (scope == null ? "not" : "in [" + scope.fullPath() + "]")
              + "; the fields of one document are fused");
    }
    return (DenseVectorFieldType) type;
  }

  private IllegalArgumentException error(String problem) {
    return new IllegalArgumentException(
        "["
            + LearnedSparseQueryBuilder.NAME
            + "] query: ["
            + NearestParser.KNN
            + "] field ["
            + requested.field()
            + "] "
            + problem);
  }
}
