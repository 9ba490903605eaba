package org.learnedsparse.postings;

import java.io.IOException;
import org.apache.lucene.index.PostingsEnum;

/** Impacts in postings of any format: frequencies. */
final class PostingsCursor implements ImpactCursor {
  private final PostingsEnum postings;
  private final int documentFrequency;

  PostingsCursor(PostingsEnum postings, int documentFrequency) {
    this.postings = postings;
    this.documentFrequency = documentFrequency;
  }

  @Override
  public int documentFrequency() {
    return documentFrequency;
  }

  @Override
  public int maxImpact() {
    return 255;
  }

  @Override
  public int superblock() {
    int document = postings.docID();
    if (document < 0) {
      return -1;
    }
    return document == PostingsEnum.NO_MORE_DOCS ? NO_MORE : document >>> Superblock.BITS;
  }

  @Override
  public int advance(int target) throws IOException {
    if (superblock() < target) {
      if (target == NO_MORE) {
        postings.advance(PostingsEnum.NO_MORE_DOCS);
      } else {
        postings.advance(target << Superblock.BITS);
      }
    }
    return superblock();
  }

  @Override
  public void addScores(int weight, int[] scores) throws IOException {
    int end = (superblock() << Superblock.BITS) + Superblock.MASK;
    int document = postings.docID();
    while (document <= end && document != PostingsEnum.NO_MORE_DOCS) {
      scores[document & Superblock.MASK] += weight * postings.freq();
      document = postings.nextDoc();
    }
  }
}
