package org.learnedsparse.search;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;

/** Documents of one reader that were found and scored before. */
final class ScoredDocumentsQuery extends Query {
  private final Query origin;
  private final ScoreDoc[] documents;
  private final SearchStatistics statistics;
  private final Object readerId;

  /**
   * @param origin the query that found them, which explains their scores
   * @param documents at least one, in any order, their ids those of {@code reader}
   * @param statistics how they were found
   */
  ScoredDocumentsQuery(
      Query origin, ScoreDoc[] documents, SearchStatistics statistics, IndexReader reader) {
    this.origin = origin;
    this.documents = documents.clone();
    Arrays.sort(this.documents, Comparator.comparingInt(document -> document.doc));
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
        return from == to
            ? null
            : new FoundScorer(this, documents, from, to, context.docBase, boost);
      }

      @Override
      public int count(LeafReaderContext context) {
        return first(context.docBase + context.reader().maxDoc()) - first(context.docBase);
      }

      @Override
      public Explanation explain(LeafReaderContext context, int doc) throws IOException {
        int found = first(context.docBase + doc);
        if (found == documents.length || documents[found].doc != context.docBase + doc) {
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
      if (documents[middle].doc < id) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Goes through the found documents of one segment. */
  private static final class FoundScorer extends Scorer {
    private final ScoreDoc[] documents;
    private final int from;
    private final int to;
    private final int docBase;
    private final float boost;
    private int position;

    FoundScorer(Weight weight, ScoreDoc[] documents, int from, int to, int docBase, float boost) {
      super(weight);
      this.documents = documents;
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
      return position < to ? documents[position].doc - docBase : DocIdSetIterator.NO_MORE_DOCS;
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
      for (int i = Math.max(from, position); i < to && documents[i].doc - docBase <= upTo; i++) {
        max = Math.max(max, documents[i].score * boost);
      }
      return max;
    }

    @Override
    public float score() {
      return documents[position].score * boost;
    }
  }

  @Override
  public void visit(QueryVisitor visitor) {
    visitor.visitLeaf(this);
  }

  @Override
  public String toString(String field) {
    return "best(" + documents.length + " of " + origin + ": exact, " + statistics + ")";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScoredDocumentsQuery that
        && readerId == that.readerId
        && origin.equals(that.origin)
        && Arrays.equals(ids(), that.ids());
  }

  private int[] ids() {
    return Arrays.stream(documents).mapToInt(document -> document.doc).toArray();
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), readerId, origin, Arrays.hashCode(ids()));
  }
}
