package org.learnedsparse.postings;

import java.io.IOException;
import org.apache.lucene.codecs.BlockTermState;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.PostingsReaderBase;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.ImpactsEnum;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.store.DataInput;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.IOUtils;

/** Reads what {@link ImpactPostingsWriter} wrote. Nothing of the data stays on the heap. */
final class ImpactPostingsReader extends PostingsReaderBase {
  private final IndexInput in;
  private final int maxDoc;

  ImpactPostingsReader(SegmentReadState state) throws IOException {
    maxDoc = state.segmentInfo.maxDoc();
    String name =
        IndexFileNames.segmentFileName(
            state.segmentInfo.name, state.segmentSuffix, ImpactPostingsFormat.EXTENSION);
    in = state.directory.openInput(name, state.context);
    boolean success = false;
    try {
      checkHeader(in, ImpactPostingsFormat.CODEC, state);
      // The whole file is too large to sum up here; this finds a file that was cut short.
      CodecUtil.retrieveChecksum(in);
      success = true;
    } finally {
      if (success == false) {
        IOUtils.closeWhileHandlingException(in);
      }
    }
  }

  private static void checkHeader(IndexInput in, String codec, SegmentReadState state)
      throws IOException {
    CodecUtil.checkIndexHeader(
        in,
        codec,
        ImpactPostingsFormat.VERSION_START,
        ImpactPostingsFormat.VERSION_CURRENT,
        state.segmentInfo.getId(),
        state.segmentSuffix);
  }

  @Override
  public void init(IndexInput terms, SegmentReadState state) throws IOException {
    checkHeader(terms, ImpactPostingsFormat.TERMS_CODEC, state);
    int bits = terms.readVInt();
    if (bits != Superblock.BITS) {
      throw new CorruptIndexException(
          "superblocks of 2^" + bits + " documents, not 2^" + Superblock.BITS, terms);
    }
  }

  @Override
  public ImpactTermState newTermState() {
    return new ImpactTermState();
  }

  @Override
  public void decodeTerm(
      DataInput terms, FieldInfo field, BlockTermState termState, boolean absolute)
      throws IOException {
    ImpactTermState state = (ImpactTermState) termState;
    long before = absolute ? 0 : state.end();
    state.start = before + terms.readVLong();
    state.postingsLength = terms.readVLong();
    state.directoryLength = terms.readVLong();
    state.maxImpact = Byte.toUnsignedInt(terms.readByte());
    state.clustering = Byte.toUnsignedInt(terms.readByte());
  }

  @Override
  public PostingsEnum postings(FieldInfo field, BlockTermState state, PostingsEnum reuse, int flags)
      throws IOException {
    TermImpacts term = term(state);
    return reuse instanceof ImpactPostingsEnum known
        ? known.reset(term)
        : new ImpactPostingsEnum(term);
  }

  @Override
  public ImpactsEnum impacts(FieldInfo field, BlockTermState state, int flags) throws IOException {
    return new ImpactPostingsEnum(term(state));
  }

  private TermImpacts term(BlockTermState termState) throws IOException {
    ImpactTermState state = (ImpactTermState) termState;
    if (state.isWithin(in.length()) == false) {
      throw new CorruptIndexException("a term's postings go beyond the file: " + state, in);
    }
    return new TermImpacts(in.clone(), state, maxDoc);
  }

  @Override
  public void checkIntegrity() throws IOException {
    CodecUtil.checksumEntireFile(in);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  @Override
  public String toString() {
    return "ImpactPostingsReader(" + in + ")";
  }
}
