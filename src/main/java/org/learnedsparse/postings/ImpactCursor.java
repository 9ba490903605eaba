package org.learnedsparse.postings;

import java.io.IOException;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.TermsEnum;

/**
 * One term's impacts in one segment, superblock by superblock: those that have a posting, in order.
 *
 * <p>Not for several threads.
 */
public interface ImpactCursor {
  /** After the last superblock. */
  int NO_MORE = Integer.MAX_VALUE;

  /**
   * The impacts of the term that {@code terms} is at: {@link TermImpacts} where they are in this
   * package's format, else read from whatever postings Lucene has.
   */
  static ImpactCursor of(TermsEnum terms) throws IOException {
    PostingsEnum postings = terms.postings(null, PostingsEnum.FREQS);
    return postings instanceof ImpactPostingsEnum known
        ? known.impacts()
        : new PostingsCursor(postings, terms.docFreq());
  }

  /** How many documents have the term, deleted ones included. */
  int documentFrequency();

  /** No impact is larger; 1 to 255. */
  int maxImpact();

  /** The superblock that this is at: -1 before the first, {@link #NO_MORE} after the last. */
  int superblock();

  /**
   * Goes to the first superblock at or after {@code target} that has a posting. A target at or
   * before the current superblock changes nothing.
   *
   * @return its number, or {@link #NO_MORE}
   */
  int advance(int target) throws IOException;

  /**
   * Adds weight × impact to the scores of this superblock's documents. Once a superblock.
   *
   * @param scores one for each of {@link Superblock#DOCUMENTS}
   */
  void addScores(int weight, int[] scores) throws IOException;
}
