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
import org.learnedsparse.search.Approximation;
import org.learnedsparse.search.LearnedSparseQuery;
import org.learnedsparse.search.TopDocumentsQuery;
import org.learnedsparse.vector.SparseVector;

/** What the {@code learned_sparse} field and query do. */
final class LearnedSparseEngine implements Engine {
  private static final String THRESHOLD_FACTOR = "threshold_factor";
  private static final String QUERY_MASS = "query_mass";
  private static final String MAX_BLOCKS = "max_blocks";
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
    Approximation approximation =
        new Approximation(
            mode.get(THRESHOLD_FACTOR, 1), mode.get(QUERY_MASS, 1), (int) mode.get(MAX_BLOCKS, 0));
    return new TopDocumentsQuery(query, filter, k, approximation, statistics -> {});
  }

  @Override
  public Set<String> approximations() {
    return Set.of(THRESHOLD_FACTOR, QUERY_MASS, MAX_BLOCKS);
  }

  @Override
  public boolean isLossless() {
    return true;
  }
}
