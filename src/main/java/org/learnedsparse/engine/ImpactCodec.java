package org.learnedsparse.engine;

import java.util.function.Predicate;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.PostingsFormat;
import org.apache.lucene.codecs.perfield.PerFieldPostingsFormat;
import org.learnedsparse.postings.ImpactPostingsFormat;

/**
 * Another codec, except that some fields' postings are written as impacts.
 *
 * <p>It keeps the other codec's name, which is what a segment records: the segment is read by the
 * other codec, from whichever plugins are there, and only the fields written as impacts need this
 * plugin.
 */
final class ImpactCodec extends FilterCodec {
  /** One instance: Lucene puts fields into the same files if their format is the same object. */
  private static final PostingsFormat IMPACTS = new ImpactPostingsFormat();

  private final PostingsFormat postingsFormat;

  private ImpactCodec(Codec delegate, PerFieldPostingsFormat others, Predicate<String> asImpacts) {
    super(delegate.getName(), delegate);
    this.postingsFormat =
        new PerFieldPostingsFormat() {
          @Override
          public PostingsFormat getPostingsFormatForField(String field) {
            return asImpacts.test(field) ? IMPACTS : others.getPostingsFormatForField(field);
          }
        };
  }

  /**
   * Wraps a codec.
   *
   * @param asImpacts whether the field of this name is to be written as impacts; asked at each
   *     flush and merge
   * @return the codec itself if it does not choose the postings format by field, as Elasticsearch's
   *     and Lucene's own do: it could not read what another format wrote
   */
  static Codec wrap(Codec codec, Predicate<String> asImpacts) {
    return codec.postingsFormat() instanceof PerFieldPostingsFormat perField
        ? new ImpactCodec(codec, perField, asImpacts)
        : codec;
  }

  @Override
  public PostingsFormat postingsFormat() {
    return postingsFormat;
  }
}
