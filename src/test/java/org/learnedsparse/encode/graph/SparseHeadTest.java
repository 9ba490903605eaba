package org.learnedsparse.encode.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.learnedsparse.encode.folder.Activation;
import org.learnedsparse.encode.folder.ModelException;
import org.learnedsparse.encode.folder.Pooling;
import org.learnedsparse.encode.folder.Repeats;
import org.learnedsparse.encode.folder.Route;
import org.learnedsparse.encode.folder.TermRules;
import org.learnedsparse.encode.text.TokenWindow;
import org.learnedsparse.encode.text.Vocabulary;
import org.learnedsparse.vector.SparseVector;

/** Pooled rows become the largest dimensions, activated, under their names. */
class SparseHeadTest {
  private static final TokenWindow WINDOW = new TokenWindow(new long[] {0}, 0, 1, false, 0, 1);

  private static SparseHead head(int topK, Activation activation) throws IOException {
    Route.SparseHead route =
        new Route.SparseHead(
            null,
            null,
            Pooling.NONE,
            activation,
            Repeats.SUM,
            TermRules.TOKENS,
            null,
            false,
            topK,
            Route.SparseHead.NUMBERS,
            null);
    Vocabulary vocabulary =
        Vocabulary.of(
            JsonParser.parseString("{\"model\": {\"vocab\": {\"a\": 0}}}").getAsJsonObject());
    return new SparseHead(Path.of("."), route, Pooling.NONE, vocabulary);
  }

  private static SparseVector encode(SparseHead head, float... values) {
    Rows rows = (first, into, count) -> System.arraycopy(values, first, into, 0, count);
    return head.encode(rows, new TokenWindow[] {WINDOW}, 1, values.length)[0];
  }

  @Test
  void theLargestDimensionsAreKeptAndOfEqualOnesTheFirst() throws IOException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 500; round++) {
      int width = random.nextInt(1, 40);
      float[] values = new float[width];
      for (int i = 0; i < width; i++) {
        values[i] = random.nextInt(-3, 6) / 2f; // many ties
      }
      int k = random.nextInt(1, 45);
      List<Integer> order = new ArrayList<>(IntStream.range(0, width).boxed().toList());
      order.sort(Comparator.comparing((Integer i) -> -values[i]).thenComparing(i -> i));
      Map<String, Float> expected = new TreeMap<>();
      for (int i : order.subList(0, Math.min(k, width))) {
        if (values[i] > 0) {
          expected.put(String.valueOf(i), values[i]);
        }
      }
      assertEquals(
          expected,
          new TreeMap<>(encode(head(k, Activation.RELU), values).toMap()),
          "seed " + seed + ", round " + round);
    }
  }

  @Test
  void binaryWeightsAreThoseOfTheLargestRawOnes() throws IOException {
    assertEquals(
        Map.of("1", 1f, "3", 1f), encode(head(2, Activation.STEP), .1f, .9f, -1, .5f, .2f).toMap());
  }

  @Test
  void whatIsNoNumberIsNoticedAlsoWhereFewAreKept() throws IOException {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      for (int k : new int[] {1, 2, 5}) {
        SparseHead head = head(k, Activation.LOG1P_RELU);
        ModelException broken =
            assertThrows(ModelException.class, () -> encode(head, 3, bad, 2, 1));
        assertTrue(broken.getMessage().contains("the model is broken"), broken.getMessage());
      }
    }
  }

  @Test
  void activations() {
    assertEquals(Math.log(1 + Math.log(1 + 2.5)), Activation.LOG1P_LOG1P_RELU.apply(2.5f), 1e-6);
    assertEquals(Math.log(1 + 2.5), Activation.LOG1P_RELU.apply(2.5f), 1e-6);
    for (Activation activation : Activation.values()) {
      assertEquals(0, activation.apply(-1));
      assertEquals(0, activation.apply(0));
      assertTrue(Float.isNaN(activation.apply(Float.NaN)), activation.toString());
    }
  }
}
