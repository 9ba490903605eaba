package org.learnedsparse.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
import org.learnedsparse.tools.onnx.GraphBuilder;
import org.learnedsparse.tools.onnx.TinyFeedback;
import org.learnedsparse.tools.onnx.TinyModel;

/** Models with a graph that changes a query's vector by those of documents. */
class FeedbackGraphTest {
  private static final EncodeLimits LIMITS = new EncodeLimits(2, 4, 10);
  private static final int DIMS = 8;

  @TempDir Path folder;
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

  private Encoder load(String settings) throws IOException {
    TinyModel.writeSettings(folder, settings);
    return Encoder.load(folder, LIMITS, new OutputBuffers(1 << 20, 2), executor);
  }

  private static List<float[]> vectors(Random random, int count) {
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] vector = new float[DIMS];
      for (int d = 0; d < DIMS; d++) {
        vector[d] = (float) random.nextGaussian();
      }
      vectors.add(vector);
    }
    return vectors;
  }

  @Test
  void theGraphGetsTheQueryFirstAndThenTheDocuments() throws IOException {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (boolean masked : new boolean[] {false, true}) {
      for (String pooling : List.of("none", "cls", "last", "mean")) {
        TinyFeedback feedback = new TinyFeedback(random, DIMS);
        feedback.write(folder.resolve("prf.onnx"), masked, pooling.equals("none"));
        try (Encoder encoder =
            load("{\"feedback\": {\"graph\": \"prf.onnx\", \"pooling\": \"" + pooling + "\"}}")) {
          for (int documents : new int[] {1, 2, 10, 100}) {
            List<float[]> all = vectors(random, 1 + documents);
            float[] made = encoder.feedback(all.get(0), all.subList(1, all.size())).join();
            double[][] expected = feedback.vectors(all);
            for (int d = 0; d < DIMS; d++) {
              assertEquals(pooled(pooling, expected, d), made[d], 1e-4, pooling + " " + documents);
            }
          }
        }
      }
    }
  }

  private static double pooled(String pooling, double[][] vectors, int dim) {
    double sum = 0;
    for (double[] vector : vectors) {
      sum += vector[dim];
    }
    return switch (pooling) {
      case "last" -> vectors[vectors.length - 1][dim];
      case "mean" -> sum / vectors.length;
      default -> vectors[0][dim];
    };
  }

  @Test
  void aModelMayOnlyChangeVectors() throws IOException {
    new TinyFeedback(new Random(3), DIMS).write(folder.resolve("prf.onnx"), false, true);
    try (Encoder encoder =
        load(
            "{\"description\": \"d\", \"feedback\": {\"graph\": \"prf.onnx\", \"normalize\": true}}")) {
      assertEquals(
          Map.of(
              "description",
              "d",
              "feedback",
              Map.of(
                  "graph",
                  "prf.onnx",
                  "output",
                  "query",
                  "pooling",
                  "none",
                  "normalize",
                  true,
                  "dims",
                  DIMS)),
          encoder.describe());
      List<float[]> all = vectors(new Random(4), 2);
      double squares = 0;
      for (float value : encoder.feedback(all.get(0), all.subList(1, 2)).join()) {
        squares += value * value;
      }
      assertEquals(1, squares, 1e-5);
      assertFalse(encoder.isSparse(Mode.QUERY));
      assertFalse(encoder.isDense(Mode.DOCUMENT));
      assertEquals(0, encoder.stats().texts());
      assertEquals(1, encoder.stats().requests());
      assertFails("encodes no texts", () -> encoder.encode(Mode.QUERY, List.of("sun")).join());
      float[] shorter = {1, 2};
      assertFails("[2]", () -> encoder.feedback(shorter, List.of(shorter)).join());
    }
  }

  @Test
  void aModelMayEncodeTextsToo() throws IOException {
    new TinyModel(17).writeSplade(folder);
    new TinyFeedback(new Random(3), DIMS).write(folder.resolve("prf.onnx"), false, true);
    try (Encoder encoder =
        load(
            "{\"document\": {\"graph\": \"model.onnx\"}, \"feedback\": {\"graph\": \"prf.onnx\"}}")) {
      assertTrue(encoder.isSparse(Mode.QUERY));
      assertEquals(2, encoder.sessions());
      List<float[]> all = vectors(new Random(4), 2);
      assertEquals(DIMS, encoder.feedback(all.get(0), all.subList(1, 2)).join().length);
      assertEquals(1, encoder.encode(Mode.QUERY, List.of("sun")).join().size());
    }
  }

  @Test
  void aModelWithoutSuchAGraphSaysSo() throws IOException {
    new TinyModel(17).writeSplade(folder);
    try (Encoder encoder = load("{}")) {
      float[] vector = new float[DIMS];
      assertFails("[feedback]", () -> encoder.feedback(vector, List.of(vector)).join());
    }
  }

  private static void assertFails(String message, Runnable run) {
    Throwable cause = assertThrows(CompletionException.class, run::run).getCause();
    assertTrue(cause instanceof ModelException, cause::toString);
    assertTrue(cause.getMessage().contains(message), cause::getMessage);
  }

  @Test
  void graphsThatDoNotFitAreRefused() throws IOException {
    assertRefused("[batch, sequence, dims]", "{\"graph\": \"g.onnx\"}", "batch", "3", "2");
    assertRefused("[batch, sequence, dims]", "{\"graph\": \"g.onnx\"}", "batch", "sequence", "n");
    assertRefused("[batch, sequence, dims]", "{\"graph\": \"g.onnx\"}", "batch", "2");
    assertRefused("[no]", "{\"graph\": \"g.onnx\", \"output\": \"no\"}", "batch", "sequence", "2");
    assertRefused(
        "[\"sum\"]", "{\"graph\": \"g.onnx\", \"pooling\": \"sum\"}", "batch", "sequence", "2");
    assertRefused("[dims]", "{\"graph\": \"g.onnx\", \"dims\": 2}", "batch", "sequence", "2");
    assertRefused("names no graph", "{}", "batch", "sequence", "2");
  }

  /** A graph with such an input, that gives vectors of two numbers, their maxima. */
  private void assertRefused(String message, String feedback, String... axes) throws IOException {
    GraphBuilder graph = new GraphBuilder("test");
    graph.input("vectors", DataType.FLOAT, axes);
    graph.longs("sequence", 1);
    graph.node("ReduceMax", "max", "vectors", "sequence").attribute("keepdims", 0);
    graph.output("max", DataType.FLOAT, "batch", "2");
    graph.write(folder.resolve("g.onnx"));
    ModelException refused =
        assertThrows(ModelException.class, () -> load("{\"feedback\": " + feedback + "}"));
    assertTrue(refused.getMessage().contains(message), refused::getMessage);
  }

  @Test
  void aVectorOfAnotherLengthIsRefused() throws IOException {
    GraphBuilder graph = new GraphBuilder("test");
    graph.input("vectors", DataType.FLOAT, "batch", "sequence", "3");
    graph.floats("projection", new float[6], 3, 2);
    graph.node("MatMul", "shorter", "vectors", "projection");
    graph.output("shorter", DataType.FLOAT, "batch", "sequence", "2");
    graph.write(folder.resolve("g.onnx"));
    ModelException refused =
        assertThrows(
            ModelException.class,
            () -> load("{\"feedback\": {\"graph\": \"g.onnx\", \"pooling\": \"cls\"}}"));
    assertTrue(refused.getMessage().contains("as long as the query's"), refused::getMessage);
  }

  @Test
  void moreThanOneInputIsRefused() throws IOException {
    GraphBuilder graph = new GraphBuilder("test");
    graph.input("query", DataType.FLOAT, "batch", "2");
    graph.input("documents", DataType.FLOAT, "batch", "sequence", "2");
    graph.node("Add", "sum", "query", "documents");
    graph.output("sum", DataType.FLOAT, "batch", "sequence", "2");
    graph.write(folder.resolve("g.onnx"));
    ModelException refused =
        assertThrows(
            ModelException.class,
            () -> load("{\"feedback\": {\"graph\": \"g.onnx\", \"pooling\": \"cls\"}}"));
    assertTrue(refused.getMessage().contains("[query, documents]"), refused::getMessage);
  }
}
