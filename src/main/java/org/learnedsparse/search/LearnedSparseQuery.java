package org.learnedsparse.search;

import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.Explanation;
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
 * step. The query's weights may be adapted to the searched index, see {@link IndexIdf}.
 *
 * <p>The documents come in order, all of them. Where only the best are wanted, {@link
 * TopDocumentsQuery} finds them without going through the rest.
 */
public final class LearnedSparseQuery extends Query implements ScoredDocumentsQuery.Origin {
  private final String field;
  private final SparseVector vector;
  private final Quantiser quantiser;
  private final IndexIdf indexIdf;

  /**
   * @param vector the query's term weights
   * @param quantiser the field's
   */
  public LearnedSparseQuery(String field, SparseVector vector, Quantiser quantiser) {
    this(field, vector, quantiser, IndexIdf.NONE);
  }

  /**
   * @param vector the query's term weights, as a table gives them
   * @param quantiser the field's
   * @param indexIdf adapts the weights to each index that is searched
   */
  public LearnedSparseQuery(
      String field, SparseVector vector, Quantiser quantiser, IndexIdf indexIdf) {
    this.field = field;
    this.vector = vector;
    this.quantiser = quantiser;
    this.indexIdf = indexIdf;
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
    // What matches does not depend on the weights.
    return scoreMode.needsScores()
        ? weight(searcher, boost)
        : new LearnedSparseWeight(this, QueryTerms.of(this), boost);
  }

  /** The query with the weights that its terms have in an index. */
  LearnedSparseWeight weight(IndexSearcher searcher, float boost) throws IOException {
    return new LearnedSparseWeight(this, QueryTerms.in(searcher, this), boost);
  }

  @Override
  public void askForStatistics(IndexSearcher searcher) throws IOException {
    QueryTerms.in(searcher, this);
  }

  @Override
  public Explanation explain(
      IndexSearcher searcher, LeafReaderContext segment, int document, float boost)
      throws IOException {
    return weight(searcher, boost).explain(segment, document);
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

  IndexIdf indexIdf() {
    return indexIdf;
  }

  Term term(int i) {
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
    return "learned_sparse("
        + field
        + ", "
        + vector.size()
        + " terms: "
        + heaviest()
        + (indexIdf.adapts() ? ", index_idf " + indexIdf.share() : "")
        + ")";
  }

  private String heaviest() {
    return String.join(" ", vector.toMap().keySet().stream().limit(5).toList());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LearnedSparseQuery that
        && field.equals(that.field)
        && vector.equals(that.vector)
        && quantiser.equals(that.quantiser)
        && indexIdf.equals(that.indexIdf);
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), field, vector, quantiser, indexIdf);
  }
}
