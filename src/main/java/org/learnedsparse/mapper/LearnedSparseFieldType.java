package org.learnedsparse.mapper;

import java.util.Map;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.BytesRef;
import org.elasticsearch.index.fielddata.FieldDataContext;
import org.elasticsearch.index.fielddata.IndexFieldData;
import org.elasticsearch.index.mapper.MappedFieldType;
import org.elasticsearch.index.mapper.SourceValueFetcher;
import org.elasticsearch.index.mapper.TextSearchInfo;
import org.elasticsearch.index.mapper.ValueFetcher;
import org.elasticsearch.index.query.SearchExecutionContext;
import org.learnedsparse.search.IndexIdf;
import org.learnedsparse.search.LearnedSparseQuery;
import org.learnedsparse.vector.Quantiser;
import org.learnedsparse.vector.SparseVector;

/** What can be asked of a {@code learned_sparse} field. */
public final class LearnedSparseFieldType extends MappedFieldType {
  private final String model;
  private final Quantiser quantiser;

  LearnedSparseFieldType(String name, String model, Quantiser quantiser, Map<String, String> meta) {
    // No text: a query_string over all fields must not meet expansions as if they were words.
    super(name, true, false, false, TextSearchInfo.NONE, meta);
    this.model = model;
    this.quantiser = quantiser;
  }

  /** The model that the mapping names, or an alias of one. */
  public String model() {
    return model;
  }

  /** The model that encodes queries for this field, by the same rule as {@link FieldModel}'s. */
  public String queryModel() {
    return meta().getOrDefault(FieldModel.META_MODEL, model);
  }

  /** A query that scores the documents by these weights. */
  public LearnedSparseQuery query(SparseVector vector) {
    return query(vector, IndexIdf.NONE);
  }

  /** A query that scores the documents by these weights, adapted to each index. */
  public LearnedSparseQuery query(SparseVector vector, IndexIdf indexIdf) {
    return new LearnedSparseQuery(name(), vector, quantiser, indexIdf);
  }

  Quantiser quantiser() {
    return quantiser;
  }

  @Override
  public String typeName() {
    return LearnedSparseFieldMapper.TYPE;
  }

  /** Matches the documents that have the term, scored by its weight in them. */
  @Override
  public Query termQuery(Object value, SearchExecutionContext context) {
    if (value == null) {
      throw new IllegalArgumentException("field [" + name() + "]: a term query needs a term");
    }
    String term = value instanceof BytesRef bytes ? bytes.utf8ToString() : value.toString();
    return query(SparseVector.of(Map.of(term, 1f)));
  }

  @Override
  public ValueFetcher valueFetcher(SearchExecutionContext context, String format) {
    if (format != null) {
      throw new IllegalArgumentException(
          "field ["
              + name()
              + "] of type ["
              + typeName()
              + "] takes no format, got ["
              + format
              + "]");
    }
    return SourceValueFetcher.identity(name(), context, null);
  }

  @Override
  public IndexFieldData.Builder fielddataBuilder(FieldDataContext context) {
    throw new IllegalArgumentException(
        "field ["
            + name()
            + "] of type ["
            + typeName()
            + "] cannot be sorted on, aggregated or used in scripts");
  }
}
