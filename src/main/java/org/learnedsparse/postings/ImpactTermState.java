package org.learnedsparse.postings;

import org.apache.lucene.codecs.BlockTermState;
import org.apache.lucene.index.TermState;

/** Where a term's postings lie in the {@code .doc} file. */
final class ImpactTermState extends BlockTermState {
  /** Where the long superblocks begin; the directory follows them. */
  long start;

  /** The bytes of the long superblocks. */
  long postingsLength;

  /** The bytes of the directory. */
  long directoryLength;

  /** The term's largest impact, 1 to 255. */
  int maxImpact;

  /** {@link TermImpacts#clustering} in 255ths. */
  int clustering;

  long directoryStart() {
    return start + postingsLength;
  }

  long end() {
    return directoryStart() + directoryLength;
  }

  /** Whether it all lies in a file of this length, which damaged numbers may not. */
  boolean isWithin(long length) {
    // Each by itself first: their sum may exceed a long.
    return start >= 0
        && start <= length
        && postingsLength <= length - start
        && directoryLength <= length - directoryStart();
  }

  @Override
  public void copyFrom(TermState other) {
    super.copyFrom(other);
    ImpactTermState that = (ImpactTermState) other;
    start = that.start;
    postingsLength = that.postingsLength;
    directoryLength = that.directoryLength;
    maxImpact = that.maxImpact;
    clustering = that.clustering;
  }

  @Override
  public ImpactTermState clone() {
    ImpactTermState clone = new ImpactTermState();
    clone.copyFrom(this);
    return clone;
  }

  @Override
  public String toString() {
    return super.toString()
        + " start="
        + start
        + " postings="
        + postingsLength
        + " directory="
        + directoryLength
        + " maxImpact="
        + maxImpact
        + " clustering="
        + clustering;
  }
}
