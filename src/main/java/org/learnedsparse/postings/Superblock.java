package org.learnedsparse.postings;

/**
 * How a segment's documents are divided: superblock {@code s} holds the documents {@code s ×}
 * {@link #DOCUMENTS} and following, in {@link #BLOCKS} blocks of {@link #BLOCK_DOCUMENTS}.
 */
public final class Superblock {
  /** Documents are {@code document >>> BITS} superblocks into the segment. */
  public static final int BITS = 12;

  /** Documents in a superblock. */
  public static final int DOCUMENTS = 1 << BITS;

  /** Takes a document to its number in its superblock. */
  public static final int MASK = DOCUMENTS - 1;

  /** Blocks in a superblock: as many as a long has bits. */
  public static final int BLOCKS = Long.SIZE;

  /** Documents are {@code document >>> BLOCK_BITS} blocks into the segment. */
  public static final int BLOCK_BITS = BITS - 6;

  /** Documents in a block. */
  public static final int BLOCK_DOCUMENTS = 1 << BLOCK_BITS;

  /** Sections in a superblock. */
  public static final int SECTIONS = 8;

  /** Documents are {@code document >>> SECTION_BITS} sections into the segment. */
  public static final int SECTION_BITS = BITS - 3;

  /** Blocks in a section. */
  public static final int SECTION_BLOCKS = BLOCKS / SECTIONS;

  /** A bit for each section. */
  public static final int ALL_SECTIONS = (1 << SECTIONS) - 1;

  /** A bit for each block of the first section. */
  private static final long BLOCKS_OF_SECTION = (1L << SECTION_BLOCKS) - 1;

  private Superblock() {}

  /** The sections that some blocks are in: a bit for each, the first the lowest, in both. */
  public static int sections(long blocks) {
    int sections = 0;
    for (int i = 0; i < SECTIONS; i++) {
      boolean any = (blocks >>> (i * SECTION_BLOCKS) & BLOCKS_OF_SECTION) != 0;
      sections |= any ? 1 << i : 0;
    }
    return sections;
  }

  /** How many superblocks hold this many documents. */
  public static int count(int documents) {
    return (documents + MASK) >>> BITS;
  }
}
