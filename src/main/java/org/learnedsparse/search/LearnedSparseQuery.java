package org.learnedsparse.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.FilterWeight;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.BytesRef;
import org.learnedsparse.vector.Quantiser;
import org.learnedsparse.vector.SparseVector;

/**
 * Matches every document that shares a term with the query, scored by Σ query weight × impact ×
 * step.
 *
 * <p>Runs as a disjunction with Lucene's MaxScore over the impacts' maxima, which skips what cannot
 * reach the top; that changes no score and no order.
 */
public final class LearnedSparseQuery extends Query {
  private final String field;
  private final SparseVector vector;
  private final Quantiser quantiser;

  /**
   * @param vector the query's term weights
   * @param quantiser the field's
   */
  public LearnedSparseQuery(String field, SparseVector vector, Quantiser quantiser) {
    this.field = field;
    this.vector = vector;
    this.quantiser = quantiser;
  }

  @Override
  public Query rewrite(IndexSearcher searcher) throws IOException {
    return vector.size() == 0
        ? new MatchNoDocsQuery("the query has no terms for [" + field + "]")
        : super.rewrite(searcher);
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost)
      throws IOException {
    float[] weights = TermWeights.of(vector, (double) quantiser.step() * boost);
    BooleanQuery.Builder terms = new BooleanQuery.Builder();
    for (int i = 0; i < weights.length; i++) {
      terms.add(new TermImpactQuery(term(i), weights[i]), BooleanClause.Occur.SHOULD);
    }
    Weight disjunction = searcher.rewrite(terms.build()).createWeight(searcher, scoreMode, 1);
    return new FilterWeight(this, disjunction) {
      @Override
      public Explanation explain(LeafReaderContext context, int doc) throws IOException {
        return explainTerms(context, doc, weights);
      }
    };
  }

  private Term term(int i) {
    return new Term(field, new BytesRef(vector.term(i)));
  }

  private Explanation explainTerms(LeafReaderContext context, int doc, float[] weights)
      throws IOException {
    if (context.reader().terms(field) == null) {
      return Explanation.noMatch("field [" + field + "] has no terms here");
    }
    TermsEnum terms = context.reader().terms(field).iterator();
    List<Explanation> parts = new ArrayList<>();
    double score = 0;
    for (int i = 0; i < weights.length; i++) {
      if (terms.seekExact(term(i).bytes()) == false) {
        continue;
      }
      PostingsEnum postings = terms.postings(null, PostingsEnum.FREQS);
      if (postings.advance(doc) != doc) {
        continue;
      }
      int impact = postings.freq();
      float part = TermWeights.part(weights[i], impact);
      score += part;
      parts.add(
          Explanation.match(
              part,
              "term [" + vector.term(i) + "], query weight × boost × impact × step of:",
              Explanation.match(vector.weight(i), "query weight"),
              Explanation.match(weights[i] / (vector.weight(i) * quantiser.step()), "boost"),
              Explanation.match(impact, "impact"),
              Explanation.match(quantiser.step(), "step, max_weight / " + Quantiser.MAX_IMPACT)));
    }
    if (parts.isEmpty()) {
      return Explanation.noMatch("no term in common in [" + field + "]");
    }
    return Explanation.match((float) score, "sum over the shared terms of [" + field + "]:", parts);
  }

  @Override
  public void visit(QueryVisitor visitor) {
    if (visitor.acceptField(field)) {
      QueryVisitor any = visitor.getSubVisitor(BooleanClause.Occur.SHOULD, this);
      for (int i = 0; i < vector.size(); i++) {
        any.consumeTerms(this, term(i));
      }
    }
  }

  @Override
  public String toString(String ignored) {
    return "learned_sparse(" + field + ", " + vector.size() + " terms: " + heaviest() + ")";
  }

  private String heaviest() {
    return String.join(" ", vector.toMap().keySet().stream().limit(5).toList());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LearnedSparseQuery that
        && field.equals(that.field)
        && vector.equals(that.vector)
        && quantiser.equals(that.quantiser);
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), field, vector, quantiser);
  }
}
