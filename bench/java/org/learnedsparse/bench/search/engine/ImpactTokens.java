package org.learnedsparse.bench.search.engine;

import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.TermFrequencyAttribute;
import org.learnedsparse.bench.search.data.ImpactVector;

/** A document's terms as tokens whose frequencies are the impacts. */
final class ImpactTokens extends TokenStream {
  private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
  private final TermFrequencyAttribute frequency = addAttribute(TermFrequencyAttribute.class);
  private final ImpactVector document;
  private int next;

  ImpactTokens(ImpactVector document) {
    this.document = document;
  }

  @Override
  public void reset() {
    next = 0;
  }

  @Override
  public boolean incrementToken() {
    if (next == document.size()) {
      return false;
    }
    clearAttributes();
    term.append(TermNames.of(document.term(next)));
    frequency.setTermFrequency(document.impact(next));
    next++;
    return true;
  }
}
