package org.learnedsparse.encode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learnedsparse.encode.folder.ModelException;
import org.learnedsparse.encode.graph.OutputBuffers;
import org.learnedsparse.tools.onnx.TinyModel;

class EncoderTest {
  private static final EncodeLimits LIMITS = new EncodeLimits(2, 4, 1000);
  private static final OutputBuffers BUFFERS = new OutputBuffers(1 << 20, 2);

  @TempDir Path folder;
  private final TinyModel model = new TinyModel(17);
  private final ExecutorService executor = Executors.newFixedThreadPool(2);

  @BeforeAll
  static void natives() {
    Natives.use();
  }

  @AfterEach
  void stop() throws InterruptedException {
    executor.shutdown();
    assertTrue(executor.awaitTermination(10, TimeUnit.SECONDS));
  }

  private Encoder load() throws IOException {
    return Encoder.load(folder, LIMITS, BUFFERS, executor);
  }

  private static List<EncodedText> encode(Encoder encoder, Mode mode, String... texts) {
    return encoder.encode(mode, List.of(texts)).join();
  }

  private static Map<?, ?> describe(Encoder encoder, Mode mode) {
    return (Map<?, ?>) encoder.describe().get(mode.toString());
  }

  /** The weights that the definition of SPLADE gives for these tokens. */
  private Map<String, Float> splade(List<String> tokens) {
    Map<String, Float> weights = new TreeMap<>();
    for (int entry = 0; entry < model.tokens().size(); entry++) {
      double max = Double.NEGATIVE_INFINITY;
      for (String token : tokens) {
        max = Math.max(max, model.logit(model.tokens().indexOf(token), entry));
      }
      if (max > 0) {
        weights.put(model.tokens().get(entry), (float) Math.log(1 + max));
      }
    }
    return weights;
  }

  private static void assertWeights(Map<String, Float> expected, EncodedText actual) {
    Map<String, Float> weights = actual.vector().toMap();
    assertEquals(expected.keySet(), new TreeMap<>(weights).keySet());
    expected.forEach((term, weight) -> assertEquals(weight, weights.get(term), 1e-5, term));
  }

  @Test
  void spladePoolsTheMaximumOverAllTokens() throws IOException {
    model.writeSplade(folder);
    try (Encoder encoder = load()) {
      EncodedText encoded = encode(encoder, Mode.DOCUMENT, "Plants make energy.").get(0);
      assertWeights(
          splade(List.of("[CLS]", "plant", "##s", "make", "energy", ".", "[SEP]")), encoded);
      assertEquals(5, encoded.tokens());
      assertEquals(1, encoded.windows().size());
      assertEquals(
          encoded.vector(),
          encode(encoder, Mode.QUERY, "Plants make energy.").get(0).vector(),
          "without a table, queries are encoded as documents are");
    }
  }

  @Test
  void paddingInABatchChangesNothing() throws IOException {
    model.writeSplade(folder);
    try (Encoder encoder = load()) {
      List<String> texts = new ArrayList<>();
      Random random = new Random(5);
      for (int i = 0; i < 300; i++) {
        List<String> words =
            new ArrayList<>(List.of("water", "sun", "car", "bank", "the", "green"));
        Collections.shuffle(words, random);
        texts.add(String.join(" ", words.subList(0, 1 + random.nextInt(words.size()))));
      }
      List<EncodedText> together = encoder.encode(Mode.DOCUMENT, texts).join();
      for (int i = 0; i < texts.size(); i++) {
        List<String> tokens = new ArrayList<>(List.of("[CLS]", "[SEP]"));
        tokens.addAll(List.of(texts.get(i).split(" ")));
        assertWeights(splade(tokens), together.get(i));
      }
    }
  }

  @Test
  void longTextsAreEncodedInOverlappingWindowsAndMergedByMaximum() throws IOException {
    model.writeSplade(folder);
    TinyModel.writeSettings(folder, "{\"max_length\": 8, \"overlap\": 2}");
    try (Encoder encoder = load()) {
      String text = "plant leaf energy sun light water green sugar car engine road";
      EncodedText encoded = encode(encoder, Mode.DOCUMENT, text).get(0);
      // Six tokens beside [CLS] and [SEP], two of them shared: 0-5, 4-9, 8-10.
      assertEquals(3, encoded.windows().size());
      assertEquals(11, encoded.tokens());
      List<String> tokens = new ArrayList<>(List.of("[CLS]", "[SEP]"));
      tokens.addAll(List.of(text.split(" ")));
      assertWeights(splade(tokens), encoded);
      assertEquals(1, encoder.stats().windowedTexts());
    }
  }

  @Test
  void inferenceFreeQueriesAreTheSetOfTheirTokensWeighedByATable() throws IOException {
    model.writeSplade(folder);
    Files.writeString(
        folder.resolve("idf.json"),
        "{\"plant\": 2.5, \"##s\": 0.5, \"the\": 0, \"[CLS]\": 9, \"sun\": 3}");
    try (Encoder encoder = load()) {
      EncodedText query = encode(encoder, Mode.QUERY, "the plants, the plant").get(0);
      assertEquals(Map.of("plant", 2.5f, "##s", 0.5f), query.vector().toMap());
      assertEquals(0, query.windows().size());
      assertEquals(
          Map.of(
              "tokenizer",
              "tokenizer.json",
              "table",
              "idf.json",
              "words",
              false,
              "punctuation",
              true,
              "special_tokens",
              false,
              "index_idf",
              0.0),
          describe(encoder, Mode.QUERY));
    }
  }

  @Test
  void aTableMayBeAdaptedToTheIndex() throws IOException {
    model.writeSplade(folder);
    Files.writeString(folder.resolve("idf.json"), "{\"sun\": 3}");
    for (String share : List.of("0", "0.5", "1")) {
      TinyModel.writeSettings(
          folder, "{\"query\": {\"table\": \"idf.json\", \"index_idf\": " + share + "}}");
      try (Encoder encoder = load()) {
        assertEquals(Double.parseDouble(share), encoder.table(Mode.QUERY).indexIdf());
        assertEquals(Double.parseDouble(share), describe(encoder, Mode.QUERY).get("index_idf"));
        // What the encoder gives is the table's: it knows no index.
        assertEquals(Map.of("sun", 3f), encode(encoder, Mode.QUERY, "sun").get(0).vector().toMap());
      }
    }
    for (String bad : List.of("-0.1", "1.01", "\"0.5\"", "null", "true", "[1]")) {
      TinyModel.writeSettings(
          folder, "{\"query\": {\"table\": \"idf.json\", \"index_idf\": " + bad + "}}");
      String message = assertThrows(ModelException.class, this::load).getMessage();
      assertTrue(message.startsWith("[index_idf] in [query] is ["), message);
      assertTrue(message.endsWith("]; it must be a number, 0 to 1"), message);
    }
    TinyModel.writeSettings(
        folder, "{\"document\": {\"table\": \"idf.json\", \"index_idf\": 0.5}}");
    String message = assertThrows(ModelException.class, this::load).getMessage();
    assertTrue(
        message.contains("[document] has an unknown setting [index_idf]; known: ["), message);
  }

  private static final String BESIDE_TABLE =
      "{\"graph\": \"model.onnx\", \"output\": \"logits\", \"pooling\": \"mean\", \"normalize\": true}";

  @Test
  void aDenseHeadBesideATableIsRunForThoseWhoAskForIt() throws IOException {
    model.writeSplade(folder);
    Files.writeString(folder.resolve("idf.json"), "{\"sun\": 3}");
    TinyModel.writeSettings(
        folder,
        "{\"document\": {\"output\": \"logits\", \"dense\": "
            + BESIDE_TABLE.replace("\"graph\": \"model.onnx\", ", "")
            + "}, \"query\": {\"dense\": "
            + BESIDE_TABLE
            + "}}");
    try (Encoder encoder = load()) {
      assertTrue(encoder.isDense(Mode.QUERY));
      assertTrue(encoder.isSparse(Mode.QUERY));
      EncodedText plain = encode(encoder, Mode.QUERY, "sun light").get(0);
      assertEquals(Map.of("sun", 3f), plain.vector().toMap());
      assertNull(plain.dense());
      assertEquals(0, encoder.stats().batches(), "weights from a table need no inference");

      List<EncodedText> both =
          encoder.encodeAll(Mode.QUERY, List.of("sun light", "", "water")).join();
      assertEquals(plain.vector(), both.get(0).vector());
      assertEquals(2, both.get(0).tokens());
      // Tokens and special tokens are those of a document, and so the vectors are the same.
      EncodedText document = encode(encoder, Mode.DOCUMENT, "sun light").get(0);
      assertArrayEquals(document.dense(), both.get(0).dense(), 1e-6f);
      assertNull(both.get(1).dense());
      assertEquals(0, both.get(1).vector().size());
      assertEquals(0, both.get(2).vector().size());
      assertEquals(document.dense().length, both.get(2).dense().length);
      assertEquals(5, encoder.stats().texts());
      assertEquals(
          Map.of(
              "graph",
              "model.onnx",
              "tokenizer",
              "tokenizer.json",
              "output",
              "logits",
              "pooling",
              "mean",
              "normalize",
              true,
              "dims",
              model.tokens().size()),
          describe(encoder, Mode.QUERY).get("dense"));
      assertEquals(1, encoder.sessions());
    }
  }

  @Test
  void longQueriesHaveTheMeanVectorOfTheirWindowsBesideTheTablesWeights() throws IOException {
    model.writeSplade(folder);
    Files.writeString(folder.resolve("idf.json"), "{\"sun\": 3, \"road\": 2}");
    TinyModel.writeSettings(
        folder,
        "{\"max_length\": 8, \"overlap\": 2, \"query\": {\"table\": \"idf.json\", \"dense\": "
            + BESIDE_TABLE
            + "}}");
    try (Encoder encoder = load()) {
      String text = "plant leaf energy sun light water green sugar car engine road";
      EncodedText encoded = encoder.encodeAll(Mode.QUERY, List.of(text)).join().get(0);
      assertEquals(Map.of("sun", 3f, "road", 2f), encoded.vector().toMap());
      assertEquals(3, encoded.windows().size());
      double squares = 0;
      for (float value : encoded.dense()) {
        squares += value * value;
      }
      assertEquals(1, squares, 1e-5);
    }
  }

  @Test
  void aDenseHeadBesideATableNamesItsGraph() throws IOException {
    model.writeSplade(folder);
    Files.writeString(folder.resolve("idf.json"), "{\"sun\": 3}");
    TinyModel.writeSettings(
        folder, "{\"query\": {\"table\": \"idf.json\", \"dense\": {\"output\": \"logits\"}}}");
    String unnamed = assertThrows(ModelException.class, this::load).getMessage();
    assertTrue(unnamed.startsWith("[query.dense] stands beside a [table]"), unnamed);
    TinyModel.writeSettings(
        folder,
        "{\"query\": {\"table\": \"idf.json\", \"dense\": {\"graph\": \"model.onnx\", \"dims\": 3}}}");
    String unknown = assertThrows(ModelException.class, this::load).getMessage();
    assertTrue(unknown.contains("[query.dense] has an unknown setting [dims]"), unknown);
    TinyModel.writeSettings(
        folder, "{\"document\": {\"table\": \"idf.json\", \"dense\": " + BESIDE_TABLE + "}}");
    String document = assertThrows(ModelException.class, this::load).getMessage();
    assertTrue(document.contains("[document] has an unknown setting [dense]"), document);
    Files.copy(folder.resolve("model.onnx"), folder.resolve("other.onnx"));
    TinyModel.writeSettings(
        folder,
        "{\"document\": {\"graph\": \"model.onnx\"}, \"query\": {\"table\": \"idf.json\"}}");
    ModelBytes without = ModelBytes.of(folder);
    TinyModel.writeSettings(
        folder,
        "{\"document\": {\"graph\": \"model.onnx\"}, \"query\": {\"table\": \"idf.json\", \"dense\": "
            + BESIDE_TABLE.replace("model", "other")
            + "}}");
    assertTrue(ModelBytes.of(folder).loaded() > without.loaded(), "its graph takes memory too");
  }

  @Test
  void tokenWeightsAreSummedByTokenWithoutSpecialTokens() throws IOException {
    model.writeTokenWeights(folder);
    try (Encoder encoder = load()) {
      EncodedText encoded =
          encode(encoder, Mode.DOCUMENT, "plant leaf plant energy sun light water").get(0);
      Map<String, Float> expected = new TreeMap<>();
      for (String token : List.of("plant", "leaf", "plant", "energy", "sun", "light", "water")) {
        double weight = model.logit(model.tokens().indexOf(token), 0);
        if (weight > 0) {
          expected.merge(token, (float) weight, Float::sum);
        }
      }
      assertTrue(expected.size() > 1, "the seed gives too few weights to test: " + expected);
      assertWeights(expected, encoded);
      assertEquals("token", describe(encoder, Mode.DOCUMENT).get("pooling"));
    }
  }

  @Test
  void littleOutputMemoryMakesSmallBatchesOfTheSameWeights() throws IOException {
    model.writeSplade(folder);
    // One token's output is 136 bytes: no two windows fit, and the threads take turns.
    OutputBuffers little = new OutputBuffers(200, 2);
    try (Encoder encoder = Encoder.load(folder, LIMITS, little, executor)) {
      List<String> texts = Collections.nCopies(50, "Plants make energy.");
      for (EncodedText encoded : encoder.encode(Mode.DOCUMENT, texts).join()) {
        assertWeights(
            splade(List.of("[CLS]", "plant", "##s", "make", "energy", ".", "[SEP]")), encoded);
      }
      assertEquals(50, encoder.stats().batches());
    }
  }

  @Test
  void anySettingOfASparseHeadBesideADenseOneAsksForBoth() throws IOException {
    model.writeSplade(folder);
    String dense =
        "\"graph\": \"model.onnx\", \"dense\": {\"output\": \"logits\", \"pooling\": \"mean\"}";
    TinyModel.writeSettings(folder, "{\"document\": {" + dense + ", \"top_k\": 2}}");
    try (Encoder encoder = load()) {
      EncodedText both = encode(encoder, Mode.DOCUMENT, "water sun").get(0);
      assertEquals(2, both.vector().size());
      assertEquals(model.tokens().size(), both.dense().length);
    }
    TinyModel.writeSettings(folder, "{\"document\": {" + dense + "}}");
    try (Encoder encoder = load()) {
      EncodedText alone = encode(encoder, Mode.DOCUMENT, "water sun").get(0);
      assertEquals(0, alone.vector().size());
      assertEquals(model.tokens().size(), alone.dense().length);
    }
  }

  @Test
  void emptyTextsHaveNoWeights() throws IOException {
    model.writeSplade(folder);
    try (Encoder encoder = load()) {
      for (EncodedText encoded : encode(encoder, Mode.DOCUMENT, "", "  \n ")) {
        assertEquals(0, encoded.vector().size());
        assertEquals(0, encoded.windows().size());
      }
    }
  }

  @Test
  void aFullQueueRefusesAndCounts() throws Exception {
    model.writeSplade(folder);
    List<Runnable> held = new ArrayList<>();
    try (Encoder encoder = Encoder.load(folder, new EncodeLimits(1, 4, 3), BUFFERS, held::add)) {
      CompletableFuture<List<EncodedText>> first =
          encoder.encode(Mode.DOCUMENT, List.of("sun", "car"));
      CompletionException refused =
          assertThrows(
              CompletionException.class,
              () -> encoder.encode(Mode.DOCUMENT, List.of("a", "the")).join());
      assertTrue(
          refused.getCause() instanceof EncodeQueueFullException, refused.getCause()::toString);
      assertEquals(1, encoder.stats().rejections());
      assertEquals(2, encoder.stats().queued());
      assertThrows(
          IllegalArgumentException.class,
          () -> encoder.encode(Mode.DOCUMENT, List.of("a", "a", "a", "a")));
      while (held.isEmpty() == false) {
        held.remove(0).run();
      }
      assertEquals(2, first.join().size());
      assertEquals(0, encoder.stats().queued());
      assertEquals(2, encoder.stats().texts());
    }
  }

  @Test
  void windowsOfOneLengthShareABatch() throws Exception {
    model.writeSplade(folder);
    List<Runnable> held = new ArrayList<>();
    try (Encoder encoder = Encoder.load(folder, new EncodeLimits(1, 4, 100), BUFFERS, held::add)) {
      String small = "sun";
      String large = "water ".repeat(40);
      CompletableFuture<List<EncodedText>> all =
          encoder.encode(
              Mode.DOCUMENT, List.of(small, large, small, large, small, large, small, large));
      while (held.isEmpty() == false) {
        held.remove(0).run();
      }
      all.join();
      assertEquals(2, encoder.stats().batches(), "four small ones, four large ones");
    }
  }

  @Test
  void aFolderThatHoldsNoModelTellsWhatIsMissing() {
    ModelException none = assertThrows(ModelException.class, this::load);
    assertTrue(none.getMessage().contains("model.onnx"), none.getMessage());
  }

  @Test
  void filesOutsideTheFolderAreRefused() throws IOException {
    model.writeSplade(folder);
    TinyModel.writeSettings(folder, "{\"document\": {\"graph\": \"../outside.onnx\"}}");
    Files.writeString(folder.resolveSibling("outside.onnx"), "x");
    ModelException refused = assertThrows(ModelException.class, this::load);
    assertTrue(refused.getMessage().contains("outside the model's folder"), refused.getMessage());
  }

  @Test
  void brokenFilesAreNamed() throws IOException {
    model.writeSplade(folder);
    Files.writeString(folder.resolve("model.onnx"), "no graph");
    ModelException broken = assertThrows(ModelException.class, this::load);
    assertTrue(broken.getMessage().contains("[model.onnx]"), broken.getMessage());
    TinyModel.writeSettings(folder, "{\"max_lenght\": 8}");
    ModelException unknown = assertThrows(ModelException.class, this::load);
    assertTrue(unknown.getMessage().contains("max_lenght"), unknown.getMessage());
  }
}
