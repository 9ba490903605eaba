package org.learnedsparse.postings;

import java.util.Iterator;
import java.util.SortedMap;
import org.apache.lucene.index.BaseTermsEnum;
import org.apache.lucene.index.Fields;
import org.apache.lucene.index.ImpactsEnum;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.util.BytesRef;

/** Postings from memory, for a postings format to write. Only what writing needs is there. */
final class ModelFields extends Fields {
  private final SortedMap<String, SortedMap<BytesRef, ModelPostings>> fields;

  /**
   * @param fields terms by the field's name, postings by the term
   */
  ModelFields(SortedMap<String, SortedMap<BytesRef, ModelPostings>> fields) {
    this.fields = fields;
  }

  @Override
  public Iterator<String> iterator() {
    return fields.keySet().iterator();
  }

  @Override
  public int size() {
    return fields.size();
  }

  @Override
  public Terms terms(String field) {
    SortedMap<BytesRef, ModelPostings> terms = fields.get(field);
    return terms == null ? null : new ModelTerms(terms);
  }

  private static final class ModelTerms extends Terms {
    private final SortedMap<BytesRef, ModelPostings> terms;

    ModelTerms(SortedMap<BytesRef, ModelPostings> terms) {
      this.terms = terms;
    }

    @Override
    public TermsEnum iterator() {
      return new ModelTermsEnum(terms);
    }

    @Override
    public long size() {
      return terms.size();
    }

    @Override
    public long getSumTotalTermFreq() {
      return terms.values().stream().mapToLong(ModelPostings::totalImpacts).sum();
    }

    @Override
    public long getSumDocFreq() {
      return terms.values().stream().mapToLong(ModelPostings::size).sum();
    }

    @Override
    public int getDocCount() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean hasFreqs() {
      return true;
    }

    @Override
    public boolean hasOffsets() {
      return false;
    }

    @Override
    public boolean hasPositions() {
      return false;
    }

    @Override
    public boolean hasPayloads() {
      return false;
    }
  }

  private static final class ModelTermsEnum extends BaseTermsEnum {
    private final Iterator<BytesRef> iterator;
    private final SortedMap<BytesRef, ModelPostings> terms;
    private BytesRef term;

    ModelTermsEnum(SortedMap<BytesRef, ModelPostings> terms) {
      this.terms = terms;
      this.iterator = terms.keySet().iterator();
    }

    @Override
    public BytesRef next() {
      term = iterator.hasNext() ? iterator.next() : null;
      return term;
    }

    @Override
    public BytesRef term() {
      return term;
    }

    @Override
    public int docFreq() {
      return terms.get(term).size();
    }

    @Override
    public long totalTermFreq() {
      return terms.get(term).totalImpacts();
    }

    @Override
    public PostingsEnum postings(PostingsEnum reuse, int flags) {
      return new ModelPostingsEnum(terms.get(term));
    }

    @Override
    public SeekStatus seekCeil(BytesRef text) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void seekExact(long ord) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long ord() {
      throw new UnsupportedOperationException();
    }

    @Override
    public ImpactsEnum impacts(int flags) {
      throw new UnsupportedOperationException();
    }
  }

  private static final class ModelPostingsEnum extends PostingsEnum {
    private final ModelPostings postings;
    private int index = -1;

    ModelPostingsEnum(ModelPostings postings) {
      this.postings = postings;
    }

    @Override
    public int docID() {
      if (index < 0) {
        return -1;
      }
      return index < postings.size() ? postings.document(index) : NO_MORE_DOCS;
    }

    @Override
    public int nextDoc() {
      index++;
      return docID();
    }

    @Override
    public int advance(int target) {
      index = postings.first(target);
      return docID();
    }

    @Override
    public int freq() {
      return postings.impact(index);
    }

    @Override
    public long cost() {
      return postings.size();
    }

    @Override
    public int nextPosition() {
      return -1;
    }

    @Override
    public int startOffset() {
      return -1;
    }

    @Override
    public int endOffset() {
      return -1;
    }

    @Override
    public BytesRef getPayload() {
      return null;
    }
  }
}
