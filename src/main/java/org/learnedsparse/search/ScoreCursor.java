package org.learnedsparse.search;

import java.io.IOException;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.TwoPhaseIterator;
import org.apache.lucene.search.Weight;

/** Scores few documents of a segment that something else leads to, in the order of their ids. */
final class ScoreCursor {
  /** Tells a supplier that few documents are wanted. */
  private static final long FEW = 1;

  private final Scorer scorer;
  private final DocIdSetIterator approximation;
  private final TwoPhaseIterator confirmation;

  private ScoreCursor(Scorer scorer) {
    this.scorer = scorer;
    this.confirmation = scorer == null ? null : scorer.twoPhaseIterator();
    this.approximation =
        scorer == null
            ? DocIdSetIterator.empty()
            : confirmation == null ? scorer.iterator() : confirmation.approximation();
  }

  static ScoreCursor of(Weight weight, LeafReaderContext segment) throws IOException {
    ScorerSupplier supplier = weight.scorerSupplier(segment);
    return new ScoreCursor(supplier == null ? null : supplier.get(FEW));
  }

  /** Whether a document matches; none may be asked for after a later one. */
  boolean matches(int document) throws IOException {
    if (approximation.docID() < document) {
      approximation.advance(document);
    }
    return approximation.docID() == document && (confirmation == null || confirmation.matches());
  }

  /** The score of a document, 0 if it does not match; none may be asked for after a later one. */
  float score(int document) throws IOException {
    return matches(document) ? scorer.score() : 0;
  }
}
