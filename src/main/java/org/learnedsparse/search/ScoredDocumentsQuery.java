package org.learnedsparse.search;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;

/** Documents of one reader that were found and scored before. */
final class ScoredDocumentsQuery extends Query {
  private final Query origin;

  /** By id. */
  private final int[] documents;

  private final float[] scores;
  private final SearchStatistics statistics;
  private final Object readerId;

  /**
   * @param origin the query that found them, which explains their scores
   * @param found at least one of {@link TopScores#best}, their ids those of {@code reader}
   * @param statistics how they were found
   */
  ScoredDocumentsQuery(
      Query origin, long[] found, SearchStatistics statistics, IndexReader reader) {
    this.origin = origin;
    long[] byId = new long[found.length];
    for (int i = 0; i < found.length; i++) {
      byId[i] =
          (long) TopScores.document(found[i]) << 32
              | Float.floatToRawIntBits(TopScores.score(found[i]));
    }
    Arrays.sort(byId);
    this.documents = new int[found.length];
    this.scores = new float[found.length];
    for (int i = 0; i < found.length; i++) {
      documents[i] = (int) (byId[i] >>> 32);
      scores[i] = Float.intBitsToFloat((int) byId[i]);
    }
    this.statistics = statistics;
    this.readerId = reader.getContext().id();
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
    if (searcher.getIndexReader().getContext().id() != readerId) {
      throw new IllegalStateException("the documents were found in another reader: " + this);
    }
    return new Weight(this) {
      @Override
      public Scorer scorer(LeafReaderContext context) {
        int from = first(context.docBase);
        int to = first(context.docBase + context.reader().maxDoc());
        return from == to ? null : new FoundScorer(this, from, to, context.docBase, boost);
      }

      @Override
      public int count(LeafReaderContext context) {
        return first(context.docBase + context.reader().maxDoc()) - first(context.docBase);
      }

      @Override
      public Explanation explain(LeafReaderContext context, int doc) throws IOException {
        int found = first(context.docBase + doc);
        if (found == documents.length || documents[found] != context.docBase + doc) {
          return Explanation.noMatch("not among the " + documents.length + " best of " + origin);
        }
        return searcher
            .rewrite(origin)
            .createWeight(searcher, ScoreMode.COMPLETE, boost)
            .explain(context, doc);
      }

      @Override
      public boolean isCacheable(LeafReaderContext context) {
        // Which documents of one segment are found depends on the others.
        return false;
      }
    };
  }

  /** The position of the first found document whose id is at least {@code id}. */
  private int first(int id) {
    int low = 0;
    int high = documents.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (documents[middle] < id) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Goes through the found documents of one segment. */
  private final class FoundScorer extends Scorer {
    private final int from;
    private final int to;
    private final int docBase;
    private final float boost;
    private int position;

    FoundScorer(Weight weight, int from, int to, int docBase, float boost) {
      super(weight);
      this.from = from;
      this.to = to;
      this.docBase = docBase;
      this.boost = boost;
      this.position = from - 1;
    }

    @Override
    public int docID() {
      if (position < from) {
        return -1;
      }
      return position < to ? documents[position] - docBase : DocIdSetIterator.NO_MORE_DOCS;
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
        public int advance(int target) throws IOException {
          return slowAdvance(target);
        }

        @Override
        public long cost() {
          return (long) to - from;
        }
      };
    }

    @Override
    public float getMaxScore(int upTo) {
      float max = 0;
      for (int i = Math.max(from, position); i < to && documents[i] - docBase <= upTo; i++) {
        max = Math.max(max, scores[i] * boost);
      }
      return max;
    }

    @Override
    public float score() {
      return scores[position] * boost;
    }
  }

  @Override
  public void visit(QueryVisitor visitor) {
    visitor.visitLeaf(this);
  }

  @Override
  public String toString(String field) {
    return "best(" + documents.length + " of " + origin + ": " + statistics + ")";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScoredDocumentsQuery that
        && readerId == that.readerId
        && origin.equals(that.origin)
        && Arrays.equals(documents, that.documents);
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), readerId, origin, Arrays.hashCode(documents));
  }
}
