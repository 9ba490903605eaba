package org.learnedsparse.postings;

import java.io.IOException;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FieldsConsumer;
import org.apache.lucene.codecs.FieldsProducer;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.PostingsFormat;
import org.apache.lucene.codecs.lucene912.Lucene912Codec;
import org.apache.lucene.codecs.lucene912.Lucene912PostingsFormat;
import org.apache.lucene.codecs.perfield.PerFieldPostingsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.index.BasePostingsFormatTestCase;
import org.apache.lucene.tests.index.RandomPostingsTester;

/**
 * Lucene's own tests of a postings format, on ours.
 *
 * <p>Our format holds fields that index documents and frequencies, and nothing else. The codec here
 * gives it these fields, through {@link RankedImpactsFormat} because Lucene's random frequencies go
 * up to 1000, and gives all other fields to Lucene's own format, as Elasticsearch's engine does.
 * What that means for the inherited tests:
 *
 * <ul>
 *   <li>Entirely on our format: {@code testDocsAndFreqs} (many times over), {@code
 *       testPostingsEnumFreqs}.
 *   <li>With both formats in one segment: {@code testRandom}, which draws the options of each
 *       field; {@code testMergeStability}, {@code testRandomExceptions} and {@code
 *       testCheckIntegrityReadsAllBytes}, whose documents have a field of each option.
 *   <li>They say nothing about our format, because no field of theirs indexes documents and
 *       frequencies alone: {@code testDocsOnly}, {@code testDocsAndFreqsAndPositions...}, {@code
 *       testPostingsEnumReuse}, {@code testPostingsEnumDocsOnly}, {@code ...Positions}, {@code
 *       ...Offsets}, {@code ...Payloads}, {@code ...All}, {@code testJustEmptyField}, {@code
 *       testEmptyFieldAndEmptyTerm}, {@code testDidntWantFreqsButAskedAnyway}, {@code
 *       testAskForPositionsWhenNotThere}, {@code testGhosts}, {@code testLevel2Ghosts}, {@code
 *       testDisorder}, {@code testBinarySearchTermLeaf}, {@code testInvertedWrite}, {@code
 *       testMultiClose}, {@code testMismatchedFields}, {@code testLineFileDocs}. That the format
 *       refuses such fields, and how it fares with empty terms, ghost fields and closing twice, is
 *       in {@link ImpactFormatTest}.
 * </ul>
 */
public class ImpactPostingsFormatTests extends BasePostingsFormatTestCase {
  private static final int ROUNDS = 8;

  private final Codec codec =
      new FilterCodec("Lucene912", new Lucene912Codec()) {
        private final PostingsFormat format = new RoutingFormat();

        @Override
        public PostingsFormat postingsFormat() {
          return format;
        }
      };

  @Override
  protected Codec getCodec() {
    return codec;
  }

  /** Chooses a field's format by what it indexes, which Lucene's own does not tell the chooser. */
  private static final class RoutingFormat extends PostingsFormat {
    private final PostingsFormat impacts = new RankedImpactsFormat();
    private final PostingsFormat others = new Lucene912PostingsFormat();

    RoutingFormat() {
      super(PerFieldPostingsFormat.PER_FIELD_NAME);
    }

    private PostingsFormat byField(FieldInfos fields) {
      return new PerFieldPostingsFormat() {
        @Override
        public PostingsFormat getPostingsFormatForField(String name) {
          FieldInfo field = fields.fieldInfo(name);
          return field.getIndexOptions() == IndexOptions.DOCS_AND_FREQS ? impacts : others;
        }
      };
    }

    @Override
    public FieldsConsumer fieldsConsumer(SegmentWriteState state) throws IOException {
      return byField(state.fieldInfos).fieldsConsumer(state);
    }

    @Override
    public FieldsProducer fieldsProducer(SegmentReadState state) throws IOException {
      return byField(state.fieldInfos).fieldsProducer(state);
    }
  }

  /** Other random postings each time. */
  @Override
  public void testDocsAndFreqs() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      new RandomPostingsTester(random())
          .testFull(
              getCodec(),
              createTempDir("impacts"),
              IndexOptions.DOCS_AND_FREQS,
              /* withPayloads= */ false);
    }
  }

  /** The premise of the others: that frequencies alone do go through our format. */
  public void testFrequenciesGoThroughTheFormat() throws IOException {
    FieldType type = new FieldType();
    type.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    Document document = new Document();
    document.add(new Field("field", "value", type));
    try (Directory directory = newDirectory()) {
      try (IndexWriter writer =
          new IndexWriter(directory, newIndexWriterConfig().setCodec(getCodec()))) {
        writer.addDocument(document);
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        TermsEnum terms = getOnlyLeafReader(reader).terms("field").iterator();
        assertNotNull(terms.next());
        assertTrue(terms.postings(null, PostingsEnum.FREQS) instanceof ImpactPostingsEnum);
      }
    }
  }
}
