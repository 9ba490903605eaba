package org.learnedsparse.postings;

import java.util.Iterator;
import java.util.Map;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.TermFrequencyAttribute;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.index.IndexOptions;

/** A document's terms and impacts, as a field for an index writer. */
public final class ImpactTokens extends TokenStream {
  private static final FieldType TYPE = new FieldType();

  static {
    TYPE.setTokenized(true);
    TYPE.setOmitNorms(true);
    TYPE.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    TYPE.freeze();
  }

  private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
  private final TermFrequencyAttribute impact = addAttribute(TermFrequencyAttribute.class);
  private final Iterator<Map.Entry<String, Integer>> entries;

  private ImpactTokens(Map<String, Integer> impacts) {
    entries = impacts.entrySet().iterator();
  }

  /**
   * Makes a field of one document.
   *
   * @param impacts by term, each 1 or more
   */
  public static Field field(String name, Map<String, Integer> impacts) {
    return new Field(name, new ImpactTokens(impacts), TYPE);
  }

  @Override
  public boolean incrementToken() {
    if (entries.hasNext() == false) {
      return false;
    }
    Map.Entry<String, Integer> entry = entries.next();
    clearAttributes();
    term.append(entry.getKey());
    impact.setTermFrequency(entry.getValue());
    return true;
  }
}
