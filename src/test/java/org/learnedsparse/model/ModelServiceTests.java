package org.learnedsparse.model;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.elasticsearch.ResourceNotFoundException;
import org.elasticsearch.action.support.PlainActionFuture;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.common.util.concurrent.EsRejectedExecutionException;
import org.elasticsearch.core.TimeValue;
import org.elasticsearch.test.ESTestCase;
import org.learnedsparse.encode.EncodedText;
import org.learnedsparse.encode.Encoder;
import org.learnedsparse.encode.EncoderClosedException;
import org.learnedsparse.encode.Mode;
import org.learnedsparse.encode.ModelBytes;
import org.learnedsparse.tools.onnx.TinyModel;
import org.learnedsparse.vector.SparseVector;

/** A model service whose models do not all fit into memory. */
@LuceneTestCase.SuppressFileSystems("ExtrasFS") // a stray file would be a part of the model
public class ModelServiceTests extends ESTestCase {
  private static final String TEXT = "plants make energy";

  private static TinyModels models(Path home, long limit) {
    return new TinyModels(
        home, Settings.builder().put(ModelMemory.LIMIT.getKey(), limit + "b").build());
  }

  private static Encoder encoder(TinyModels models, String id) {
    PlainActionFuture<Encoder> encoder = new PlainActionFuture<>();
    models.service().encoder(id, encoder);
    return encoder.actionGet(TimeValue.timeValueSeconds(30));
  }

  /** Room for one of two models. */
  private static TinyModels two(Path home) throws Exception {
    Path config = home.resolve("config");
    ModelBytes a = ModelBytes.of(TinyModels.write(config, "a", 1));
    ModelBytes b = ModelBytes.of(TinyModels.write(config, "b", 2));
    return models(home, Math.max(a.loading(), b.loading()));
  }

  public void testAnEncoderThatWasEvictedIsLoadedAgain() throws Exception {
    try (TinyModels models = two(createTempDir())) {
      SparseVector before = models.encode("a", Mode.DOCUMENT, TEXT);
      Encoder evicted = encoder(models, "a");
      models.encode("b", Mode.DOCUMENT, TEXT);
      assertEquals(ModelState.EVICTED, models.service().stats().get("a").state());
      assertFalse(models.service().isLoaded("a"));
      CompletableFuture<?> refused = evicted.encode(Mode.DOCUMENT, List.of(TEXT));
      assertEquals(EncoderClosedException.class, refused.handle((r, e) -> e).join().getClass());
      // Found before it was evicted, used after.
      assertEquals(
          before,
          models
              .service()
              .encode(
                  CompletableFuture.completedFuture(evicted),
                  "a",
                  encoder -> encoder.encode(Mode.DOCUMENT, List.of(TEXT)))
              .join()
              .get(0)
              .vector());
      assertEquals(ModelState.LOADED, models.service().stats().get("a").state());
      assertEquals(ModelState.EVICTED, models.service().stats().get("b").state());
    }
  }

  public void testCountsGoOnAndMemoryIsTold() throws Exception {
    try (TinyModels models = two(createTempDir())) {
      for (int i = 1; i <= 3; i++) {
        models.encode("a", Mode.DOCUMENT, TEXT);
        models.encode("b", Mode.QUERY, TEXT);
        ModelStatus a = models.service().stats().get("a");
        assertEquals(ModelState.EVICTED, a.state());
        assertEquals(0, a.sessions());
        assertEquals(0, a.nativeBytes());
        assertEquals(models.service().digest("a"), a.digest());
        assertEquals(i, a.encoding().requests());
        assertEquals(i, a.encoding().documents().count());
        assertThat(a.encoding().graphMicros(), greaterThan(0L));
        ModelStatus b = models.service().stats().get("b");
        assertEquals(ModelState.LOADED, b.state());
        assertEquals(1, b.sessions());
        assertEquals(i, b.encoding().queries().count());
        MemoryStatus memory = models.service().memory();
        assertEquals(b.nativeBytes(), memory.nativeBytes());
        assertThat(memory.nativeBytes(), lessThanOrEqualTo(memory.limitBytes()));
        assertEquals(2L * i, memory.loads());
        assertEquals(2L * i - 1, memory.evictions());
      }
    }
  }

  public void testAFoldersDigestIsOfItsFiles() throws Exception {
    Path home = createTempDir();
    Path folder = TinyModels.write(home.resolve("config"), "a", 1);
    TinyModels.write(home.resolve("config"), "same", 1);
    TinyModels.write(home.resolve("config"), "other", 2);
    Files.writeString(folder.resolve(".hidden"), "no part of it");
    SortedMap<String, String> files = new TreeMap<>();
    for (String name : List.of("model.onnx", "tokenizer.json")) {
      files.put(name, Digests.sha256(Files.readAllBytes(folder.resolve(name))));
    }
    try (TinyModels models = new TinyModels(home, Settings.EMPTY)) {
      assertNull(models.service().digest("a"));
      for (String id : List.of("a", "same", "other")) {
        models.encode(id, Mode.QUERY, TEXT);
      }
      assertEquals(Digests.ofModel(files), models.service().digest("a"));
      assertEquals(models.service().digest("a"), models.service().digest("same"));
      assertNotEquals(models.service().digest("a"), models.service().digest("other"));
    }
  }

  public void testAModelThatIsTooLargeIsRefused() throws Exception {
    Path home = createTempDir();
    ModelBytes bytes = ModelBytes.of(TinyModels.write(home.resolve("config"), "a", 1));
    try (TinyModels models = models(home, bytes.loading() - 1)) {
      Exception refused =
          expectThrows(
              IllegalArgumentException.class, () -> models.encode("a", Mode.DOCUMENT, TEXT));
      assertThat(refused.getMessage(), containsString("model [a] takes up to [" + bytes.loading()));
      assertThat(refused.getMessage(), containsString("[" + (bytes.loading() - 1) + "]"));
      assertThat(refused.getMessage(), containsString("[learned_sparse.models.memory_limit]"));
      assertEquals(ModelState.FAILED, models.service().stats().get("a").state());
      assertEquals(0, models.service().memory().nativeBytes());
    }
  }

  private static List<float[]> dense(TinyModels models, String id, Mode mode, String... texts) {
    PlainActionFuture<List<EncodedText>> encoded = new PlainActionFuture<>();
    models.service().encodeAll(id, mode, List.of(texts), encoded);
    return encoded.actionGet(TimeValue.timeValueSeconds(30)).stream()
        .map(EncodedText::dense)
        .toList();
  }

  public void testDenseVectorsOfQueriesWhoseWeightsNeedNoInference() throws Exception {
    try (TinyModels models = new TinyModels(createTempDir(), Settings.EMPTY)) {
      Path folder = models.write("both", 1);
      Files.writeString(folder.resolve("idf.json"), "{\"plant\": 2}");
      String head =
          "\"dense\": {\"graph\": \"model.onnx\", \"output\": \"logits\", \"pooling\": \"mean\"}";
      TinyModel.writeSettings(folder, "{\"query\": {\"table\": \"idf.json\", " + head + "}}");
      List<float[]> vectors = dense(models, "both", Mode.QUERY, "plants", "", "sun");
      assertEquals(vectors.get(0).length, vectors.get(2).length);
      assertNull("a text without tokens", vectors.get(1));
      assertFalse(Arrays.equals(vectors.get(0), vectors.get(2)));

      expectThrows(
          ResourceNotFoundException.class, () -> dense(models, "nowhere", Mode.QUERY, "plants"));
    }
  }

  public void testClosingEndsWhatRunsAndRefusesWhatWaits() throws Exception {
    Path home = createTempDir();
    try (TinyModels models = new TinyModels(home, Settings.EMPTY)) {
      models.write("a", 1);
      models.encode("a", Mode.DOCUMENT, TEXT);
      Encoder encoder = encoder(models, "a");
      int requests = 400;
      List<PlainActionFuture<List<EncodedText>>> answers = new ArrayList<>();
      for (int i = 0; i < requests; i++) {
        PlainActionFuture<List<EncodedText>> answer = new PlainActionFuture<>();
        models.service().encode("a", Mode.DOCUMENT, Collections.nCopies(20, TEXT), answer);
        answers.add(answer);
      }
      models.service().close();
      assertTrue(encoder.freed().isDone());
      int refused = 0;
      for (PlainActionFuture<List<EncodedText>> answer : answers) {
        assertTrue("an answer after the end", answer.isDone());
        try {
          assertEquals(20, answer.actionGet().size());
        } catch (EsRejectedExecutionException e) {
          assertThat(e.getMessage(), containsString("the node is closing"));
          refused++;
        }
      }
      assertThat(refused, greaterThan(0));
      for (Mode mode : Mode.values()) {
        expectThrows(EsRejectedExecutionException.class, () -> models.encode("a", mode, TEXT));
      }
      Path folder = home.resolve("config/learned-sparse/models/a");
      expectThrows(EsRejectedExecutionException.class, () -> models.service().tryOut("a", folder));
      models.service().close();
    }
  }

  public void testTheUsualLimitIsAHalfOfWhatIsBesideTheHeap() {
    assertEquals(6L << 30, ModelMemory.usualLimit(16L << 30, 4L << 30));
    assertEquals(256L << 20, ModelMemory.usualLimit(0, 4L << 30));
    assertThat(ModelMemory.LIMIT.get(Settings.EMPTY).getBytes(), greaterThan(0L));
  }
}
