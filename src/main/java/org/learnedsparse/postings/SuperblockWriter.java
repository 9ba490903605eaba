package org.learnedsparse.postings;

import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.store.DataOutput;

/** Collects the postings of one term in one superblock and writes them in the fitting form. */
final class SuperblockWriter {
  private final short[] documents = new short[Superblock.DOCUMENTS];
  private final byte[] impacts = new byte[Superblock.DOCUMENTS];
  private final byte[] maxima = new byte[Superblock.BLOCKS];
  private final byte[] pairs = new byte[2 * SuperblockForm.MAX_PAIRS];
  private final short[] sectionStarts = new short[Superblock.SECTIONS];
  private int count;

  /** Blocks with a posting in the term's superblocks, and how many chance would have filled. */
  private double filled;

  private double filledByChance;

  boolean isEmpty() {
    return count == 0;
  }

  /**
   * @param document the number in the superblock, above the one before
   * @param impact 1 to 255
   */
  void add(int document, int impact) {
    documents[count] = (short) document;
    impacts[count] = (byte) impact;
    count++;
  }

  /**
   * Writes what was added, and starts anew.
   *
   * @param gap the superblocks without postings before this one
   * @param directory gets the entry
   * @param postings gets pairs that are not in the entry
   */
  void write(int gap, DataOutput directory, DataOutput postings) throws IOException {
    long blocks = fillMaxima();
    int blockCount = Long.bitCount(blocks);
    filled += blockCount;
    filledByChance += Superblock.BLOCKS * (1 - Math.pow(1 - 1.0 / Superblock.BLOCKS, count));
    boolean keepsMaxima = SuperblockForm.keepsMaxima(count, blockCount);
    int pairBytes = fillPairs(keepsMaxima);
    if (keepsMaxima) {
      boolean dense = SuperblockForm.isDense(blockCount);
      int form = dense ? SuperblockForm.DENSE_MAXIMA : SuperblockForm.SPARSE_MAXIMA;
      writeHeader(directory, gap, form, pairBytes / 2);
      if (dense) {
        directory.writeBytes(maxima, maxima.length);
      } else {
        writeSparseMaxima(directory, blocks);
      }
      for (int i = 1; i < Superblock.SECTIONS; i++) {
        postings.writeShort(sectionStarts[i]);
      }
      postings.writeBytes(pairs, pairBytes);
    } else if (pairBytes <= 3 * count) {
      writeHeader(directory, gap, SuperblockForm.PAIRS, pairBytes / 2);
      directory.writeBytes(pairs, pairBytes);
    } else {
      writeHeader(directory, gap, SuperblockForm.TRIPLES, count);
      for (int i = 0; i < count; i++) {
        directory.writeShort(documents[i]);
        directory.writeByte(impacts[i]);
      }
    }
    count = 0;
  }

  /** Gives the clustering of what was written since the last call, in 255ths, and starts anew. */
  int finishTerm() {
    double clustering = Math.max(0, 1 - filled / filledByChance);
    filled = 0;
    filledByChance = 0;
    return (int) Math.round(clustering * 255);
  }

  private static void writeHeader(DataOutput directory, int gap, int form, int length)
      throws IOException {
    directory.writeVLong((long) gap << SuperblockForm.BITS | form);
    directory.writeVInt(length);
  }

  private void writeSparseMaxima(DataOutput directory, long blocks) throws IOException {
    directory.writeLong(blocks);
    for (long left = blocks; left != 0; left &= left - 1) {
      directory.writeByte(maxima[Long.numberOfTrailingZeros(left)]);
    }
  }

  /** Fills {@link #maxima} and gives the blocks that have any. */
  private long fillMaxima() {
    Arrays.fill(maxima, (byte) 0);
    long blocks = 0;
    for (int i = 0; i < count; i++) {
      int block = documents[i] >>> Superblock.BLOCK_BITS;
      blocks |= 1L << block;
      if (Byte.compareUnsigned(impacts[i], maxima[block]) > 0) {
        maxima[block] = impacts[i];
      }
    }
    return blocks;
  }

  /**
   * Fills {@link #pairs} and gives the bytes used.
   *
   * @param sections whether to stop at the first document of every section that has a posting, and
   *     to note in {@link #sectionStarts} where: a section without one starts where the next does
   */
  private int fillPairs(boolean sections) {
    int length = 0;
    int last = 0;
    int section = 0;
    for (int i = 0; i < count; i++) {
      int its = documents[i] >>> Superblock.SECTION_BITS;
      if (sections && its != section) {
        length = moveTo(its << Superblock.SECTION_BITS, last, length);
        last = its << Superblock.SECTION_BITS;
        Arrays.fill(sectionStarts, section + 1, its + 1, (short) (length / 2));
        section = its;
      }
      int gap = documents[i] - last;
      if (gap > SuperblockForm.MAX_GAP) {
        int near = documents[i] - gap % SuperblockForm.MAX_GAP;
        length = moveTo(near, last, length);
        gap = documents[i] - near;
      }
      pairs[length++] = (byte) gap;
      pairs[length++] = impacts[i];
      last = documents[i];
    }
    Arrays.fill(sectionStarts, section + 1, Superblock.SECTIONS, (short) (length / 2));
    return length;
  }

  /** Adds pairs that only move on. */
  private int moveTo(int document, int from, int length) {
    int end = length;
    for (int left = document - from; left > 0; left -= SuperblockForm.MAX_GAP) {
      pairs[end++] = (byte) Math.min(left, SuperblockForm.MAX_GAP);
      pairs[end++] = 0;
    }
    return end;
  }
}
