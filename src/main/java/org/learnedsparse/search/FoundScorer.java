package org.learnedsparse.search;

import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;

/** Goes through the documents of one segment that were found before. */
final class FoundScorer extends Scorer {
  private final FoundDocuments found;
  private final int from;
  private final int to;
  private final int docBase;
  private final float boost;
  private int position;

  FoundScorer(Weight weight, FoundDocuments found, LeafReaderContext segment, float boost) {
    super(weight);
    this.found = found;
    this.docBase = segment.docBase;
    this.from = found.first(docBase);
    this.to = found.first(docBase + segment.reader().maxDoc());
    this.boost = boost;
    this.position = from - 1;
  }

  /** How many there are. */
  int count() {
    return to - from;
  }

  @Override
  public int docID() {
    if (position < from) {
      return -1;
    }
    return position < to ? found.id(position) - docBase : DocIdSetIterator.NO_MORE_DOCS;
  }

  @Override
  public DocIdSetIterator iterator() {
    return new DocIdSetIterator() {
      @Override
      public int docID() {
        return FoundScorer.this.docID();
      }

      @Override
      public int nextDoc() {
        position++;
        return docID();
      }

      @Override
      public int advance(int target) {
        int first = target == NO_MORE_DOCS ? to : found.first(docBase + target);
        position = Math.min(to, Math.max(position + 1, first));
        return docID();
      }

      @Override
      public long cost() {
        return count();
      }
    };
  }

  @Override
  public float getMaxScore(int upTo) {
    float max = 0;
    for (int i = Math.max(from, position); i < to && found.id(i) - docBase <= upTo; i++) {
      max = Math.max(max, found.score(i) * boost);
    }
    return max;
  }

  @Override
  public float score() {
    return found.score(position) * boost;
  }
}
