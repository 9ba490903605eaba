package org.learnedsparse.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;
import org.learnedsparse.vector.Pruning;
import org.learnedsparse.vector.Quantiser;
import org.learnedsparse.vector.SparseVector;

/** Scores the documents of segments by a query's terms. */
final class LearnedSparseWeight extends Weight {
  /**
   * What moving one term to one far document costs, in postings added up: measured, roughly.
   *
   * @see SuperblockScorer
   */
  private static final long SEEK_COST = 40;

  private final LearnedSparseQuery query;

  private final QueryTerms queryTerms;

  /** The terms with the weights that count. */
  private final SparseVector vector;

  private final float boost;
  private final TermWeights weights;

  LearnedSparseWeight(LearnedSparseQuery query, QueryTerms terms, float boost) {
    super(query);
    this.query = query;
    this.queryTerms = terms;
    this.vector = terms.vector();
    this.boost = boost;
    this.weights = TermWeights.of(vector, (double) query.quantiser().step() * boost);
  }

  /**
   * The weight of the lightest of the heaviest terms, in the unit of {@link TermWeights}.
   *
   * @param mass the share of the sum of the weights that these terms have, above 0, up to 1
   * @return 1 or above
   */
  int leastOfHeaviest(double mass) {
    if (mass == 1) {
      return 1; // whatever a sum's rounding says
    }
    SparseVector heaviest = new Pruning(Pruning.Type.ALPHA_MASS, mass).apply(vector);
    float lightest = Float.MAX_VALUE;
    for (int i = 0; i < heaviest.size(); i++) {
      lightest = Math.min(lightest, heaviest.weight(i));
    }
    int least = Integer.MAX_VALUE;
    for (int i = 0; i < vector.size(); i++) {
      least = vector.weight(i) < lightest ? least : Math.min(least, weights.get(i));
    }
    return least;
  }

  /** How many terms have a lower weight. */
  int termsBelow(int weight) {
    int below = 0;
    for (int i = 0; i < vector.size(); i++) {
      below += weights.get(i) < weight ? 1 : 0;
    }
    return below;
  }

  /** How many terms there are. */
  int terms() {
    return vector.size();
  }

  /** The query's terms in a segment, or null if it has none of them. */
  SegmentTerms terms(LeafReaderContext context) throws IOException {
    return SegmentTerms.find(context, query.field(), queryTerms, weights);
  }

  /** No document has a higher score. */
  float highestScore() {
    return weights.highestScore();
  }

  /** Throws if the search is to stop. */
  void checkCancelled(LeafReaderContext context) throws IOException {
    // A reader that can be told to stop looks whenever it is asked to go through terms.
    Terms terms = context.reader().terms(query.field());
    if (terms != null) {
      terms.iterator();
    }
  }

  /** Whether this few documents are scored quicker one at a time than with all others. */
  static boolean areFew(long documents, SegmentTerms terms) {
    return documents < terms.postings() / (SEEK_COST * terms.size());
  }

  @Override
  public ScorerSupplier scorerSupplier(LeafReaderContext context) throws IOException {
    SegmentTerms terms = terms(context);
    if (terms == null) {
      return null;
    }
    return new ScorerSupplier() {
      @Override
      public Scorer get(long leadCost) throws IOException {
        return areFew(leadCost, terms)
            ? new DocumentScorer(LearnedSparseWeight.this, terms)
            : new SuperblockScorer(LearnedSparseWeight.this, terms, context.reader().maxDoc());
      }

      @Override
      public long cost() {
        return Math.min(context.reader().maxDoc(), terms.postings());
      }
    };
  }

  @Override
  public Scorer scorer(LeafReaderContext context) throws IOException {
    ScorerSupplier supplier = scorerSupplier(context);
    return supplier == null ? null : supplier.get(Long.MAX_VALUE);
  }

  @Override
  public boolean isCacheable(LeafReaderContext context) {
    return true;
  }

  @Override
  public Explanation explain(LeafReaderContext context, int document) throws IOException {
    Terms indexed = context.reader().terms(query.field());
    if (indexed == null) {
      return Explanation.noMatch("field [" + query.field() + "] has no terms here");
    }
    TermsEnum terms = indexed.iterator();
    List<Explanation> parts = new ArrayList<>();
    int sum = 0;
    for (int i = 0; i < vector.size(); i++) {
      if (queryTerms.seek(terms, i, context) == false) {
        continue;
      }
      PostingsEnum postings = terms.postings(null, PostingsEnum.FREQS);
      if (postings.advance(document) != document) {
        continue;
      }
      int part = weights.get(i) * postings.freq();
      sum += part;
      parts.add(explainPart(i, postings.freq(), weights.score(part)));
    }
    return parts.isEmpty()
        ? Explanation.noMatch("no term in common in [" + query.field() + "]")
        : Explanation.match(
            weights.score(sum), "sum over the shared terms of [" + query.field() + "]:", parts);
  }

  private Explanation explainPart(int term, int impact, float part) {
    return Explanation.match(
        part,
        "term [" + vector.term(term) + "], query weight × boost × impact × step of:",
        queryTerms.explainWeight(term),
        Explanation.match(boost, "boost"),
        Explanation.match(impact, "impact"),
        Explanation.match(query.quantiser().step(), "step, max_weight / " + Quantiser.MAX_IMPACT));
  }
}
