package org.learnedsparse.postings;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.PostingsFormat;
import org.apache.lucene.codecs.lucene912.Lucene912Codec;

/** Lucene's codec, with this package's postings for one field. */
public final class ImpactCodec {
  private ImpactCodec() {}

  /** A codec to write with; segments are read by the formats' names. */
  public static Codec forField(String impacts) {
    return new Lucene912Codec() {
      private final PostingsFormat format = new ImpactPostingsFormat();

      @Override
      public PostingsFormat getPostingsFormatForField(String field) {
        return field.equals(impacts) ? format : super.getPostingsFormatForField(field);
      }
    };
  }
}
