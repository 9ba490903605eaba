package org.learnedsparse.engine;

import java.io.IOException;
import java.util.Collection;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;

/**
 * The terms that decide where a document goes.
 *
 * @param count how many
 * @param postings the documents they have, added up
 */
record FrequentTerms(long count, long postings) {

  /**
   * Counts those that at least so many documents have.
   *
   * @param fields names of fields that may lack postings
   */
  static FrequentTerms of(LeafReader reader, Collection<String> fields, int minDocFreq)
      throws IOException {
    long count = 0;
    long postings = 0;
    for (String field : fields) {
      Terms terms = reader.terms(field);
      if (terms == null) {
        continue;
      }
      TermsEnum each = terms.iterator();
      while (each.next() != null) {
        if (each.docFreq() >= minDocFreq) {
          count++;
          postings += each.docFreq();
        }
      }
    }
    return new FrequentTerms(count, postings);
  }
}
