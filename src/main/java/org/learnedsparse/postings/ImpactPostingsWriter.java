package org.learnedsparse.postings;

import java.io.IOException;
import org.apache.lucene.codecs.BlockTermState;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.PushPostingsWriterBase;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.store.ByteBuffersDataOutput;
import org.apache.lucene.store.DataOutput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.IOUtils;

/**
 * Writes postings term by term. On the heap are one superblock, and one term's directory: at most
 * some 80 bytes a superblock of the segment.
 */
final class ImpactPostingsWriter extends PushPostingsWriterBase {
  private final IndexOutput out;
  private final SuperblockWriter superblock = new SuperblockWriter();
  private final ByteBuffersDataOutput directory = ByteBuffersDataOutput.newResettableInstance();

  private long start;
  private int current;
  private int written;
  private int maxImpact;

  /** The last term written to the terms' dictionary, whose end is where the next starts. */
  private ImpactTermState last;

  ImpactPostingsWriter(SegmentWriteState state) throws IOException {
    String name =
        IndexFileNames.segmentFileName(
            state.segmentInfo.name, state.segmentSuffix, ImpactPostingsFormat.EXTENSION);
    out = state.directory.createOutput(name, state.context);
    boolean success = false;
    try {
      CodecUtil.writeIndexHeader(
          out,
          ImpactPostingsFormat.CODEC,
          ImpactPostingsFormat.VERSION_CURRENT,
          state.segmentInfo.getId(),
          state.segmentSuffix);
      success = true;
    } finally {
      if (success == false) {
        IOUtils.closeWhileHandlingException(out);
      }
    }
  }

  @Override
  public void init(IndexOutput terms, SegmentWriteState state) throws IOException {
    CodecUtil.writeIndexHeader(
        terms,
        ImpactPostingsFormat.TERMS_CODEC,
        ImpactPostingsFormat.VERSION_CURRENT,
        state.segmentInfo.getId(),
        state.segmentSuffix);
    terms.writeVInt(Superblock.BITS);
  }

  @Override
  public void setField(FieldInfo field) {
    super.setField(field);
    if (indexOptions != IndexOptions.DOCS_AND_FREQS) {
      throw new IllegalArgumentException(
          "field ["
              + field.name
              + "] indexes "
              + indexOptions
              + "; the postings format "
              + ImpactPostingsFormat.NAME
              + " holds "
              + IndexOptions.DOCS_AND_FREQS
              + " alone");
    }
  }

  @Override
  public ImpactTermState newTermState() {
    return new ImpactTermState();
  }

  @Override
  public void startTerm(NumericDocValues norms) {
    start = out.getFilePointer();
    current = -1;
    written = -1;
    maxImpact = 0;
  }

  @Override
  public void startDoc(int document, int impact) throws IOException {
    if (impact < 1 || impact > 255) {
      throw new IllegalArgumentException(
          "field ["
              + fieldInfo.name
              + "], document ["
              + document
              + "]: the frequency is ["
              + impact
              + "]; an impact is 1 to 255");
    }
    int its = document >>> Superblock.BITS;
    if (its != current) {
      writeSuperblock();
      current = its;
    }
    superblock.add(document & Superblock.MASK, impact);
    maxImpact = Math.max(maxImpact, impact);
  }

  private void writeSuperblock() throws IOException {
    if (superblock.isEmpty() == false) {
      superblock.write(current - written - 1, directory, out);
      written = current;
    }
  }

  @Override
  public void addPosition(int position, BytesRef payload, int startOffset, int endOffset) {
    throw new UnsupportedOperationException("impacts have no positions");
  }

  @Override
  public void finishDoc() {}

  @Override
  public void finishTerm(BlockTermState termState) throws IOException {
    writeSuperblock();
    ImpactTermState state = (ImpactTermState) termState;
    state.start = start;
    state.postingsLength = out.getFilePointer() - start;
    state.directoryLength = directory.size();
    state.maxImpact = maxImpact;
    state.clustering = superblock.finishTerm();
    directory.copyTo(out);
    directory.reset();
  }

  @Override
  public void encodeTerm(
      DataOutput terms, FieldInfo field, BlockTermState termState, boolean absolute)
      throws IOException {
    ImpactTermState state = (ImpactTermState) termState;
    terms.writeVLong(absolute ? state.start : state.start - last.end());
    terms.writeVLong(state.postingsLength);
    terms.writeVLong(state.directoryLength);
    terms.writeByte((byte) state.maxImpact);
    terms.writeByte((byte) state.clustering);
    last = state;
  }

  @Override
  public void close() throws IOException {
    boolean success = false;
    try {
      CodecUtil.writeFooter(out);
      success = true;
    } finally {
      if (success) {
        out.close();
      } else {
        IOUtils.closeWhileHandlingException(out);
      }
    }
  }
}
