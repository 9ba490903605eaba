package org.learnedsparse.bench.search.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.lucene.codecs.PostingsFormat;
import org.apache.lucene.document.FeatureField;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.Query;
import org.elasticsearch.search.vectors.SparseVectorQueryWrapper;
import org.learnedsparse.bench.search.data.DocumentSampler;
import org.learnedsparse.bench.search.data.ImpactVector;
import org.learnedsparse.vector.SparseVector;

/**
 * What Elasticsearch's {@code sparse_vector} field and query do when no tokens are pruned: a {@link
 * FeatureField} for each term, and a disjunction of linear feature queries.
 *
 * <p>The field keeps 9 significant bits of a weight, so documents of nearly equal scores may change
 * places.
 */
final class FeatureFieldEngine implements Engine {
  private final String name;
  private final PostingsFormat postingsFormat;

  FeatureFieldEngine(String name, PostingsFormat postingsFormat) {
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
    List<IndexableField> fields = new ArrayList<>(document.size() + 1);
    float step = DocumentSampler.QUANTISER.step();
    for (int i = 0; i < document.size(); i++) {
      String term = TermNames.of(document.term(i));
      fields.add(new FeatureField(FIELD, term, document.impact(i) * step));
    }
    return fields;
  }

  @Override
  public Query query(SparseVector vector, Query filter, int k, Mode mode) {
    BooleanQuery.Builder terms = new BooleanQuery.Builder();
    for (int i = 0; i < vector.size(); i++) {
      Query term = FeatureField.newLinearQuery(FIELD, vector.term(i), 1);
      terms.add(new BoostQuery(term, vector.weight(i)), BooleanClause.Occur.SHOULD);
    }
    Query query = new SparseVectorQueryWrapper(FIELD, terms.setMinimumNumberShouldMatch(1).build());
    if (filter == null) {
      return query;
    }
    return new BooleanQuery.Builder()
        .add(query, BooleanClause.Occur.MUST)
        .add(filter, BooleanClause.Occur.FILTER)
        .build();
  }

  @Override
  public Set<String> approximations() {
    return Set.of();
  }

  @Override
  public boolean isLossless() {
    return false;
  }
}
