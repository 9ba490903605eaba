package org.learnedsparse.fusion;

import java.util.Arrays;
import java.util.Comparator;

/** A document that at least one list has, and what the lists say of it. */
final class FusedDocument {
  /**
   * Best first. Documents of equal scores are ordered by their ranks in the lists, the first list
   * first; a list that lacks a document ranks it last. Only documents that agree in every list are
   * left to the order of shards and documents.
   */
  static final Comparator<FusedDocument> BEST_FIRST =
      Comparator.comparingDouble((FusedDocument document) -> -document.score())
          .thenComparing(FusedDocument::ranks, Arrays::compare)
          .thenComparingInt(FusedDocument::shard)
          .thenComparingInt(FusedDocument::document);

  private final int shard;
  private final int document;

  /** By list; null where the list lacks the document. */
  private final ChildPart[] parts;

  private double sum;

  FusedDocument(int shard, int document, int lists) {
    this.shard = shard;
    this.document = document;
    this.parts = new ChildPart[lists];
  }

  /** Lists are added in their order, for sums of doubles depend on it. */
  void add(int list, ChildPart part) {
    parts[list] = part;
    sum += part.value();
  }

  /** The index of the shard in the search. */
  int shard() {
    return shard;
  }

  /** The document's number in the shard. */
  int document() {
    return document;
  }

  ChildPart[] parts() {
    return parts;
  }

  /** The sum of the parts, rounded once. */
  float score() {
    return (float) sum;
  }

  /** Whether another document has the same score from the same ranks. */
  boolean ties(FusedDocument other) {
    return score() == other.score() && Arrays.equals(ranks(), other.ranks());
  }

  private int[] ranks() {
    int[] ranks = new int[parts.length];
    for (int i = 0; i < ranks.length; i++) {
      ranks[i] = parts[i] == null ? Integer.MAX_VALUE : parts[i].rank();
    }
    return ranks;
  }
}
