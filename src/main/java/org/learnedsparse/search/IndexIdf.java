package org.learnedsparse.search;

import java.io.IOException;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;

/**
 * Adapts query weights to the index that is searched. A model's static table tells how rare terms
 * were in the texts that it was made of; in another collection others are rare.
 *
 * <p>A term's weight <i>w</i>, above 0, implies the share of documents that have the term,
 *
 * <pre>p0 = min(1, 1 / (e^w - 1)),   as w = ln(1 + 1/p0)</pre>
 *
 * <p>Of the <i>N</i> documents of the index that have the field, <i>df</i> have the term. Together
 * with the table, which counts as {@value #TABLE_DOCUMENTS} documents, that makes the share
 *
 * <pre>p = (df + 300 × p0 + 0.5) / (N + 300 + 1),   above 0, below 1</pre>
 *
 * <p>and the new weight is the geometric mean of the old one and of what that share implies:
 *
 * <pre>w' = w^(1-s) × idf^s,   idf = ln(1 + 1/p),   above ln 2</pre>
 *
 * @param share s, from 0, where the table alone counts, to 1
 * @param otherShards knows of documents beyond the searcher's
 */
public record IndexIdf(double share, OtherShards otherShards) {
  /** Leaves the table's weights as they are. */
  public static final IndexIdf NONE = new IndexIdf(0, (searcher, term) -> 0);

  /**
   * So many documents of the index count as much as the table: counts among fewer are mostly
   * chance, so that a small index is to change little.
   */
  private static final int TABLE_DOCUMENTS = 300;

  /** Where a search counts the documents of several shards, tells of those of the others. */
  @FunctionalInterface
  public interface OtherShards {
    /**
     * How many documents have a term that none of the searcher's own documents has. {@link
     * IndexSearcher#termStatistics} cannot be asked that.
     *
     * @return 0 or above
     */
    long documentFrequency(IndexSearcher searcher, Term term) throws IOException;
  }

  public IndexIdf {
    if ((share >= 0 && share <= 1) == false) {
      throw new IllegalArgumentException("[index_idf] is [" + share + "]; it must be 0 to 1");
    }
  }

  boolean adapts() {
    return share > 0;
  }

  /**
   * The adapted weight of a term.
   *
   * @param table the table's, above 0
   * @param documentFrequency how many documents have the term, 0 or above
   * @param documents how many have the field, 0 or above
   * @return above 0, between the table's weight and what the index implies
   */
  public float weight(float table, long documentFrequency, long documents) {
    double implied = Math.min(1, 1 / Math.expm1(table));
    double documentShare =
        (documentFrequency + TABLE_DOCUMENTS * implied + .5) / (documents + TABLE_DOCUMENTS + 1);
    double idf = Math.log1p(1 / documentShare);
    return (float) (Math.pow(table, 1 - share) * Math.pow(idf, share));
  }
}
