package org.learnedsparse.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The graph that is shipped computes what the training computes. */
class GraphTest {
  private static final int VOCABULARY = 60;
  private static final int DIMS = 7;
  private static final float TOLERANCE = 1e-4f;
  private static final DocumentModel.Shape SHAPE =
      new DocumentModel.Shape(.7f, .9f, 12, .7f, 2, 10, .3f, .5f);

  @TempDir private Path folder;

  @BeforeAll
  static void natives() {
    Natives.use();
  }

  @Test
  void itsOutputsAreThoseOfTheModel() throws IOException, OrtException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    DocumentModel model = model(random);
    Path file = folder.resolve("model.onnx");
    DenseModel dense = dense(random);
    Graph.of(model, dense).write(file);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(file.toString())) {
      for (int round = 0; round < 50; round++) {
        int[][] documents = documents(random);
        Outputs outputs = run(environment, session, documents);
        float[][] weights = outputs.weights();
        for (int d = 0; d < documents.length; d++) {
          DenseModel.Text text = DenseModel.Text.of(documents[d], SHAPE);
          float[] sum = dense.sum(text, new float[DIMS]);
          // Sums of many rows, added in another order.
          float largest = 1;
          for (float value : sum) {
            largest = Math.max(largest, Math.abs(value));
          }
          assertArrayEquals(
              sum, outputs.dense()[d], TOLERANCE * largest, "seed " + seed + ", round " + round);
          float[] unfloored = weights(model, documents[d]);
          for (int term = 0; term < VOCABULARY; term++) {
            float expected = unfloored[term] < SHAPE.floor() ? 0 : unfloored[term];
            // Next to the floor, a rounding decides.
            if (Math.abs(unfloored[term] - SHAPE.floor()) > TOLERANCE) {
              assertEquals(
                  expected, weights[d][term], TOLERANCE, "seed " + seed + ", round " + round);
            }
          }
        }
      }
    }
  }

  @Test
  void importancesFallFromTheStartAndTheirGeometricMeanIsOne() {
    DocumentModel model = model(new SplittableRandom(1));
    int[] document = new int[40];
    Arrays.fill(document, VOCABULARY - 1);
    document[5] = 1; // has no weight, but a place
    float[] importances = model.importances(document);
    double logarithms = 0;
    float before = Float.MAX_VALUE;
    for (int i = 0; i < document.length; i++) {
      if (i == 5) {
        assertEquals(0, importances[i]);
      } else {
        assertTrue(importances[i] < before);
        before = importances[i];
        logarithms += Math.log(importances[i]);
      }
    }
    assertEquals(0, logarithms, 1e-4);
    // 1 + 2 / (1 + 0) against 1 + 2 / (1 + 10 / 10).
    assertEquals(3 / 2f, importances[0] / importances[10], 1e-5);
  }

  /** Tokens 1 to 9 have no weight, the others up to five expansions. */
  private static DocumentModel model(SplittableRandom random) {
    boolean[] weightless = new boolean[VOCABULARY];
    Arrays.fill(weightless, 0, 10, true);
    Expansions expansions = new Expansions(VOCABULARY);
    for (int token = 10; token < VOCABULARY; token++) {
      for (int i = random.nextInt(6); i > 0; i--) {
        int target = random.nextInt(10, VOCABULARY);
        if (target != token) {
          // In 255ths, as the graph holds it.
          expansions.raise(token, target, random.nextInt(1, 256) / 255.0);
        }
      }
    }
    return DocumentModel.of(expansions, weightless, SHAPE);
  }

  /** In 127ths of a power of two, as the graph holds a row whose largest number is that. */
  private static DenseModel dense(SplittableRandom random) {
    float[][] rows = new float[VOCABULARY][DIMS];
    for (int token = 1; token < VOCABULARY; token++) {
      float scale = (1 << random.nextInt(4)) / 127f;
      for (int k = 0; k < DIMS; k++) {
        rows[token][k] = scale * (k == 0 ? 127 : random.nextInt(-127, 128));
      }
    }
    return new DenseModel(rows);
  }

  private static int[][] documents(SplittableRandom random) {
    int[][] documents = new int[random.nextInt(1, 4)][];
    for (int d = 0; d < documents.length; d++) {
      documents[d] = random.ints(random.nextInt(0, 50), 1, VOCABULARY).toArray();
    }
    return documents;
  }

  @SuppressWarnings("ArrayRecordComponent") // Read, never compared.
  private record Outputs(float[][] weights, float[][] dense) {}

  private static Outputs run(OrtEnvironment environment, OrtSession session, int[][] documents)
      throws OrtException {
    int longest = 1 + Arrays.stream(documents).mapToInt(d -> d.length).max().orElseThrow();
    long[][] ids = new long[documents.length][longest];
    long[][] mask = new long[documents.length][longest];
    for (int d = 0; d < documents.length; d++) {
      for (int i = 0; i < documents[d].length; i++) {
        ids[d][i] = documents[d][i];
        mask[d][i] = 1;
      }
      // What is masked must not count, whatever it is.
      Arrays.fill(ids[d], documents[d].length, longest, VOCABULARY - 1);
    }
    try (OnnxTensor idTensor = OnnxTensor.createTensor(environment, ids);
        OnnxTensor maskTensor = OnnxTensor.createTensor(environment, mask);
        OrtSession.Result result =
            session.run(Map.of("input_ids", idTensor, "attention_mask", maskTensor))) {
      return new Outputs(
          (float[][]) result.get("weights").orElseThrow().getValue(),
          (float[][]) result.get("dense").orElseThrow().getValue());
    }
  }

  /** The weight of every term, those below the floor as well. */
  private static float[] weights(DocumentModel model, int[] document) {
    float[] counts = new float[VOCABULARY];
    float[] importances = model.importances(document);
    float length = model.length(document);
    float share = SHAPE.expansionShare(length);
    for (int i = 0; i < document.length; i++) {
      int token = document[i];
      for (int t = 0; t < model.targets()[token].length; t++) {
        counts[model.targets()[token][t]] +=
            t == 0 ? importances[i] : share * model.strengths()[token][t];
      }
    }
    float k = SHAPE.k(length);
    for (int term = 0; term < VOCABULARY; term++) {
      counts[term] = DocumentModel.MAX_WEIGHT * counts[term] / (counts[term] + k);
    }
    return counts;
  }
}
