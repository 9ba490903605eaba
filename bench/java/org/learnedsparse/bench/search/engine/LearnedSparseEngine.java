package org.learnedsparse.bench.search.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.lucene.codecs.PostingsFormat;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.search.Query;
import org.learnedsparse.bench.search.data.DocumentSampler;
import org.learnedsparse.bench.search.data.ImpactVector;
import org.learnedsparse.search.LearnedSparseQuery;
import org.learnedsparse.search.TopDocumentsQuery;
import org.learnedsparse.vector.SparseVector;

/** What the {@code learned_sparse} field and query do. */
final class LearnedSparseEngine implements Engine {
  private static final FieldType TYPE = new FieldType();

  static {
    TYPE.setTokenized(true);
    TYPE.setOmitNorms(true);
    TYPE.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    TYPE.freeze();
  }

  private final String name;
  private final PostingsFormat postingsFormat;

  LearnedSparseEngine(String name, PostingsFormat postingsFormat) {
    this.name = name;
    this.postingsFormat = postingsFormat;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public PostingsFormat postingsFormat() {
    return postingsFormat;
  }

  @Override
  public List<IndexableField> fields(ImpactVector document) {
    List<IndexableField> fields = new ArrayList<>(2);
    fields.add(new Field(FIELD, new ImpactTokens(document), TYPE));
    return fields;
  }

  @Override
  public Query query(SparseVector vector, Query filter, int k, Mode mode) {
    LearnedSparseQuery query = new LearnedSparseQuery(FIELD, vector, DocumentSampler.QUANTISER);
    return new TopDocumentsQuery(query, filter, k);
  }

  @Override
  public Set<String> approximations() {
    return Set.of();
  }

  @Override
  public boolean isLossless() {
    return true;
  }
}
