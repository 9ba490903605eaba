package org.learnedsparse.postings;

/** How a superblock of one term is written. The numbers are part of the file format. */
final class SuperblockForm {
  /** Postings of three bytes, document number and impact, in the directory. */
  static final int TRIPLES = 0;

  /** Postings of two bytes, gap and impact, in the directory. */
  static final int PAIRS = 1;

  /** In the directory a bit for each block that has a posting, and their maxima; pairs outside. */
  static final int SPARSE_MAXIMA = 2;

  /** In the directory a maximum for every block, 0 for none; pairs outside. */
  static final int DENSE_MAXIMA = 3;

  static final int BITS = 2;
  static final int MASK = (1 << BITS) - 1;

  /** The largest gap of a pair. A pair of this gap and impact 0 only moves on. */
  static final int MAX_GAP = 255;

  /** The most pairs of a superblock: one a document, and those that only move on. */
  static final int MAX_PAIRS =
      Superblock.DOCUMENTS + Superblock.DOCUMENTS / MAX_GAP + Superblock.SECTIONS;

  /** The bytes before pairs outside of the directory, which tell where their sections start. */
  static final int SECTION_STARTS_BYTES = Short.BYTES * (Superblock.SECTIONS - 1);

  /** More bytes than any directory entry has: the longest is pairs of few postings a block. */
  static final int MAX_ENTRY_BYTES = 1024;

  private SuperblockForm() {}

  /**
   * Whether block maxima are worth their bytes: reading them must be much less work than reading
   * the postings themselves.
   */
  static boolean keepsMaxima(int postings, int blocks) {
    return 4 * postings >= 5 * blocks + 24;
  }

  /** The bytes of a superblock's postings, with their sections where they are outside. */
  static int postingsBytes(int form, int length) {
    return switch (form) {
      case TRIPLES -> Triples.BYTES * length;
      case PAIRS -> 2 * length;
      default -> SECTION_STARTS_BYTES + 2 * length;
    };
  }

  /** Whether a maximum for every block is better than a bit for each: it saves the bits. */
  static boolean isDense(int blocks) {
    return blocks >= Superblock.BLOCKS * 3 / 4;
  }
}
