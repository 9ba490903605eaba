package org.learnedsparse.postings;

import java.util.Set;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.PostingsFormat;
import org.apache.lucene.codecs.lucene912.Lucene912Codec;

/** Lucene's codec, with this package's postings for some fields. */
public final class ImpactCodec {
  private ImpactCodec() {}

  /** A codec to write with; segments are read by the formats' names. */
  public static Codec forFields(String... impacts) {
    Set<String> fields = Set.of(impacts);
    return new Lucene912Codec() {
      private final PostingsFormat format = new ImpactPostingsFormat();

      @Override
      public PostingsFormat getPostingsFormatForField(String field) {
        return fields.contains(field) ? format : super.getPostingsFormatForField(field);
      }
    };
  }
}
