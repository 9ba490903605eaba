package org.learnedsparse.postings;

import java.io.IOException;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.BitUtil;

/**
 * Superblocks out of order: adds up the postings of several terms in one superblock, by the places
 * that {@link TermImpacts#place} gave.
 *
 * <p>What several terms have is read before any of it is added: memory serves requests side by side
 * that do not wait for each other.
 *
 * <p>Not for several threads.
 */
public final class PlacedImpacts {
  private static final int LENGTH_BITS = 13;
  private static final int LENGTH_MASK = (1 << LENGTH_BITS) - 1;

  /** Terms read at once: limits the buffer. */
  private static final int TERMS = 8;

  private final IndexInput in;
  private byte[] buffer = new byte[1 << 14];

  private final int[] starts = new int[TERMS];

  PlacedImpacts(IndexInput in) {
    this.in = in;
  }

  /** Never 0. */
  static long place(long start, int length, int form) {
    return (start << LENGTH_BITS | length) << SuperblockForm.BITS | form;
  }

  private static int form(long place) {
    return (int) place & SuperblockForm.MASK;
  }

  private static int length(long place) {
    return (int) (place >>> SuperblockForm.BITS) & LENGTH_MASK;
  }

  /**
   * Adds weight × impact to the scores of documents of a superblock: of those in some sections, and
   * maybe of others.
   *
   * @param places of the terms in this superblock, 0 for a term without a posting in it
   * @param from the index of the first term's place
   * @param weights all terms'
   * @param firstTerm the first of those to add
   * @param endTerm after the last
   * @param sections a bit for each section, the first the lowest
   * @param scores one a document of the superblock
   */
  public void addScores(
      long[] places,
      int from,
      int[] weights,
      int firstTerm,
      int endTerm,
      int sections,
      int[] scores)
      throws IOException {
    for (int term = firstTerm; term < endTerm; term += TERMS) {
      int end = Math.min(endTerm, term + TERMS);
      read(places, from, term, end);
      for (int i = term; i < end; i++) {
        long place = places[from + i];
        if (place != 0) {
          add(place, starts[i - term], weights[i], sections, scores);
        }
      }
    }
  }

  private void read(long[] places, int from, int term, int end) throws IOException {
    int filled = 0;
    for (int i = term; i < end; i++) {
      long place = places[from + i];
      if (place == 0) {
        continue;
      }
      int bytes = SuperblockForm.postingsBytes(form(place), length(place));
      if (filled + bytes > buffer.length) {
        buffer = ArrayUtil.grow(buffer, filled + bytes);
      }
      in.seek(place >>> (LENGTH_BITS + SuperblockForm.BITS));
      in.readBytes(buffer, filled, bytes);
      starts[i - term] = filled;
      filled += bytes;
    }
  }

  private void add(long place, int start, int weight, int sections, int[] scores)
      throws IOException {
    int length = length(place);
    switch (form(place)) {
      case SuperblockForm.TRIPLES -> Triples.addScores(buffer, start, length, weight, scores);
      case SuperblockForm.PAIRS ->
          ImpactLoops.BEST.addPairs(buffer, start, length, 0, weight, scores);
      default -> {
        if (sections == Superblock.ALL_SECTIONS) {
          int first = start + SuperblockForm.SECTION_STARTS_BYTES;
          ImpactLoops.BEST.addPairs(buffer, first, length, 0, weight, scores);
        } else {
          addSections(start, length, weight, sections, scores);
        }
      }
    }
  }

  /** Adds sections, run by run. */
  private void addSections(int start, int length, int weight, int sections, int[] scores)
      throws IOException {
    int left = sections;
    while (left != 0) {
      int first = Integer.numberOfTrailingZeros(left);
      int end = first + Integer.numberOfTrailingZeros(~(left >>> first));
      left &= -1 << end;
      int to = sectionStart(start, end, length);
      int from = sectionStart(start, first, length);
      while (first < end && sectionStart(start, first + 1, length) == from) {
        first++; // without a posting, it starts where its successor does
      }
      if (from > to || to > length) {
        throw new CorruptIndexException(
            "a section of " + length + " pairs starts at " + from + ", ends at " + to, in);
      }
      ImpactLoops.BEST.addPairs(
          buffer,
          start + SuperblockForm.SECTION_STARTS_BYTES + 2 * from,
          to - from,
          first << Superblock.SECTION_BITS,
          weight,
          scores);
    }
  }

  private int sectionStart(int start, int section, int length) {
    if (section == 0) {
      return 0;
    }
    return section == Superblock.SECTIONS
        ? length
        : Short.toUnsignedInt(
            (short) BitUtil.VH_LE_SHORT.get(buffer, start + Short.BYTES * (section - 1)));
  }
}
