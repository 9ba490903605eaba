package org.learnedsparse.postings;

import java.io.IOException;
import org.apache.lucene.codecs.FieldsConsumer;
import org.apache.lucene.codecs.FieldsProducer;
import org.apache.lucene.codecs.PostingsFormat;
import org.apache.lucene.codecs.PostingsReaderBase;
import org.apache.lucene.codecs.PostingsWriterBase;
import org.apache.lucene.codecs.lucene90.blocktree.Lucene90BlockTreeTermsReader;
import org.apache.lucene.codecs.lucene90.blocktree.Lucene90BlockTreeTermsWriter;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.util.IOUtils;

/**
 * Postings of 8-bit impacts, laid out to be added up without decoding, with the largest impact of
 * every block of documents beside them. For fields that index documents and frequencies, no
 * positions; a frequency is an impact, 1 to 255. The package's description has the file format.
 */
public final class ImpactPostingsFormat extends PostingsFormat {
  /** The name that segments keep. */
  public static final String NAME = "LearnedSparseImpacts";

  static final String CODEC = "LearnedSparseImpactsDoc";
  static final String TERMS_CODEC = "LearnedSparseImpactsTerms";

  /**
   * One of Lucene's own extensions: Elasticsearch knows no others, and maps this one into memory.
   */
  static final String EXTENSION = "doc";

  static final int VERSION_START = 0;
  static final int VERSION_CURRENT = VERSION_START;

  /** Called by Lucene, which finds the format by its name. */
  public ImpactPostingsFormat() {
    super(NAME);
  }

  @Override
  public FieldsConsumer fieldsConsumer(SegmentWriteState state) throws IOException {
    PostingsWriterBase postings = new ImpactPostingsWriter(state);
    boolean success = false;
    try {
      FieldsConsumer fields =
          new Lucene90BlockTreeTermsWriter(
              state,
              postings,
              Lucene90BlockTreeTermsWriter.DEFAULT_MIN_BLOCK_SIZE,
              Lucene90BlockTreeTermsWriter.DEFAULT_MAX_BLOCK_SIZE);
      success = true;
      return fields;
    } finally {
      if (success == false) {
        IOUtils.closeWhileHandlingException(postings);
      }
    }
  }

  @Override
  public FieldsProducer fieldsProducer(SegmentReadState state) throws IOException {
    PostingsReaderBase postings = new ImpactPostingsReader(state);
    boolean success = false;
    try {
      FieldsProducer fields = new Lucene90BlockTreeTermsReader(postings, state);
      success = true;
      return fields;
    } finally {
      if (success == false) {
        IOUtils.closeWhileHandlingException(postings);
      }
    }
  }
}
