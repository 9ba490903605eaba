package org.learnedsparse.search;

import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
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
 * <p>The documents come in order, all of them. Where only the best are wanted, {@link
 * TopDocumentsQuery} finds them without going through the rest.
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
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
    return new LearnedSparseWeight(this, boost);
  }

  String field() {
    return field;
  }

  SparseVector vector() {
    return vector;
  }

  Quantiser quantiser() {
    return quantiser;
  }

  private Term term(int i) {
    return new Term(field, new BytesRef(vector.term(i)));
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
