package org.learnedsparse.mapper;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.lessThan;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.BytesRef;
import org.elasticsearch.common.bytes.BytesReference;
import org.elasticsearch.core.CheckedConsumer;
import org.elasticsearch.index.mapper.DocumentParsingException;
import org.elasticsearch.index.mapper.IgnoredFieldMapper;
import org.elasticsearch.index.mapper.LuceneDocument;
import org.elasticsearch.index.mapper.MappedFieldType;
import org.elasticsearch.index.mapper.Mapper;
import org.elasticsearch.index.mapper.MapperParsingException;
import org.elasticsearch.index.mapper.MapperService;
import org.elasticsearch.index.mapper.MapperTestCase;
import org.elasticsearch.index.mapper.ParsedDocument;
import org.elasticsearch.index.mapper.SourceToParse;
import org.elasticsearch.index.mapper.TextSearchInfo;
import org.elasticsearch.index.mapper.ValueFetcher;
import org.elasticsearch.index.query.SearchExecutionContext;
import org.elasticsearch.plugins.MapperPlugin;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.search.lookup.Source;
import org.elasticsearch.xcontent.XContentBuilder;
import org.elasticsearch.xcontent.XContentType;
import org.junit.AssumptionViolatedException;
import org.learnedsparse.vector.InvalidWeightException;
import org.mockito.Mockito;

public class LearnedSparseFieldMapperTests extends MapperTestCase {
  private final WeightsAboveMaximum aboveMaximum = new WeightsAboveMaximum();

  /** The field type alone, with counts that this test can see. */
  private final class FieldTypePlugin extends Plugin implements MapperPlugin {
    @Override
    public Map<String, Mapper.TypeParser> getMappers() {
      return Map.of(LearnedSparseFieldMapper.TYPE, LearnedSparseFieldMapper.parser(aboveMaximum));
    }
  }

  @Override
  protected Collection<? extends Plugin> getPlugins() {
    return List.of(new FieldTypePlugin());
  }

  // What MapperTestCase asks for.

  @Override
  protected void minimalMapping(XContentBuilder b) throws IOException {
    b.field("type", "learned_sparse");
  }

  @Override
  protected Object getSampleValueForDocument() {
    return Map.of("plant", 1.9f, "leaf", 0.7f);
  }

  @Override
  protected Object getSampleObjectForDocument() {
    return getSampleValueForDocument();
  }

  @Override
  protected Object getSampleValueForQuery() {
    return "plant";
  }

  @Override
  protected boolean supportsIgnoreMalformed() {
    return false;
  }

  @Override
  protected boolean supportsStoredFields() {
    return false;
  }

  @Override
  protected boolean supportsCopyTo() {
    return false;
  }

  @Override
  protected void registerParameters(ParameterChecker checker) throws IOException {
    checker.registerConflictCheck("model", b -> b.field("model", "other"));
    checker.registerConflictCheck("max_weight", b -> b.field("max_weight", 3));
    checker.registerUpdateCheck(
        b -> b.field("meta", Map.of("unit", "none")),
        m -> assertThat(m.fieldType().meta(), equalTo(Map.of("unit", "none"))));
  }

  /** Four decimals, which a float's shortest form brings back. */
  @Override
  protected Map<String, Object> generateRandomInputValue(MappedFieldType type) {
    Map<String, Object> weights = new LinkedHashMap<>();
    for (int i = between(1, 20); i > 0; i--) {
      String term = randomFrom("", "##", ".", "Ġ", "a.b.") + randomAlphaOfLengthBetween(1, 9);
      weights.put(term, between(1, 40_000) / 10_000.0);
    }
    return weights;
  }

  /** There are no doc values to compare with: what is fetched is what was given. */
  @Override
  protected void assertFetch(MapperService service, String field, Object value, String format)
      throws IOException {
    MappedFieldType type = service.fieldType(field);
    SearchExecutionContext context = Mockito.mock(SearchExecutionContext.class);
    Mockito.when(context.isSourceEnabled()).thenReturn(true);
    Mockito.when(context.sourcePath(field)).thenReturn(Set.of(field));
    ParsedDocument document = service.documentMapper().parse(source(b -> b.field(field, value)));
    ValueFetcher fetcher = type.valueFetcher(context, format);
    Source source = Source.fromBytes(document.source());
    assertThat(
        fetcher.fetchValues(source, 0, new ArrayList<>()),
        equalTo(value instanceof List<?> list ? list : List.of(value)));
  }

  @Override
  protected SyntheticSourceSupport syntheticSourceSupport(boolean ignoreMalformed) {
    return new SyntheticSourceSupport() {
      @Override
      public boolean preservesExactSource() {
        return true;
      }

      @Override
      public SyntheticSourceExample example(int maxValues) {
        List<Map<String, Object>> values =
            randomList(1, maxValues, () -> generateRandomInputValue(null));
        Object value = values.size() == 1 ? values.get(0) : values;
        return new SyntheticSourceExample(
            value, value, LearnedSparseFieldMapperTests.this::minimalMapping);
      }

      @Override
      public List<SyntheticSourceInvalidExample> invalidExample() {
        return List.of();
      }
    };
  }

  @Override
  protected IngestScriptSupport ingestScriptSupport() {
    throw new AssumptionViolatedException("the type takes no script");
  }

  // What is stored.

  private MapperService service(CheckedConsumer<XContentBuilder, IOException> parameters)
      throws IOException {
    return createMapperService(
        fieldMapping(
            b -> {
              minimalMapping(b);
              parameters.accept(b);
            }));
  }

  private MapperService service() throws IOException {
    return service(b -> {});
  }

  /** The impacts by term that Lucene gives back for the first document. */
  private static Map<String, Integer> impacts(
      MapperService service, String field, LuceneDocument document) throws IOException {
    Map<String, Integer> impacts = new TreeMap<>();
    withLuceneIndex(
        service,
        writer -> writer.addDocument(document),
        reader -> impacts.putAll(impacts(reader, field)));
    return impacts;
  }

  private static Map<String, Integer> impacts(DirectoryReader reader, String field)
      throws IOException {
    Map<String, Integer> impacts = new TreeMap<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      TermsEnum terms = Terms.getTerms(leaf.reader(), field).iterator();
      for (BytesRef term = terms.next(); term != null; term = terms.next()) {
        PostingsEnum postings = terms.postings(null, PostingsEnum.FREQS);
        assertNotEquals(DocIdSetIterator.NO_MORE_DOCS, postings.nextDoc());
        impacts.put(term.utf8ToString(), postings.freq());
        assertEquals(DocIdSetIterator.NO_MORE_DOCS, postings.nextDoc());
      }
    }
    return impacts;
  }

  private Map<String, Integer> impacts(MapperService service, String json) throws IOException {
    return impacts(service, "field", service.documentMapper().parse(source(json)).rootDoc());
  }

  @Override
  protected void assertSearchable(MappedFieldType type) {
    assertTrue("indexed", type.isIndexed());
    assertTrue("searchable", type.isSearchable());
    assertSame("no text", TextSearchInfo.NONE, type.getTextSearchInfo());
  }

  public void testAWeightTooSmallForAFloatKeepsItsTerm() throws IOException {
    assertEquals(
        Map.of("tiny", 1, "x", 64), impacts(service(), "{\"field\": {\"tiny\": 1e-60, \"x\": 1}}"));
  }

  public void testAnImpactIsTheWeightInStepsOfTheMaximum() throws IOException {
    float maxWeight = randomFrom(0.5f, 1f, 3f, 4f, 12.25f, 255f, 1000f);
    MapperService service = service(b -> b.field("max_weight", maxWeight));
    Map<String, Object> weights = new LinkedHashMap<>();
    Map<String, Integer> expected = new TreeMap<>();
    for (int i = 0; i < 200; i++) {
      float weight = i == 0 ? maxWeight : maxWeight * (i % 10 == 1 ? 1e-7f : randomFloat());
      if (weight > 0) {
        weights.put("term" + i, weight);
        expected.put("term" + i, (int) Math.max(1, Math.round(weight * 255.0 / maxWeight)));
      }
    }
    ParsedDocument document =
        service.documentMapper().parse(source(b -> b.field("field", weights)));
    assertThat(impacts(service, "field", document.rootDoc()), equalTo(expected));
    assertThat(expected.get("term0"), equalTo(255));
    assertThat(expected.get("term1"), equalTo(1));
  }

  public void testTermsAreTakenAsTheyAre() throws IOException {
    assertThat(
        impacts(
            service(),
            "{\"field\": {\"a.b\": 4, \".\": 4, \"..\": 4, \"a.\": 4, \"##ing\": 4, \"Ġword\": 4,"
                + " \" \": 4, \"[CLS]\": 4, \"𝒳\": 4, \"type\": 4, \"properties\": 4}}"),
        equalTo(
            Map.ofEntries(
                Map.entry("a.b", 255),
                Map.entry(".", 255),
                Map.entry("..", 255),
                Map.entry("a.", 255),
                Map.entry("##ing", 255),
                Map.entry("Ġword", 255),
                Map.entry(" ", 255),
                Map.entry("[CLS]", 255),
                Map.entry("𝒳", 255),
                Map.entry("type", 255),
                Map.entry("properties", 255))));
  }

  public void testTheLongestTermIsStored() throws IOException {
    String longest = "é".repeat(32_766 / 2);
    assertThat(
        impacts(service(), "{\"field\": {\"" + longest + "\": 4}}"), equalTo(Map.of(longest, 255)));
  }

  public void testObjectsInAnArrayMergeByMaximum() throws IOException {
    Map<String, Integer> expected = Map.of("a", 255, "b", 64, "c", 1);
    for (String json :
        List.of(
            "{\"field\": [{\"a\": 1, \"b\": 1}, {\"a\": 4, \"c\": 0.001}, {\"b\": 0.5}]}",
            "{\"field\": [null, {\"a\": 4, \"b\": 1}, {}, {\"a\": 0}, {\"c\": 0.001, \"a\": 1}]}",
            "{\"field\": [[{\"a\": 4}], [{\"b\": 1}, {\"c\": 0.001}]]}")) {
      assertThat(json, impacts(service(), json), equalTo(expected));
    }
  }

  public void testAFieldOfObjectsInAnArrayMergesByMaximum() throws IOException {
    MapperService service =
        createMapperService(
            mapping(
                b -> {
                  b.startObject("part").startObject("properties").startObject("weights");
                  minimalMapping(b);
                  b.endObject().endObject().endObject();
                }));
    for (String json :
        List.of(
            "{\"part\": [{\"weights\": {\"a.x\": 1}}, {\"weights\": {\"a.x\": 4, \"b\": 2}}]}",
            "{\"part.weights\": [{\"a.x\": 1}, {\"a.x\": 4, \"b\": 2}]}",
            "{\"part.weights\": {\"a.x\": 1}, \"part\": {\"weights\": {\"a.x\": 4, \"b\": 2}}}")) {
      ParsedDocument document = service.documentMapper().parse(source(json));
      assertThat(
          json,
          impacts(service, "part.weights", document.rootDoc()),
          equalTo(Map.of("a.x", 255, "b", 128)));
      assertNull("a term became a field", document.dynamicMappingsUpdate());
    }
  }

  public void testANestedDocumentHasItsOwnWeights() throws IOException {
    MapperService service =
        createMapperService(
            mapping(
                b -> {
                  b.startObject("passage").field("type", "nested");
                  b.startObject("properties").startObject("weights");
                  minimalMapping(b);
                  b.endObject().endObject().endObject();
                }));
    ParsedDocument document =
        service
            .documentMapper()
            .parse(
                source(
                    "{\"passage\": [{\"weights\": {\"a\": 1}},"
                        + " {\"weights\": [{\"a\": 4}, {\"b\": 2}]}]}"));
    assertThat(document.docs().size(), equalTo(3));
    Iterator<LuceneDocument> documents = document.docs().iterator();
    assertThat(impacts(service, "passage.weights", documents.next()), equalTo(Map.of("a", 64)));
    assertThat(
        impacts(service, "passage.weights", documents.next()), equalTo(Map.of("a", 255, "b", 128)));
    assertThat(impacts(service, "passage.weights", documents.next()), equalTo(Map.of()));
  }

  public void testDocumentsAreIndexedTogether() throws IOException {
    MapperService service = service();
    withLuceneIndex(
        service,
        writer -> {
          for (int i = 0; i < 50; i++) {
            Map<String, Float> weights = Map.of("only" + i, 4f * (i + 1) / 255);
            writer.addDocument(
                service.documentMapper().parse(source(b -> b.field("field", weights))).rootDoc());
          }
        },
        reader -> {
          Map<String, Integer> impacts = impacts(reader, "field");
          assertThat(impacts.size(), equalTo(50));
          for (int i = 0; i < 50; i++) {
            assertThat(impacts.get("only" + i), equalTo(i + 1));
          }
        });
  }

  public void testAWeightOfZeroStandsForAnAbsentTerm() throws IOException {
    assertThat(
        impacts(service(), "{\"field\": {\"a\": 0, \"b\": 4, \"c\": -0.0}}"),
        equalTo(Map.of("b", 255)));
  }

  public void testNoWeightsAreNoValue() throws IOException {
    for (String json :
        List.of(
            "{\"field\": null}",
            "{\"field\": {}}",
            "{\"field\": []}",
            "{\"field\": [{}, null]}",
            "{\"field\": {\"a\": 0}}")) {
      LuceneDocument document = service().documentMapper().parse(source(json)).rootDoc();
      assertThat(json, document.getFields("field"), empty());
      assertThat(json, document.getFields("_field_names"), empty());
    }
  }

  public void testTheFieldIsNamedOnceForExistsQueries() throws IOException {
    LuceneDocument document =
        service().documentMapper().parse(source("{\"field\": [{\"a\": 1}, {\"b\": 1}]}")).rootDoc();
    assertThat(
        document.getFields("_field_names").stream().map(IndexableField::stringValue).toList(),
        equalTo(List.of("field")));
  }

  // Weights above the maximum.

  private static String warning(String field, String maxWeight) {
    return "field ["
        + field
        + "] of index [index] got weights above its [max_weight] of ["
        + maxWeight
        + "]; they are stored as [max_weight]. The documents list the field in [_ignored]";
  }

  private static List<String> ignored(ParsedDocument document) {
    return document.rootDoc().getFields(IgnoredFieldMapper.NAME).stream()
        .map(IndexableField::stringValue)
        .filter(value -> value != null)
        .distinct()
        .toList();
  }

  public void testAWeightAboveTheMaximumIsStoredReportedAndCounted() throws IOException {
    MapperService service = service(b -> b.field("max_weight", 2));
    ParsedDocument document =
        service
            .documentMapper()
            .parse(source("{\"field\": [{\"a\": 2.0001, \"b\": 1, \"c\": 2}, {\"d\": 3e38}]}"));
    assertThat(
        impacts(service, "field", document.rootDoc()),
        equalTo(Map.of("a", 255, "b", 128, "c", 255, "d", 255)));
    assertThat(ignored(document), equalTo(List.of("field")));
    assertWarnings(warning("field", "2.0"));
    assertThat(aboveMaximum.snapshot(), equalTo(Map.of("index", Map.of("field", 2L))));

    ParsedDocument fine = service.documentMapper().parse(source("{\"field\": {\"c\": 2}}"));
    assertThat(ignored(fine), empty());
    assertThat(aboveMaximum.snapshot(), equalTo(Map.of("index", Map.of("field", 2L))));
  }

  // What is refused.

  private static Throwable refused(MapperService service, SourceToParse source) {
    DocumentParsingException e =
        expectThrows(
            DocumentParsingException.class,
            "was taken: " + source.source().length() + " bytes",
            () -> service.documentMapper().parse(source));
    assertThat(e.getMessage(), containsString("failed to parse field [field] of type"));
    assertThat(e.getCause(), instanceOf(InvalidWeightException.class));
    return e.getCause();
  }

  public void testBadWeightsAreRefusedAndNamed() throws IOException {
    MapperService service = service();
    Map<String, String> bad =
        Map.of(
            "-1", "[-1.0]",
            "-1e-30", "[-1.0E-30]",
            "1e300", "[1e300], too large",
            "-1e300", "[-1e300], too large",
            "\"1.5\"", "[1.5]",
            "null", "[null]",
            "true", "[true]",
            "{\"x\": 1}", "weight an object",
            "[1]", "weight an array");
    for (Map.Entry<String, String> entry : bad.entrySet()) {
      String json = "{\"field\": {\"good\": 1, \"b.a.d\": " + entry.getKey() + "}}";
      Throwable cause = refused(service, source(json));
      assertThat(cause.getMessage(), containsString("term [b.a.d]"));
      assertThat(cause.getMessage(), containsString(entry.getValue()));
    }
  }

  public void testNumbersThatJsonCannotSayAreRefused() throws IOException {
    MapperService service = service();
    for (XContentType type : List.of(XContentType.SMILE, XContentType.CBOR)) {
      for (Number weight :
          List.of(
              Float.NaN,
              Double.NaN,
              Float.POSITIVE_INFINITY,
              Double.POSITIVE_INFINITY,
              Double.NEGATIVE_INFINITY,
              1e300)) {
        try (XContentBuilder builder = XContentBuilder.builder(type.xContent())) {
          builder.startObject().startObject("field").field("bad");
          if (weight instanceof Float number) {
            builder.value(number.floatValue());
          } else {
            builder.value(weight.doubleValue());
          }
          builder.endObject().endObject();
          SourceToParse source = new SourceToParse("1", BytesReference.bytes(builder), type);
          assertThat(refused(service, source).getMessage(), containsString("term [bad]"));
        }
      }
    }
  }

  public void testBadTermsAreRefused() throws IOException {
    MapperService service = service();
    assertThat(
        refused(service, source("{\"field\": {\"\": 1}}")).getMessage(),
        containsString("empty string"));
    String tooLong = "é".repeat(32_766 / 2) + "x";
    String message = refused(service, source("{\"field\": {\"" + tooLong + "\": 1}}")).getMessage();
    assertThat(message, containsString("term [" + "é".repeat(30) + "…]"));
    assertThat(message, containsString("[32767] bytes"));
    assertThat(message.length(), lessThan(300));
  }

  public void testOtherValuesThanObjectsAreRefused() throws IOException {
    MapperService service = service();
    for (String value : List.of("\"plant\"", "7", "1.5", "true", "[{\"a\": 1}, \"plant\"]")) {
      assertThat(
          refused(service, source("{\"field\": " + value + "}")).getMessage(),
          containsString("expected an object of weights by term"));
    }
  }

  // Mappings.

  private static String refusedMapping(
      CheckedConsumer<XContentBuilder, IOException> parameters,
      LearnedSparseFieldMapperTests test) {
    return expectThrows(MapperParsingException.class, () -> test.service(parameters)).getMessage();
  }

  public void testDefaults() throws IOException {
    LearnedSparseFieldType type = (LearnedSparseFieldType) service().fieldType("field");
    assertThat(type.model(), equalTo("default"));
    assertThat(type.quantiser().maxWeight(), equalTo(4f));
    assertFalse(type.isAggregatable());
    assertFalse(type.hasDocValues());
  }

  public void testBadParametersAreNamed() {
    for (Object value : List.of(0, -1, 1e-38, 1e300, "4", "many", true)) {
      String message = refusedMapping(b -> b.field("max_weight", value), this);
      assertThat(message, containsString("[max_weight] of field [field] is ["));
    }
    assertThat(
        refusedMapping(b -> b.field("model", ""), this),
        containsString("[model] of field [field] is empty"));
    assertThat(
        refusedMapping(b -> b.field("weights", 1), this),
        containsString("unknown parameter [weights] on mapper [field]"));
  }

  public void testCopyToAndMultiFieldsAreRefused() {
    assertThat(
        refusedMapping(b -> b.field("copy_to", "other"), this),
        containsString("field [field] of type [learned_sparse] does not support [copy_to]"));
    assertThat(
        refusedMapping(
            b ->
                b.startObject("fields")
                    .startObject("raw")
                    .field("type", "keyword")
                    .endObject()
                    .endObject(),
            this),
        containsString("field [field] of type [learned_sparse] does not support [fields]"));
  }

  public void testItIsNoMultiFieldOfAnother() {
    MapperParsingException e =
        expectThrows(
            MapperParsingException.class,
            () ->
                createMapperService(
                    fieldMapping(
                        b -> {
                          b.field("type", "text").startObject("fields").startObject("sparse");
                          minimalMapping(b);
                          b.endObject().endObject();
                        })));
    assertThat(
        e.getMessage(),
        containsString("[sparse] of type [learned_sparse] can't be used in multifields"));
  }

  public void testFetchingTakesNoFormat() throws IOException {
    MappedFieldType type = service().fieldType("field");
    IllegalArgumentException e =
        expectThrows(
            IllegalArgumentException.class,
            () -> type.valueFetcher(Mockito.mock(SearchExecutionContext.class), "short"));
    assertThat(
        e.getMessage(),
        equalTo("field [field] of type [learned_sparse] takes no format, got [short]"));
  }
}
