package org.learnedsparse.search;

import java.io.IOException;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;

/**
 * Every match until the collector says that some do not compete any more, which it does once it has
 * counted enough of them; from there on the best documents alone, which are known.
 */
final class TopHitsScorer extends Scorer {
  private final Scorer all;
  private final FoundScorer best;
  private final DocIdSetIterator matches;
  private final DocIdSetIterator bestMatches;
  private boolean bestOnly;
  private int document = -1;

  TopHitsScorer(Weight weight, Scorer all, FoundScorer best) {
    super(weight);
    this.all = all;
    this.best = best;
    this.matches = all.iterator();
    this.bestMatches = best.iterator();
  }

  @Override
  public void setMinCompetitiveScore(float score) {
    bestOnly |= score > 0;
  }

  @Override
  public int docID() {
    return document;
  }

  @Override
  public float score() throws IOException {
    return all.docID() == document ? all.score() : best.score();
  }

  @Override
  public float getMaxScore(int upTo) throws IOException {
    return all.getMaxScore(upTo);
  }

  @Override
  public DocIdSetIterator iterator() {
    return new DocIdSetIterator() {
      @Override
      public int docID() {
        return document;
      }

      @Override
      public int nextDoc() throws IOException {
        document = bestOnly ? bestMatches.advance(document + 1) : matches.nextDoc();
        return document;
      }

      @Override
      public int advance(int target) throws IOException {
        document = (bestOnly ? bestMatches : matches).advance(target);
        return document;
      }

      @Override
      public long cost() {
        return matches.cost();
      }
    };
  }
}
