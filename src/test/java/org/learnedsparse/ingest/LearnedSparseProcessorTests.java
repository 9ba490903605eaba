package org.learnedsparse.ingest;

import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.elasticsearch.ElasticsearchParseException;
import org.elasticsearch.ExceptionsHelper;
import org.elasticsearch.ResourceNotFoundException;
import org.elasticsearch.cluster.ClusterState;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.common.util.concurrent.EsRejectedExecutionException;
import org.elasticsearch.index.VersionType;
import org.elasticsearch.ingest.IngestDocument;
import org.elasticsearch.test.ESTestCase;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.BeforeClass;
import org.learnedsparse.encode.Mode;
import org.learnedsparse.model.EncodeSettings;
import org.learnedsparse.model.TinyModels;
import org.learnedsparse.tools.onnx.TinyModel;
import org.learnedsparse.vector.SparseVector;

/** The processor with the real encoder behind it. */
@LuceneTestCase.SuppressFileSystems("ExtrasFS") // its stray folders would be listed as models
public class LearnedSparseProcessorTests extends ESTestCase {
  private static final int QUEUE = 4;

  private static TinyModels models;

  private static final BelowQuality BELOW_QUALITY = new BelowQuality();

  /** Of a cluster without indices. */
  private static final DocumentModels DOCUMENT_MODELS =
      new DocumentModels(
          () -> models.service(),
          () -> ClusterState.EMPTY_STATE,
          new BulkWarnings(() -> null),
          new ModelRecorder(() -> null));

  private Map<String, Object> config;

  @BeforeClass
  public static void writeModels() throws IOException {
    models =
        new TinyModels(
            createTempDir(),
            Settings.builder()
                .put(EncodeSettings.QUEUE_SIZE.getKey(), QUEUE)
                .put("thread_pool.learned_sparse_encode.size", 1)
                .build());
    models.write("tiny", 17);
    Files.writeString(models.write("broken", 18).resolve("model.onnx"), "no graph");
  }

  @AfterClass
  public static void closeModels() {
    models.close();
    models = null;
  }

  @Before
  public void configure() {
    config = new HashMap<>(Map.of("field", "body", "model", "tiny"));
  }

  private static LearnedSparseProcessor processor(Map<String, Object> config) {
    return (LearnedSparseProcessor)
        new LearnedSparseProcessor.Factory(() -> models.service(), DOCUMENT_MODELS, BELOW_QUALITY)
            .create(Map.of(), "tag", "description", config);
  }

  /** One of the configuration as it is now: the factory empties what it is given. */
  private LearnedSparseProcessor processor() {
    Map<String, Object> copy = new HashMap<>(config);
    copy.computeIfPresent(
        "prune", (key, prune) -> prune instanceof Map<?, ?> map ? new HashMap<>(map) : prune);
    return processor(copy);
  }

  private static IngestDocument document(Map<String, Object> source) {
    return new IngestDocument("index", "id", 1, null, VersionType.INTERNAL, new HashMap<>(source));
  }

  /** What a run of the processor told its handler. */
  private record Outcome(IngestDocument document, Exception failure, String thread) {
    Map<String, Float> weights(String field) {
      if (failure != null) {
        throw new AssertionError("failed", failure);
      }
      Map<?, ?> written = document.getFieldValue(field, Map.class);
      Map<String, Float> weights = new TreeMap<>();
      written.forEach((term, weight) -> weights.put((String) term, (Float) weight));
      return weights;
    }
  }

  /** One run, whose handler must be called exactly once. */
  private static final class Run {
    private final CountDownLatch called = new CountDownLatch(1);
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicReference<Outcome> outcome = new AtomicReference<>();

    Run(LearnedSparseProcessor processor, IngestDocument document) {
      processor.execute(
          document,
          (result, failure) -> {
            outcome.set(new Outcome(result, failure, Thread.currentThread().getName()));
            calls.incrementAndGet();
            called.countDown();
          });
    }

    Outcome outcome() {
      safeAwait(called);
      assertThat(calls.get(), equalTo(1));
      return outcome.get();
    }
  }

  private Outcome run(Map<String, Object> source) {
    return new Run(processor(), document(source)).outcome();
  }

  private Exception failure(Map<String, Object> source) {
    Outcome outcome = run(source);
    assertThat(outcome.document(), nullValue());
    return outcome.failure();
  }

  private static Map<String, Float> encoded(String... texts) {
    SparseVector merged = SparseVector.EMPTY;
    for (String text : texts) {
      merged = SparseVector.max(merged, models.encode("tiny", Mode.DOCUMENT, text));
    }
    return new TreeMap<>(merged.toMap());
  }

  // Encoding.

  public void testAStringIsEncodedByTheDefinitionOfSplade() {
    TinyModel model = new TinyModel(17);
    List<String> tokens = model.tokens();
    Map<String, Double> expected = new TreeMap<>();
    for (int entry = 0; entry < tokens.size(); entry++) {
      double largest = 0;
      for (String token : List.of("[CLS]", "green", "leaf", "[SEP]")) {
        largest = Math.max(largest, model.logit(tokens.indexOf(token), entry));
      }
      if (largest > 0) {
        expected.put(tokens.get(entry), Math.log(1 + largest));
      }
    }
    Map<String, Float> weights = run(Map.of("body", "Green leaf")).weights("body_sparse");
    assertThat(weights.keySet(), equalTo(expected.keySet()));
    expected.forEach((term, weight) -> assertEquals(term, weight, weights.get(term), 1e-5));
  }

  public void testTheTargetIsWhatItIsSetTo() {
    config.put("target_field", "weights.of.body");
    Outcome outcome = run(Map.of("body", "sun"));
    assertThat(outcome.weights("weights.of.body"), equalTo(encoded("sun")));
    assertFalse(outcome.document().hasField("body_sparse"));
    assertThat(outcome.document().getFieldValue("body", String.class), equalTo("sun"));
  }

  public void testAnArrayMergesByMaximum() {
    String[] texts = {"plants make energy", "the sun", ""};
    assertThat(
        run(Map.of("body", new ArrayList<>(Arrays.asList(texts)))).weights("body_sparse"),
        equalTo(encoded(texts)));
  }

  public void testEmptyTextsHaveNoWeights() {
    assertThat(run(Map.of("body", "")).weights("body_sparse"), equalTo(Map.of()));
    assertThat(run(Map.of("body", List.of())).weights("body_sparse"), equalTo(Map.of()));
  }

  public void testAFieldOfAnObject() {
    config.put("field", "a.b");
    assertThat(
        run(new HashMap<>(Map.of("a", new HashMap<>(Map.of("b", "sun"))))).weights("a.b_sparse"),
        equalTo(encoded("sun")));
  }

  public void testItRunsElsewhereAndWaitsForNothing() throws Exception {
    LearnedSparseProcessor processor = processor();
    assertTrue(processor.isAsync());
    expectThrows(
        UnsupportedOperationException.class, () -> processor.execute(document(Map.of("body", ""))));
    encoded("sun"); // loads the model
    CountDownLatch busy = holdEncodePool();
    Run run = new Run(processor, document(Map.of("body", "sun")));
    // We are here while the only thread that encodes is held.
    assertThat(run.calls.get(), equalTo(0));
    busy.countDown();
    assertThat(run.outcome().thread(), containsString("learned_sparse_encode"));
  }

  public void testAHandlerThatThrowsIsNotCalledAgain() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    processor()
        .execute(
            document(Map.of("body", "sun")),
            (result, failure) -> {
              calls.incrementAndGet();
              throw new IllegalStateException("a later processor's");
            });
    assertBusy(() -> assertThat(calls.get(), equalTo(1)));
    // The pool has one thread: what comes back from a later text came after the first was done.
    assertThat(run(Map.of("body", "leaf")).weights("body_sparse"), equalTo(encoded("leaf")));
    assertThat(calls.get(), equalTo(1));
  }

  public void testATargetThatCannotBeWrittenFailsTheDocument() {
    config.put("target_field", "body.sparse");
    assertThat(failure(Map.of("body", "sun")).getMessage(), containsString("cannot set [sparse]"));
  }

  // Missing and wrong values.

  public void testMissingFields() {
    assertThat(failure(Map.of()).getMessage(), containsString("[body] not present"));
    Exception isNull = failure(Collections.singletonMap("body", null));
    assertThat(
        isNull.getMessage(),
        allOf(containsString("field [body]"), containsString("null; set [ignore_missing]")));
    config.put("ignore_missing", true);
    for (Map<String, Object> source :
        List.of(Map.<String, Object>of(), Collections.<String, Object>singletonMap("body", null))) {
      Outcome outcome = run(source);
      assertThat(outcome.failure(), nullValue());
      assertFalse(outcome.document().hasField("body_sparse"));
    }
  }

  public void testWrongValuesAreNamed() {
    if (randomBoolean()) {
      config.put("ignore_missing", true);
    }
    for (Object value : List.of(7, true, Map.of("a", 1))) {
      Exception wrong = failure(Map.of("body", value));
      assertThat(wrong, instanceOf(IllegalArgumentException.class));
      assertThat(
          wrong.getMessage(),
          equalTo("field [body] must be a string or an array of strings, it is [" + value + "]"));
    }
    for (Object element : Arrays.asList(7, null, List.of("sun"))) {
      assertThat(
          failure(Map.of("body", Arrays.asList("sun", element))).getMessage(),
          containsString("element [1] is "));
    }
  }

  // Pruning.

  private Map<String, Float> pruned(String type, Number value) {
    config.put("prune", new HashMap<>(Map.of("type", type, "value", value)));
    return run(Map.of("body", "plants make energy")).weights("body_sparse");
  }

  public void testPruning() {
    Map<String, Float> whole = encoded("plants make energy");
    List<Float> heaviest = new ArrayList<>(whole.values());
    heaviest.sort(Collections.reverseOrder());
    float largest = heaviest.get(0);
    double sum = heaviest.stream().mapToDouble(Float::doubleValue).sum();
    assertThat(heaviest.size(), greaterThan(6));

    assertThat(pruned("top_k", 3), equalTo(atLeast(whole, heaviest.get(2))));
    assertThat(pruned("top_k", 100_000), equalTo(whole));
    assertThat(pruned("max_ratio", 0.5), equalTo(atLeast(whole, 0.5 * largest)));
    assertThat(pruned("abs_value", 1.0), equalTo(atLeast(whole, 1.0)));
    assertThat(pruned("abs_value", 1000), equalTo(Map.of()));
    assertThat(pruned("alpha_mass", 1), equalTo(whole));

    Map<String, Float> mass = pruned("alpha_mass", 0.6);
    double kept = mass.values().stream().mapToDouble(Float::doubleValue).sum();
    assertThat(kept, greaterThan(0.6 * sum - 1e-9));
    assertThat(
        "one term fewer would do", kept - Collections.min(mass.values()), lessThan(0.6 * sum));
    assertThat(mass, equalTo(atLeast(whole, Collections.min(mass.values()))));
    assertThat(mass, not(equalTo(whole)));
  }

  private static Map<String, Float> atLeast(Map<String, Float> weights, double threshold) {
    Map<String, Float> kept = new TreeMap<>(weights);
    kept.values().removeIf(weight -> weight < threshold);
    return kept;
  }

  // Configuration.

  private void assertMisconfigured(String... message) {
    ElasticsearchParseException e =
        expectThrows(ElasticsearchParseException.class, this::processor);
    for (String part : message) {
      assertThat(e.getMessage(), containsString(part));
    }
    assertThat(e.getMetadata("es.processor_type"), equalTo(List.of("learned_sparse")));
    assertThat(e.getMetadata("es.processor_tag"), equalTo(List.of("tag")));
  }

  public void testMisconfigurationIsNamed() {
    config.remove("field");
    assertMisconfigured("[field] required property is missing");
    config.put("field", 7);
    assertMisconfigured("[field] property isn't a string");
    configure();
    config.put("ignore_missing", "maybe");
    assertMisconfigured("[ignore_missing]");
    configure();
    config.put("prune", "alpha_mass");
    assertMisconfigured("[prune]");
  }

  public void testMisconfiguredPruningIsNamed() {
    for (Object[] bad :
        new Object[][] {
          {Map.of("value", 1), "[type] required property is missing"},
          {Map.of("type", "top_k"), "[prune] needs a number as [value], got [null]"},
          {Map.of("type", "top_k", "value", "3"), "needs a number as [value], got [3]"},
          {Map.of("type", "halve", "value", 1), "prune type [halve] is unknown; it is one of"},
          {Map.of("type", "top_k", "value", 0), "prune value [0.0] is out of range"},
          {Map.of("type", "top_k", "value", 1.5), "an integer, at least 1"},
          {Map.of("type", "alpha_mass", "value", 1.01), "above 0 and at most 1"},
          {Map.of("type", "max_ratio", "value", 0), "above 0 and at most 1"},
          {Map.of("type", "abs_value", "value", -1), "a finite number above 0"},
          {Map.of("type", "top_k", "value", 1, "k", 2), "has unknown settings [k]"}
        }) {
      configure();
      config.put("prune", new HashMap<>((Map<?, ?>) bad[0]));
      assertMisconfigured((String) bad[1]);
    }
  }

  public void testTheConfigurationIsUsedUp() {
    config.put("target_field", "weights");
    config.put("ignore_missing", true);
    config.put("prune", new HashMap<>(Map.of("type", "top_k", "value", 3)));
    LearnedSparseProcessor processor = processor(config);
    assertThat("what is left is reported as unknown", config, equalTo(Map.of()));
    assertThat(processor.getType(), equalTo("learned_sparse"));
    assertThat(processor.getTag(), equalTo("tag"));
    assertThat(processor.getDescription(), equalTo("description"));
  }

  public void testTheDefaultModelIsTheOneThatShips() {
    config.remove("model");
    Map<String, Float> weights = run(Map.of("body", "the sun")).weights("body_sparse");
    assertThat(
        weights,
        equalTo(new TreeMap<>(models.encode("default", Mode.DOCUMENT, "the sun").toMap())));
    assertThat(weights.size(), greaterThan(0));
  }

  // Failures of the encoder.

  /** Holds the encode pool's one thread until the latch is counted down. */
  private static CountDownLatch holdEncodePool() {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    models
        .threadPool()
        .executor(EncodeSettings.POOL)
        .execute(
            () -> {
              held.countDown();
              try {
                assertTrue(release.await(30, TimeUnit.SECONDS));
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    safeAwait(held);
    return release;
  }

  public void testAFullQueueIsA429() {
    encoded("sun"); // loads the model
    long rejections = models.service().stats().get("tiny").encoding().rejections();
    CountDownLatch release = holdEncodePool();
    List<Run> waiting = new ArrayList<>();
    Exception refused;
    try {
      for (int i = 0; i < QUEUE; i++) {
        waiting.add(new Run(processor(), document(Map.of("body", "sun"))));
      }
      refused = failure(Map.of("body", "leaf"));
    } finally {
      release.countDown();
    }
    assertThat(refused, instanceOf(EsRejectedExecutionException.class));
    assertThat(ExceptionsHelper.status(refused).getStatus(), equalTo(429));
    assertThat(
        refused.getMessage(),
        allOf(
            containsString("model [tiny]"),
            containsString("capacity of [" + QUEUE + "]"),
            containsString("learned_sparse.encode.queue_size")));
    for (Run run : waiting) {
      assertThat(run.outcome().weights("body_sparse"), equalTo(encoded("sun")));
    }
    assertThat(
        models.service().stats().get("tiny").encoding().rejections(), equalTo(rejections + 1));
  }

  public void testMoreTextsThanTheQueueHoldsAreA400() {
    Exception refused = failure(Map.of("body", Collections.nCopies(QUEUE + 1, "sun")));
    assertThat(ExceptionsHelper.status(refused).getStatus(), equalTo(400));
    assertThat(refused.getMessage(), containsString("[5] texts in one request"));
  }

  public void testAMissingModelIsA404ThatNamesTheOthers() {
    for (String id : List.of("absent", "../tiny", "Tiny")) {
      config.put("model", id);
      Exception missing = failure(Map.of("body", "sun"));
      assertThat(missing, instanceOf(ResourceNotFoundException.class));
      assertThat(ExceptionsHelper.status(missing).getStatus(), equalTo(404));
      assertThat(
          missing.getMessage(),
          allOf(
              containsString("there is no model [" + id + "]"),
              containsString("[broken, default, tiny]")));
      configure();
    }
  }

  public void testABrokenModelIsA400AndFoundAgainWhenItIsMended() throws IOException {
    config.put("model", "broken");
    Exception broken = failure(Map.of("body", "sun"));
    assertThat(ExceptionsHelper.status(broken).getStatus(), equalTo(400));
    assertThat(
        broken.getMessage(), allOf(containsString("model [broken]"), containsString("model.onnx")));
    Path folder = models.write("broken", 18);
    try {
      config.put("field", "body");
      config.put("model", "broken");
      assertThat(run(Map.of("body", "sun")).weights("body_sparse").size(), greaterThan(0));
    } finally {
      Files.delete(folder.resolve("model.onnx"));
    }
  }
}
