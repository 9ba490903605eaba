package org.learnedsparse.postings;

import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.Impact;
import org.apache.lucene.index.Impacts;
import org.apache.lucene.index.ImpactsEnum;
import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.BytesRef;

/**
 * The postings of a term as Lucene wants them, document by document. Search that knows this format
 * takes {@link #impacts} instead.
 */
public final class ImpactPostingsEnum extends ImpactsEnum {
  private TermImpacts term;
  private short[] documents = new short[0];
  private byte[] impacts = new byte[0];

  /** The superblock whose postings are in the arrays. */
  private int read = -1;

  private int count;
  private int index;
  private int document = -1;
  private int shallow = -1;

  ImpactPostingsEnum(TermImpacts term) {
    this.term = term;
  }

  /** Starts anew with another term's postings, and gives this. The arrays are what is reused. */
  ImpactPostingsEnum reset(TermImpacts other) {
    term = other;
    read = -1;
    count = 0;
    index = 0;
    document = -1;
    shallow = -1;
    return this;
  }

  /** The same postings, superblock by superblock. To be asked for before any document is. */
  public TermImpacts impacts() {
    return term;
  }

  @Override
  public int docID() {
    return document;
  }

  @Override
  public int freq() {
    return Byte.toUnsignedInt(impacts[index]);
  }

  @Override
  public int nextDoc() throws IOException {
    return document == NO_MORE_DOCS ? NO_MORE_DOCS : advance(document + 1);
  }

  @Override
  public int advance(int target) throws IOException {
    if (target == NO_MORE_DOCS) {
      document = NO_MORE_DOCS;
      return document;
    }
    int superblock = term.advance(target >>> Superblock.BITS);
    for (; superblock != TermImpacts.NO_MORE; superblock = term.next()) {
      if (read != superblock) {
        readSuperblock(superblock);
      }
      int base = superblock << Superblock.BITS;
      while (index < count && base + documents[index] < target) {
        index++;
      }
      if (index < count) {
        document = base + documents[index];
        return document;
      }
    }
    document = NO_MORE_DOCS;
    return document;
  }

  private void readSuperblock(int superblock) throws IOException {
    documents = ArrayUtil.grow(documents, term.lengthAtMost());
    impacts = ArrayUtil.growNoCopy(impacts, term.lengthAtMost());
    count = term.read(documents, impacts);
    index = 0;
    read = superblock;
  }

  @Override
  public long cost() {
    return term.documentFrequency();
  }

  @Override
  public void advanceShallow(int target) throws IOException {
    shallow = target;
    term.advance(target >>> Superblock.BITS);
  }

  /** Two levels: what is left of a superblock, and the whole term. */
  @Override
  public Impacts getImpacts() throws IOException {
    int at = Math.max(0, Math.max(shallow, document));
    int wanted = at == NO_MORE_DOCS ? TermImpacts.NO_MORE : at >>> Superblock.BITS;
    int superblock = wanted == TermImpacts.NO_MORE ? wanted : term.advance(wanted);
    int upTo = NO_MORE_DOCS;
    int largest = 1;
    if (superblock == wanted && superblock != TermImpacts.NO_MORE) {
      upTo = (superblock << Superblock.BITS) + Superblock.MASK;
      largest = term.largestImpact();
    } else if (superblock != TermImpacts.NO_MORE) {
      upTo = (superblock << Superblock.BITS) - 1;
    }
    return new Levels(upTo, largest, term.maxImpact());
  }

  private static final class Levels extends Impacts {
    private final int upTo;
    private final List<Impact> near;
    private final List<Impact> all;

    Levels(int upTo, int largest, int maxImpact) {
      this.upTo = upTo;
      this.near = List.of(new Impact(largest, 1L));
      this.all = List.of(new Impact(maxImpact, 1L));
    }

    @Override
    public int numLevels() {
      return upTo == NO_MORE_DOCS ? 1 : 2;
    }

    @Override
    public int getDocIdUpTo(int level) {
      return level == 0 ? upTo : NO_MORE_DOCS;
    }

    @Override
    public List<Impact> getImpacts(int level) {
      return level == 0 ? near : all;
    }
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
