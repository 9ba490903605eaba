package org.learnedsparse.mapper;

import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.TermFrequencyAttribute;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.index.IndexOptions;
import org.learnedsparse.vector.Quantiser;

/**
 * A document's vector as Lucene indexes it: one token a term, whose frequency is the impact. A term
 * that is given several times keeps its largest weight.
 */
final class ImpactsField extends Field {
  private static final FieldType TYPE = new FieldType();

  static {
    TYPE.setTokenized(true);
    TYPE.setOmitNorms(true);
    TYPE.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    TYPE.freeze();
  }

  private final Quantiser quantiser;
  private final Map<String, Float> weights = new TreeMap<>();

  ImpactsField(String name, Quantiser quantiser) {
    super(name, TYPE);
    this.quantiser = quantiser;
  }

  /**
   * @param weight above zero
   */
  void add(String term, float weight) {
    weights.merge(term, weight, Math::max);
  }

  @Override
  public TokenStream tokenStream(Analyzer analyzer, TokenStream reuse) {
    return new ImpactStream(weights, quantiser);
  }

  private static final class ImpactStream extends TokenStream {
    private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
    private final TermFrequencyAttribute frequency = addAttribute(TermFrequencyAttribute.class);
    private final Map<String, Float> weights;
    private final Quantiser quantiser;
    private Iterator<Map.Entry<String, Float>> entries;

    ImpactStream(Map<String, Float> weights, Quantiser quantiser) {
      this.weights = weights;
      this.quantiser = quantiser;
    }

    @Override
    public void reset() {
      entries = weights.entrySet().iterator();
    }

    @Override
    public boolean incrementToken() {
      if (entries.hasNext() == false) {
        return false;
      }
      Map.Entry<String, Float> entry = entries.next();
      clearAttributes();
      term.append(entry.getKey());
      frequency.setTermFrequency(quantiser.impact(entry.getValue()));
      return true;
    }
  }
}
