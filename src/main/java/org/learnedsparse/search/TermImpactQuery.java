package org.learnedsparse.search;

import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.ConstantScoreScorer;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.LeafSimScorer;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.TermScorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.search.similarities.Similarity.SimScorer;

/** Matches the documents that have a term, each with the score weight × impact. */
final class TermImpactQuery extends Query {
  private final Term term;
  private final float weight;

  /**
   * @param weight what one unit of impact scores, 0 or above
   */
  TermImpactQuery(Term term, float weight) {
    this.term = term;
    this.weight = weight;
  }

  /**
   * Impacts are whole numbers, so weight × frequency grows with the frequency as Lucene demands.
   */
  private static final class ImpactScorer extends SimScorer {
    private final float weight;

    ImpactScorer(float weight) {
      this.weight = weight;
    }

    @Override
    public float score(float freq, long norm) {
      return TermWeights.part(weight, (int) freq);
    }
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
    float boosted = weight * boost;
    return new Weight(this) {
      @Override
      public ScorerSupplier scorerSupplier(LeafReaderContext context) throws IOException {
        TermsEnum terms = seek(context);
        return terms == null ? null : supplier(this, terms, context, scoreMode, boosted);
      }

      @Override
      public Scorer scorer(LeafReaderContext context) throws IOException {
        ScorerSupplier supplier = scorerSupplier(context);
        return supplier == null ? null : supplier.get(Long.MAX_VALUE);
      }

      @Override
      public int count(LeafReaderContext context) throws IOException {
        if (context.reader().hasDeletions()) {
          return super.count(context);
        }
        TermsEnum terms = seek(context);
        return terms == null ? 0 : terms.docFreq();
      }

      @Override
      public Explanation explain(LeafReaderContext context, int doc) throws IOException {
        TermsEnum terms = seek(context);
        PostingsEnum postings = terms == null ? null : terms.postings(null, PostingsEnum.FREQS);
        if (postings == null || postings.advance(doc) != doc) {
          return Explanation.noMatch("no impact of " + term);
        }
        int impact = postings.freq();
        return Explanation.match(
            TermWeights.part(boosted, impact), "weight " + boosted + " × impact " + impact);
      }

      @Override
      public boolean isCacheable(LeafReaderContext context) {
        return true;
      }
    };
  }

  /** The segment's terms, placed at this one, or null if the segment lacks it. */
  private TermsEnum seek(LeafReaderContext context) throws IOException {
    Terms terms = Terms.getTerms(context.reader(), term.field());
    TermsEnum iterator = terms.iterator();
    return iterator.seekExact(term.bytes()) ? iterator : null;
  }

  private static ScorerSupplier supplier(
      Weight weight, TermsEnum terms, LeafReaderContext context, ScoreMode mode, float value)
      throws IOException {
    int documents = terms.docFreq();
    return new ScorerSupplier() {
      private boolean topLevel;

      @Override
      public Scorer get(long leadCost) throws IOException {
        if (mode.needsScores() == false) {
          PostingsEnum postings = terms.postings(null, PostingsEnum.NONE);
          return new ConstantScoreScorer(weight, 0, mode, postings);
        }
        LeafSimScorer scorer =
            new LeafSimScorer(new ImpactScorer(value), context.reader(), "", false);
        return new TermScorer(weight, terms.impacts(PostingsEnum.FREQS), scorer, topLevel);
      }

      @Override
      public long cost() {
        return documents;
      }

      @Override
      public void setTopLevelScoringClause() {
        topLevel = true;
      }
    };
  }

  @Override
  public void visit(QueryVisitor visitor) {
    if (visitor.acceptField(term.field())) {
      visitor.consumeTerms(this, term);
    }
  }

  @Override
  public String toString(String field) {
    return term + "^" + weight;
  }

  @Override
  public boolean equals(Object other) {
    return sameClassAs(other)
        && term.equals(((TermImpactQuery) other).term)
        && weight == ((TermImpactQuery) other).weight;
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), term, weight);
  }
}
