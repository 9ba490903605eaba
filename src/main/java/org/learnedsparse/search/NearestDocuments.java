package org.learnedsparse.search;

import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;

/**
 * The dense side of a fusion.
 *
 * @param field the vectors'
 * @param nearest finds the documents that are nearest to the query's vector; its scores do not
 *     count
 * @param scores matches every document with a vector, scored exactly, whatever the index keeps in
 *     fewer bits
 * @param floor matches those of them that are similar enough to be found; the same query as {@code
 *     scores} where all are
 */
public record NearestDocuments(String field, Query nearest, Query scores, Query floor) {
  /** The ids of the documents that are found, in order. */
  int[] find(IndexSearcher searcher) throws IOException {
    Weight found = weight(searcher, nearest);
    Weight similar = floor.equals(scores) ? null : weight(searcher, floor);
    int[] documents = new int[16];
    int count = 0;
    for (LeafReaderContext leaf : searcher.getLeafContexts()) {
      Scorer scorer = found.scorer(leaf);
      if (scorer == null) {
        continue;
      }
      ScoreCursor similarity = similar == null ? null : ScoreCursor.of(similar, leaf);
      DocIdSetIterator iterator = scorer.iterator();
      for (int document = iterator.nextDoc();
          document != DocIdSetIterator.NO_MORE_DOCS;
          document = iterator.nextDoc()) {
        if (similarity == null || similarity.matches(document)) {
          documents = count < documents.length ? documents : Arrays.copyOf(documents, 2 * count);
          documents[count++] = leaf.docBase + document;
        }
      }
    }
    return Arrays.copyOf(documents, count);
  }

  /** Scores any document with a vector. */
  Weight scores(IndexSearcher searcher) throws IOException {
    return weight(searcher, scores);
  }

  /** Not through the searcher: a profile is of the query that matches, not of how it searched. */
  private static Weight weight(IndexSearcher searcher, Query query) throws IOException {
    return searcher.rewrite(query).createWeight(searcher, ScoreMode.COMPLETE, 1);
  }

  /**
   * Sees that no score can be above 1.
   *
   * @throws IllegalArgumentException if the field's similarity has no highest score
   */
  void checkBounded(IndexSearcher searcher) {
    for (LeafReaderContext leaf : searcher.getLeafContexts()) {
      FieldInfo info = leaf.reader().getFieldInfos().fieldInfo(field);
      if (info != null
          && info.hasVectorValues()
          && info.getVectorSimilarityFunction() == VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT) {
        throw new IllegalArgumentException(
            "field ["
                + field
                + "] has the similarity [max_inner_product], whose scores have no theoretical"
                + " maximum; take the normalizer [none], or another similarity");
      }
    }
  }
}
