package org.learnedsparse.postings;

import java.io.IOException;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.BitUtil;

/**
 * One term's impacts in this package's format: also bounds without the postings, and superblocks
 * out of order by the places that were kept.
 */
public final class TermImpacts implements ImpactCursor {
  private static final int DIRECTORY_BUFFER = 4096;
  private static final int READ_AHEAD = 8192;

  private final IndexInput in;
  private final ImpactLoops loops;
  private final int superblocks;
  private final int documentFrequency;
  private final int maxImpact;
  private final float clustering;

  /** A part of the directory. */
  private final byte[] directory;

  private int position;
  private int limit;
  private long filled;
  private final long postingsEnd;
  private final long directoryEnd;

  /** The superblock that the cursor is at: its number, and its entry in the directory. */
  private int superblock = -1;

  private int form;
  private int length;
  private int payload;
  private long postings;
  private long nextPostings;

  /** A part of the postings, from {@link #loadedFrom} of the file. */
  private byte[] loaded = new byte[0];

  private long loadedFrom;
  private int loadedBytes;

  TermImpacts(IndexInput in, ImpactTermState state, int maxDoc) {
    this.in = in;
    this.loops = ImpactLoops.BEST;
    this.superblocks = Superblock.count(maxDoc);
    this.documentFrequency = state.docFreq;
    this.maxImpact = state.maxImpact;
    this.clustering = state.clustering / 255f;
    this.nextPostings = state.start;
    this.filled = state.directoryStart();
    this.postingsEnd = state.directoryStart();
    this.directoryEnd = state.end();
    this.directory = new byte[(int) Math.min(DIRECTORY_BUFFER, state.directoryLength)];
  }

  @Override
  public int documentFrequency() {
    return documentFrequency;
  }

  @Override
  public int maxImpact() {
    return maxImpact;
  }

  /**
   * How much the documents keep together: the share of blocks that they leave empty and would fill
   * if they were spread over their superblocks by chance.
   *
   * @return 0 to 1
   */
  public float clustering() {
    return clustering;
  }

  @Override
  public int superblock() {
    return superblock;
  }

  @Override
  public int advance(int target) throws IOException {
    while (superblock < target) {
      next();
    }
    return superblock;
  }

  /** Goes to the next superblock that has a posting, and gives its number or {@link #NO_MORE}. */
  public int next() throws IOException {
    if (limit - position < SuperblockForm.MAX_ENTRY_BYTES && filled < directoryEnd) {
      fill();
    }
    if (position == limit) {
      superblock = NO_MORE;
      return NO_MORE;
    }
    long header = readVLong();
    form = (int) header & SuperblockForm.MASK;
    long number = superblock + 1L + (header >>> SuperblockForm.BITS);
    length = (int) readVLong();
    payload = position;
    if (number >= superblocks || length < 1 || length > SuperblockForm.MAX_PAIRS) {
      throw corrupt("superblock " + number + " of " + superblocks + " with " + length + " pairs");
    }
    superblock = (int) number;
    position += payloadBytes();
    if (position > limit) {
      throw corrupt("the entry of superblock " + number + " goes beyond the directory");
    }
    if (isInline() == false) {
      postings = nextPostings;
      nextPostings += SuperblockForm.postingsBytes(form, length);
    }
    return superblock;
  }

  private boolean isInline() {
    return form <= SuperblockForm.PAIRS;
  }

  private int payloadBytes() throws IOException {
    return switch (form) {
      case SuperblockForm.TRIPLES -> Triples.BYTES * length;
      case SuperblockForm.PAIRS -> 2 * length;
      case SuperblockForm.SPARSE_MAXIMA -> {
        if (position + Long.BYTES > limit) {
          throw corrupt("the entry of superblock " + superblock + " goes beyond the directory");
        }
        yield Long.BYTES + Long.bitCount(blocks());
      }
      default -> Superblock.BLOCKS;
    };
  }

  private long blocks() {
    return (long) BitUtil.VH_LE_LONG.get(directory, payload);
  }

  private void fill() throws IOException {
    int kept = limit - position;
    System.arraycopy(directory, position, directory, 0, kept);
    int more = (int) Math.min(directory.length - kept, directoryEnd - filled);
    in.seek(filled);
    in.readBytes(directory, kept, more);
    filled += more;
    position = 0;
    limit = kept + more;
  }

  private long readVLong() throws IOException {
    if (position < limit && directory[position] >= 0) {
      return directory[position++];
    }
    long value = 0;
    for (int shift = 0; position < limit && shift < 63; shift += 7) {
      byte b = directory[position++];
      value |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw corrupt("a number after superblock " + superblock + " has no end");
  }

  private CorruptIndexException corrupt(String message) {
    return new CorruptIndexException(message, in);
  }

  /**
   * Adds to the bound of each block of this superblock: no less than weight × the block's largest
   * impact.
   *
   * @param bounds one a block
   * @param to the index of this superblock's first
   */
  public void addBounds(int weight, int[] bounds, int to) {
    switch (form) {
      case SuperblockForm.TRIPLES -> addTripleMaxima(weight, bounds, to);
      case SuperblockForm.PAIRS -> addPairMaxima(weight, bounds, to);
      case SuperblockForm.SPARSE_MAXIMA -> {
        int maximum = payload + Long.BYTES;
        for (long left = blocks(); left != 0; left &= left - 1) {
          bounds[to + Long.numberOfTrailingZeros(left)] += weight * (directory[maximum++] & 0xFF);
        }
      }
      default -> loops.addMaxima(directory, payload, weight, bounds, to);
    }
  }

  private void addPairMaxima(int weight, int[] bounds, int to) {
    int document = 0;
    int block = -1;
    int others = 0;
    int largest = 0;
    for (int i = payload, end = payload + 2 * length; i < end; i += 2) {
      document += directory[i] & 0xFF;
      int its = (document & Superblock.MASK) >>> Superblock.BLOCK_BITS;
      int value = weight * (directory[i + 1] & 0xFF);
      boolean same = its == block;
      others = same ? others : bounds[to + its];
      largest = same ? Math.max(largest, value) : value;
      bounds[to + its] = others + largest;
      block = its;
    }
  }

  private void addTripleMaxima(int weight, int[] bounds, int to) {
    int block = -1;
    int others = 0;
    int largest = 0;
    for (int i = payload, end = payload + Triples.BYTES * length; i < end; i += Triples.BYTES) {
      int its = Triples.document(directory, i) >>> Superblock.BLOCK_BITS;
      int value = weight * (directory[i + 2] & 0xFF);
      boolean same = its == block;
      others = same ? others : bounds[to + its];
      largest = same ? Math.max(largest, value) : value;
      bounds[to + its] = others + largest;
      block = its;
    }
  }

  /**
   * Where this superblock's postings are, for {@link PlacedImpacts}.
   *
   * @return not 0
   */
  public long place() {
    return PlacedImpacts.place(isInline() ? filled - limit + payload : postings, length, form);
  }

  /** Reads superblocks of this and all other terms of the field, in this segment, by places. */
  public PlacedImpacts placed() {
    return new PlacedImpacts(in);
  }

  @Override
  public void addScores(int weight, int[] scores) throws IOException {
    if (form == SuperblockForm.PAIRS) {
      loops.addPairs(directory, payload, length, 0, weight, scores);
    } else if (form == SuperblockForm.TRIPLES) {
      Triples.addScores(directory, payload, length, weight, scores);
    } else {
      int from =
          loadAhead(postings, SuperblockForm.postingsBytes(form, length))
              + SuperblockForm.SECTION_STARTS_BYTES;
      loops.addPairs(loaded, from, length, 0, weight, scores);
    }
  }

  /** Puts these bytes of the file at the start of {@link #loaded}. */
  private void load(long at, int bytes) throws IOException {
    loaded = ArrayUtil.growNoCopy(loaded, bytes);
    in.seek(at);
    in.readBytes(loaded, 0, bytes);
    loadedFrom = at;
    loadedBytes = bytes;
  }

  /**
   * Puts these bytes of the postings into {@link #loaded}, with many that follow: the next
   * superblock will want them, and memory is quickest in long stretches.
   *
   * @return where in {@link #loaded} they are
   */
  private int loadAhead(long at, int bytes) throws IOException {
    if (at < loadedFrom || at + bytes > loadedFrom + loadedBytes) {
      load(at, (int) Math.max(bytes, Math.min(READ_AHEAD, postingsEnd - at)));
    }
    return (int) (at - loadedFrom);
  }

  /** The largest impact in this superblock. */
  int largestImpact() {
    int largest = 0;
    switch (form) {
      case SuperblockForm.TRIPLES, SuperblockForm.PAIRS -> {
        int step = form == SuperblockForm.PAIRS ? 2 : 3;
        for (int i = payload + step - 1, end = payload + step * length; i < end; i += step) {
          largest = Math.max(largest, directory[i] & 0xFF);
        }
      }
      default -> {
        int from = form == SuperblockForm.DENSE_MAXIMA ? payload : payload + Long.BYTES;
        for (int i = from; i < position; i++) {
          largest = Math.max(largest, directory[i] & 0xFF);
        }
      }
    }
    return largest;
  }

  /** How many postings {@link #read} gives at most. */
  int lengthAtMost() {
    return length;
  }

  /**
   * Reads this superblock's postings.
   *
   * @param documents gets the numbers in the superblock, ascending
   * @param impacts gets their impacts
   * @return how many
   */
  int read(short[] documents, byte[] impacts) throws IOException {
    int count = 0;
    if (form == SuperblockForm.TRIPLES) {
      for (int i = payload, end = payload + Triples.BYTES * length; i < end; i += Triples.BYTES) {
        documents[count] = (short) Triples.document(directory, i);
        impacts[count++] = directory[i + 2];
      }
      return count;
    }
    byte[] pairs = directory;
    int from = payload;
    if (form != SuperblockForm.PAIRS) {
      from =
          loadAhead(postings, SuperblockForm.postingsBytes(form, length))
              + SuperblockForm.SECTION_STARTS_BYTES;
      pairs = loaded;
    }
    int document = 0;
    for (int i = from, end = from + 2 * length; i < end; i += 2) {
      document += pairs[i] & 0xFF;
      documents[count] = (short) document;
      impacts[count] = pairs[i + 1];
      count += pairs[i + 1] == 0 ? 0 : 1;
    }
    if (document > Superblock.MASK) {
      throw corrupt("superblock " + superblock + " has a document [" + document + "]");
    }
    return count;
  }
}
