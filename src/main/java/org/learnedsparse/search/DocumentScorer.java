package org.learnedsparse.search;

import java.io.IOException;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.learnedsparse.vector.Quantiser;

/**
 * The documents of a segment that have a term, one at a time: for a few documents that something
 * else leads to. It would be slow for many.
 */
final class DocumentScorer extends Scorer {
  private final TermWeights weights;
  private final PostingsEnum[] terms;
  private final int[] termWeights;
  private final long cost;
  private final float highest;
  private int document = -1;

  DocumentScorer(Weight weight, SegmentTerms terms) throws IOException {
    super(weight);
    this.weights = terms.weights();
    this.terms = terms.documents();
    this.termWeights = new int[terms.size()];
    int sum = 0;
    for (int i = 0; i < termWeights.length; i++) {
      termWeights[i] = terms.weight(i);
      sum += termWeights[i];
    }
    this.highest = weights.score(sum * Quantiser.MAX_IMPACT);
    this.cost = terms.postings();
  }

  @Override
  public int docID() {
    return document;
  }

  @Override
  public float score() throws IOException {
    int sum = 0;
    for (int i = 0; i < terms.length; i++) {
      if (terms[i].docID() == document) {
        sum += termWeights[i] * terms[i].freq();
      }
    }
    return weights.score(sum);
  }

  @Override
  public float getMaxScore(int upTo) {
    return highest;
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
        return advance(document + 1);
      }

      @Override
      public int advance(int target) throws IOException {
        int first = NO_MORE_DOCS;
        for (PostingsEnum term : terms) {
          int its = term.docID() < target ? term.advance(target) : term.docID();
          first = Math.min(first, its);
        }
        document = first;
        return first;
      }

      @Override
      public long cost() {
        return cost;
      }
    };
  }
}
