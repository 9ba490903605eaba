package org.learnedsparse.engine;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.PostingsFormat;
import org.apache.lucene.codecs.lucene912.Lucene912PostingsFormat;
import org.apache.lucene.codecs.perfield.PerFieldPostingsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.elasticsearch.common.util.BigArrays;
import org.elasticsearch.index.codec.CodecService;
import org.elasticsearch.test.ESTestCase;
import org.learnedsparse.postings.ImpactPostingsFormat;

/** What an index writer writes with the codec. */
public class ImpactCodecTests extends ESTestCase {
  private static final String ELASTICSEARCHS = "ES812Postings";

  private final Set<String> asImpacts = ConcurrentHashMap.newKeySet();

  private static Codec elasticsearchs(String name) {
    return new CodecService(null, BigArrays.NON_RECYCLING_INSTANCE).codec(name);
  }

  private static Document document(String... fields) {
    FieldType type = new FieldType();
    type.setTokenized(true);
    type.setOmitNorms(true);
    type.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    type.freeze();
    Document document = new Document();
    document.add(new StringField("id", "1", Field.Store.YES));
    for (String field : fields) {
      document.add(new Field(field, "leaf sun leaf", type));
    }
    return document;
  }

  /** The postings format and its number in the segment's file names, by field. */
  private static Map<String, String> formats(SegmentReader segment) {
    Map<String, String> formats = new LinkedHashMap<>();
    for (FieldInfo field : segment.getFieldInfos()) {
      formats.put(
          field.name,
          field.getAttribute(PerFieldPostingsFormat.PER_FIELD_FORMAT_KEY)
              + "_"
              + field.getAttribute(PerFieldPostingsFormat.PER_FIELD_SUFFIX_KEY));
    }
    return formats;
  }

  private static SegmentReader onlySegment(DirectoryReader reader) {
    assertEquals(1, reader.leaves().size());
    return (SegmentReader) reader.leaves().get(0).reader();
  }

  public void testOnlyTheChosenFieldsAreImpacts() throws IOException {
    for (String name :
        List.of("default", "best_compression", "legacy_default", "legacy_best_compression")) {
      onlyTheChosenFieldsAreImpacts(name);
    }
  }

  private void onlyTheChosenFieldsAreImpacts(String name) throws IOException {
    asImpacts.addAll(Set.of("weights", "more"));
    Codec theirs = elasticsearchs(name);
    Codec codec = ImpactCodec.wrap(theirs, asImpacts::contains);
    assertEquals(theirs.getName(), codec.getName());
    try (ByteBuffersDirectory directory = new ByteBuffersDirectory()) {
      try (IndexWriter writer =
          new IndexWriter(directory, new IndexWriterConfig().setCodec(codec))) {
        writer.addDocument(document("weights", "body"));
        writer.flush();
        writer.addDocument(document("weights", "more"));
        writer.forceMerge(1);
      }
      // Opened afresh, so by the codec that the segment names.
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentReader segment = onlySegment(reader);
        assertEquals(theirs.getName(), segment.getSegmentInfo().info.getCodec().getName());
        assertEquals(
            Map.of(
                "id", ELASTICSEARCHS + "_0",
                "body", ELASTICSEARCHS + "_0",
                "weights", ImpactPostingsFormat.NAME + "_0",
                "more", ImpactPostingsFormat.NAME + "_0"),
            formats(segment));
        assertEquals(2, segment.docFreq(new Term("weights", "leaf")));
        assertEquals(4, segment.totalTermFreq(new Term("weights", "leaf")));
        assertEquals(1, segment.docFreq(new Term("more", "sun")));
        assertEquals(1, segment.docFreq(new Term("body", "sun")));
      }
    }
  }

  /** An index from before the plugin, or from an engine without this codec. */
  public void testAMergeBringsOldSegmentsOver() throws IOException {
    Codec theirs = elasticsearchs("default");
    try (ByteBuffersDirectory directory = new ByteBuffersDirectory()) {
      for (Codec codec : new Codec[] {theirs, ImpactCodec.wrap(theirs, asImpacts::contains)}) {
        try (IndexWriter writer =
            new IndexWriter(directory, new IndexWriterConfig().setCodec(codec))) {
          writer.addDocument(document("weights"));
        }
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          for (var leaf : reader.leaves()) {
            assertEquals(
                ELASTICSEARCHS + "_0", formats((SegmentReader) leaf.reader()).get("weights"));
          }
        }
      }
      asImpacts.add("weights");
      try (IndexWriter writer =
          new IndexWriter(
              directory,
              new IndexWriterConfig().setCodec(ImpactCodec.wrap(theirs, asImpacts::contains)))) {
        writer.forceMerge(1);
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentReader segment = onlySegment(reader);
        assertEquals(ImpactPostingsFormat.NAME + "_0", formats(segment).get("weights"));
        assertEquals(4, segment.totalTermFreq(new Term("weights", "leaf")));
      }
      // And back, as an engine without this codec would do.
      try (IndexWriter writer =
          new IndexWriter(directory, new IndexWriterConfig().setCodec(theirs))) {
        writer.addDocument(document("weights"));
        writer.forceMerge(1);
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentReader segment = onlySegment(reader);
        assertEquals(ELASTICSEARCHS + "_0", formats(segment).get("weights"));
        assertEquals(6, segment.totalTermFreq(new Term("weights", "leaf")));
      }
    }
  }

  public void testACodecWithoutAFormatPerFieldStaysAsItIs() {
    Codec theirs = elasticsearchs("default");
    Codec uniform =
        new FilterCodec(theirs.getName(), theirs) {
          private final PostingsFormat postings = new Lucene912PostingsFormat();

          @Override
          public PostingsFormat postingsFormat() {
            return postings;
          }
        };
    assertSame(uniform, ImpactCodec.wrap(uniform, field -> true));
  }
}
