package org.learnedsparse.postings;

import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.lucene.codecs.FieldsConsumer;
import org.apache.lucene.codecs.FieldsProducer;
import org.apache.lucene.codecs.NormsProducer;
import org.apache.lucene.codecs.PostingsFormat;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.Fields;
import org.apache.lucene.index.FilterLeafReader.FilterFields;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;

/**
 * {@link ImpactPostingsFormat} for tests whose frequencies go beyond 255: a field that has such is
 * written with the ranks of its frequencies instead, and read with the frequencies. Any other field
 * is written and read by the format alone, with nothing in between.
 *
 * <p>The total frequencies of a ranked field are those of its ranks. A field with more than 255
 * different frequencies is refused.
 */
public final class RankedImpactsFormat extends PostingsFormat {
  private static final String RANKS = RankedImpactsFormat.class.getSimpleName() + ".ranks";

  private final PostingsFormat impacts = new ImpactPostingsFormat();

  /** Called by Lucene. */
  public RankedImpactsFormat() {
    super("RankedImpacts");
  }

  /** The frequencies of a field by their ranks, or null if it is not ranked. */
  private static int[] ranks(FieldInfo field) {
    String ranks = field.getAttribute(RANKS);
    return ranks == null || ranks.isEmpty()
        ? null
        : Arrays.stream(ranks.split(",")).mapToInt(Integer::parseInt).toArray();
  }

  @Override
  public FieldsConsumer fieldsConsumer(SegmentWriteState state) throws IOException {
    FieldsConsumer consumer = impacts.fieldsConsumer(state);
    return new FieldsConsumer() {
      @Override
      public void write(Fields fields, NormsProducer norms) throws IOException {
        for (String field : fields) {
          // An attribute of a merged segment's field may have come from one of its sources.
          state.fieldInfos.fieldInfo(field).putAttribute(RANKS, rank(fields.terms(field)));
        }
        consumer.write(new RankedFields(fields, state.fieldInfos), norms);
      }

      @Override
      public void close() throws IOException {
        consumer.close();
      }
    };
  }

  private static String rank(Terms terms) throws IOException {
    TreeSet<Integer> frequencies = new TreeSet<>();
    if (terms != null) {
      TermsEnum iterator = terms.iterator();
      while (iterator.next() != null) {
        PostingsEnum postings = iterator.postings(null, PostingsEnum.FREQS);
        while (postings.nextDoc() != PostingsEnum.NO_MORE_DOCS) {
          frequencies.add(postings.freq());
        }
      }
    }
    if (frequencies.isEmpty() || frequencies.last() <= 255) {
      return "";
    }
    if (frequencies.size() > 255) {
      throw new IllegalArgumentException(frequencies.size() + " frequencies have no 8-bit ranks");
    }
    return frequencies.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static final class RankedFields extends FilterFields {
    private final FieldInfos infos;

    RankedFields(Fields fields, FieldInfos infos) {
      super(fields);
      this.infos = infos;
    }

    @Override
    public Terms terms(String field) throws IOException {
      Terms terms = in.terms(field);
      int[] ranks = ranks(infos.fieldInfo(field));
      return ranks == null || terms == null
          ? terms
          : new MappedTerms(terms, frequency -> 1 + Arrays.binarySearch(ranks, frequency));
    }
  }

  @Override
  public FieldsProducer fieldsProducer(SegmentReadState state) throws IOException {
    FieldsProducer producer = impacts.fieldsProducer(state);
    return new FieldsProducer() {
      @Override
      public Terms terms(String field) throws IOException {
        Terms terms = producer.terms(field);
        int[] ranks = ranks(state.fieldInfos.fieldInfo(field));
        return ranks == null || terms == null
            ? terms
            : new MappedTerms(terms, rank -> ranks[rank - 1]);
      }

      @Override
      public Iterator<String> iterator() {
        return producer.iterator();
      }

      @Override
      public int size() {
        return producer.size();
      }

      @Override
      public void checkIntegrity() throws IOException {
        producer.checkIntegrity();
      }

      @Override
      public void close() throws IOException {
        producer.close();
      }
    };
  }
}
