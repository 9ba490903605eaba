package org.learnedsparse.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.learnedsparse.encode.EncodeLimits;
import org.learnedsparse.encode.EncodedText;
import org.learnedsparse.encode.Encoder;
import org.learnedsparse.encode.Mode;
import org.learnedsparse.encode.graph.OutputBuffers;
import org.learnedsparse.tools.node.Repository;

/** The dense vectors of the model in the box. */
class DefaultModelTest {
  private static final int DIMS = 128;
  private static final EncodeLimits LIMITS = new EncodeLimits(1, 4, 100);

  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private Encoder encoder;

  @BeforeAll
  static void natives() {
    Natives.use();
  }

  @BeforeEach
  void load() throws IOException {
    encoder =
        Encoder.load(
            Repository.root().resolve("models/default"),
            LIMITS,
            new OutputBuffers(8 << 20, 1),
            thread);
  }

  @AfterEach
  void close() throws InterruptedException {
    encoder.close();
    thread.shutdown();
    assertTrue(thread.awaitTermination(10, TimeUnit.SECONDS));
  }

  private float[] dense(Mode mode, String text) {
    return encoder.encodeAll(mode, List.of(text)).join().get(0).dense();
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += (double) a[k] * b[k];
    }
    return sum;
  }

  @Test
  void vectorsHaveLengthOneWhateverTheTokensAre() {
    List<String> texts =
        List.of(
            "how do plants make energy", "the of and", "?", "日本語 العربية 🌱", "word ".repeat(9000));
    for (Mode mode : Mode.values()) {
      for (String text : texts) {
        float[] vector = dense(mode, text);
        assertNotNull(vector, text);
        assertEquals(DIMS, vector.length);
        // What Elasticsearch's dot_product asks for.
        assertEquals(1, dot(vector, vector), 1e-5, text);
      }
      assertNull(dense(mode, " \n"));
    }
  }

  @Test
  void aTextHasOneVectorOnBothSidesAndInAnyBatch() {
    List<String> texts =
        List.of("sea plants", "a car with new tires and a long way to go", "kidney stones");
    List<EncodedText> together = encoder.encode(Mode.DOCUMENT, texts).join();
    for (int i = 0; i < texts.size(); i++) {
      assertArrayEquals(dense(Mode.QUERY, texts.get(i)), together.get(i).dense(), 1e-6f);
    }
  }

  @Test
  void plainQueriesNeedNoInference() {
    EncodedText query =
        encoder.encode(Mode.QUERY, List.of("how do plants make energy")).join().get(0);
    assertNull(query.dense());
    assertEquals(0, encoder.stats().batches());
    assertEquals(
        query.vector(),
        encoder.encodeAll(Mode.QUERY, List.of("how do plants make energy")).join().get(0).vector());
  }

  @Test
  void wordsOfOneMatterLieTogether() {
    float[] query = dense(Mode.QUERY, "how to treat kidney disease");
    double near = dot(query, dense(Mode.DOCUMENT, "Dialysis is a therapy for renal failure."));
    double far = dot(query, dense(Mode.DOCUMENT, "The football club won the match on Sunday."));
    assertTrue(near > far + 0.2, near + " against " + far);
  }
}
