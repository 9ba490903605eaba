package org.learnedsparse.postings;

import java.io.IOException;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.apache.lucene.index.FilterLeafReader.FilterTerms;
import org.apache.lucene.index.FilterLeafReader.FilterTermsEnum;
import org.apache.lucene.index.Impact;
import org.apache.lucene.index.Impacts;
import org.apache.lucene.index.ImpactsEnum;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.automaton.CompiledAutomaton;

/** Terms with other frequencies, in the same order. */
final class MappedTerms extends FilterTerms {
  private final IntUnaryOperator frequencies;

  /**
   * @param frequencies gives the frequency in place of another; a larger one for a larger one
   */
  MappedTerms(Terms terms, IntUnaryOperator frequencies) {
    super(terms);
    this.frequencies = frequencies;
  }

  @Override
  public TermsEnum iterator() throws IOException {
    return new MappedTermsEnum(in.iterator());
  }

  @Override
  public TermsEnum intersect(CompiledAutomaton automaton, BytesRef start) throws IOException {
    return new MappedTermsEnum(in.intersect(automaton, start));
  }

  private final class MappedTermsEnum extends FilterTermsEnum {
    MappedTermsEnum(TermsEnum terms) {
      super(terms);
    }

    @Override
    public PostingsEnum postings(PostingsEnum reuse, int flags) throws IOException {
      return new MappedPostings(in.postings(null, flags), null);
    }

    @Override
    public ImpactsEnum impacts(int flags) throws IOException {
      ImpactsEnum impacts = in.impacts(flags);
      return new MappedPostings(impacts, impacts);
    }
  }

  private final class MappedPostings extends ImpactsEnum {
    private final PostingsEnum in;
    private final ImpactsEnum impacts;

    MappedPostings(PostingsEnum in, ImpactsEnum impacts) {
      this.in = in;
      this.impacts = impacts;
    }

    @Override
    public int freq() throws IOException {
      return frequencies.applyAsInt(in.freq());
    }

    @Override
    public void advanceShallow(int target) throws IOException {
      impacts.advanceShallow(target);
    }

    @Override
    public Impacts getImpacts() throws IOException {
      Impacts all = impacts.getImpacts();
      return new Impacts() {
        @Override
        public int numLevels() {
          return all.numLevels();
        }

        @Override
        public int getDocIdUpTo(int level) {
          return all.getDocIdUpTo(level);
        }

        @Override
        public List<Impact> getImpacts(int level) {
          return all.getImpacts(level).stream()
              .map(impact -> new Impact(frequencies.applyAsInt(impact.freq), impact.norm))
              .toList();
        }
      };
    }

    @Override
    public int docID() {
      return in.docID();
    }

    @Override
    public int nextDoc() throws IOException {
      return in.nextDoc();
    }

    @Override
    public int advance(int target) throws IOException {
      return in.advance(target);
    }

    @Override
    public long cost() {
      return in.cost();
    }

    @Override
    public int nextPosition() throws IOException {
      return in.nextPosition();
    }

    @Override
    public int startOffset() throws IOException {
      return in.startOffset();
    }

    @Override
    public int endOffset() throws IOException {
      return in.endOffset();
    }

    @Override
    public BytesRef getPayload() throws IOException {
      return in.getPayload();
    }
  }
}
