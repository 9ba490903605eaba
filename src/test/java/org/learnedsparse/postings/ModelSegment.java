package org.learnedsparse.postings;

import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.lucene.codecs.FieldsConsumer;
import org.apache.lucene.codecs.FieldsProducer;
import org.apache.lucene.codecs.PostingsFormat;
import org.apache.lucene.codecs.lucene912.Lucene912Codec;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FlushInfo;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.InfoStream;
import org.apache.lucene.util.StringHelper;
import org.apache.lucene.util.Version;

/**
 * A segment of nothing but postings in this package's format, written and read without an index
 * writer: its documents need not exist, so there can be billions.
 */
final class ModelSegment {
  private final SegmentInfo info;
  private final FieldInfos fieldInfos;
  private final SortedMap<String, SortedMap<BytesRef, ModelPostings>> fields = new TreeMap<>();

  /**
   * @param fields a field's name, and what it indexes
   */
  ModelSegment(Directory directory, int maxDoc, Map<String, IndexOptions> fields) {
    info =
        new SegmentInfo(
            directory,
            Version.LATEST,
            Version.LATEST,
            "_0",
            maxDoc,
            /* isCompoundFile= */ false,
            /* hasBlocks= */ false,
            new Lucene912Codec(),
            Map.of(),
            StringHelper.randomId(),
            Map.of(),
            null);
    fieldInfos =
        new FieldInfos(
            fields.entrySet().stream()
                .map(field -> fieldInfo(field.getKey(), field.getValue(), fields))
                .toArray(FieldInfo[]::new));
    for (String field : fields.keySet()) {
      this.fields.put(field, new TreeMap<>());
    }
  }

  private static FieldInfo fieldInfo(
      String name, IndexOptions options, Map<String, IndexOptions> fields) {
    return new FieldInfo(
        name,
        (int) fields.keySet().stream().filter(other -> other.compareTo(name) < 0).count(),
        /* storeTermVector= */ false,
        /* omitNorms= */ true,
        /* storePayloads= */ false,
        options,
        DocValuesType.NONE,
        /* dvGen= */ -1,
        Map.of(),
        0,
        0,
        0,
        0,
        VectorEncoding.FLOAT32,
        VectorSimilarityFunction.EUCLIDEAN,
        /* softDeletesField= */ false,
        /* isParentField= */ false);
  }

  void put(String field, String term, ModelPostings postings) {
    fields.get(field).put(new BytesRef(term), postings);
  }

  int maxDoc() {
    return info.maxDoc();
  }

  SortedMap<String, SortedMap<BytesRef, ModelPostings>> fields() {
    return fields;
  }

  /** Writes the postings with a format, which is closed twice, as Lucene may do. */
  void write(PostingsFormat format) throws IOException {
    try (FieldsConsumer consumer =
        format.fieldsConsumer(
            new SegmentWriteState(
                InfoStream.NO_OUTPUT,
                info.dir,
                info,
                fieldInfos,
                null,
                new IOContext(new FlushInfo(info.maxDoc(), 1 << 20))))) {
      consumer.write(new ModelFields(fields), null);
      IOUtils.close(consumer);
    }
  }

  /** Reads from the directory, or from another that has files of the same names. */
  FieldsProducer read(PostingsFormat format, Directory directory) throws IOException {
    return format.fieldsProducer(readState(directory));
  }

  /** Reads the postings without their dictionary. */
  ImpactPostingsReader reader(Directory directory) throws IOException {
    return new ImpactPostingsReader(readState(directory));
  }

  private SegmentReadState readState(Directory directory) {
    return new SegmentReadState(directory, info, fieldInfos, IOContext.DEFAULT);
  }
}
