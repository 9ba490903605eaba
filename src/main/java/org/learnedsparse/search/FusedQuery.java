package org.learnedsparse.search;

import java.io.IOException;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.Weight;

/**
 * Matches the best documents of a sparse query and the nearest ones of a dense query, no others.
 * Each has both scores, computed exactly, whichever side has found it: a document that shares no
 * term with the query has the sparse score 0, and one without a vector the dense score 0.
 */
public final class FusedQuery extends Query implements ScoredDocumentsQuery.Origin {
  private final TopDocumentsQuery sparse;
  private final NearestDocuments dense;
  private final ConvexCombination combination;

  /**
   * @param sparse finds the sparse candidates
   * @param dense finds the dense candidates
   * @param combination makes one score of two
   */
  public FusedQuery(
      TopDocumentsQuery sparse, NearestDocuments dense, ConvexCombination combination) {
    this.sparse = sparse;
    this.dense = dense;
    this.combination = combination;
  }

  /** Searches both sides, as {@link TopDocumentsQuery} does one. */
  @Override
  public Query rewrite(IndexSearcher searcher) throws IOException {
    if (combination.normalised()) {
      dense.checkBounded(searcher);
    }
    LearnedSparseWeight weight = sparse.query().weight(searcher, 1);
    TopDocumentsQuery.Found best = sparse.find(searcher, weight);
    int[] nearest = dense.find(searcher);
    int[] candidates =
        IntStream.concat(best.documents().ids(), IntStream.of(nearest))
            .sorted()
            .distinct()
            .toArray();
    String found =
        best.documents().size()
            + " sparse and "
            + nearest.length
            + " dense candidates, "
            + candidates.length
            + " together; sparse search: "
            + best.statistics();
    return candidates.length == 0 && sparse.query().indexIdf().adapts() == false
        ? new MatchNoDocsQuery("no document matches " + this + ": " + found)
        : new ScoredDocumentsQuery(
            this, scored(candidates, best.documents(), weight, searcher), found, searcher);
  }

  private FoundDocuments scored(
      int[] candidates,
      FoundDocuments best,
      LearnedSparseWeight sparseWeight,
      IndexSearcher searcher)
      throws IOException {
    Weight denseWeight = dense.scores(searcher);
    float[] scores = new float[candidates.length];
    int at = 0;
    for (LeafReaderContext leaf : searcher.getLeafContexts()) {
      int end = leaf.docBase + leaf.reader().maxDoc();
      if (at == candidates.length || candidates[at] >= end) {
        continue;
      }
      ScoreCursor ofTerms = ScoreCursor.of(sparseWeight, leaf);
      ScoreCursor ofVectors = ScoreCursor.of(denseWeight, leaf);
      for (; at < candidates.length && candidates[at] < end; at++) {
        int document = candidates[at] - leaf.docBase;
        int known = best.first(candidates[at]);
        float sparseScore =
            known < best.size() && best.id(known) == candidates[at]
                ? best.score(known)
                : ofTerms.score(document);
        scores[at] =
            combination.score(sparseScore, ofVectors.score(document), sparseWeight.highestScore());
      }
    }
    return new FoundDocuments(candidates, scores);
  }

  @Override
  public void askForStatistics(IndexSearcher searcher) throws IOException {
    sparse.query().askForStatistics(searcher);
  }

  @Override
  public Explanation explain(
      IndexSearcher searcher, LeafReaderContext segment, int document, float boost)
      throws IOException {
    LearnedSparseWeight weight = sparse.query().weight(searcher, 1);
    return combination.explain(
        weight.explain(segment, document),
        dense.scores(searcher).explain(segment, document),
        weight.highestScore(),
        boost);
  }

  @Override
  public void visit(QueryVisitor visitor) {
    sparse.visit(visitor.getSubVisitor(BooleanClause.Occur.SHOULD, this));
  }

  @Override
  public String toString(String field) {
    return "fused(" + sparse + ", " + dense.nearest() + ", " + combination + ")";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FusedQuery that
        && sparse.equals(that.sparse)
        && dense.equals(that.dense)
        && combination.equals(that.combination);
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), sparse, dense, combination);
  }
}
