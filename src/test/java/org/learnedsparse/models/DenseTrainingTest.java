package org.learnedsparse.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DenseTrainingTest {
  private static final int VOCABULARY = 200;
  private static final int DIMS = 16;
  private static final DocumentModel.Shape SHAPE =
      new DocumentModel.Shape(.7f, .9f, 12, .7f, 2, 10, .3f, .5f);
  private static final DenseTraining.Settings SETTINGS =
      new DenseTraining.Settings(30, 32, 0.1f, 0.02f, 3);

  /** Word i of the first hundred is answered by word i of the second, amid noise. */
  private static DenseTraining.Source pairs(Random random) {
    DenseTraining.Source source = new DenseTraining.Source();
    for (int i = 0; i < 400; i++) {
      int word = i % 100;
      int[] passage = {
        random.nextInt(100, VOCABULARY), 100 + word, random.nextInt(100, VOCABULARY)
      };
      source.add(
          DenseModel.Text.of(new int[] {word}, SHAPE), DenseModel.Text.of(passage, SHAPE), word);
    }
    return source;
  }

  private static DenseModel trained(List<Double> losses) {
    float[] weights = new float[VOCABULARY];
    Arrays.fill(weights, 1);
    DenseModel model = DenseModel.random(weights, DIMS, 5);
    losses.addAll(DenseTraining.train(model, List.of(pairs(new Random(9))), SETTINGS));
    return model;
  }

  private static float[] unit(DenseModel model, int token) {
    float[] vector = model.sum(DenseModel.Text.of(new int[] {token}, SHAPE), new float[DIMS]);
    assertTrue(DenseModel.normalise(vector) > 0);
    return vector;
  }

  @Test
  void aQuerysWordComesClosestToTheWordThatAnswersIt() {
    List<Double> losses = new ArrayList<>();
    DenseModel model = trained(losses);
    assertTrue(losses.get(29) < losses.get(0) / 4, losses::toString);
    int first = 0;
    for (int word = 0; word < 100; word++) {
      float[] query = unit(model, word);
      int best = 100;
      double highest = Double.NEGATIVE_INFINITY;
      for (int answer = 100; answer < VOCABULARY; answer++) {
        float[] other = unit(model, answer);
        double cosine = 0;
        for (int k = 0; k < DIMS; k++) {
          cosine += query[k] * other[k];
        }
        if (cosine > highest) {
          highest = cosine;
          best = answer;
        }
      }
      first += best == 100 + word ? 1 : 0;
    }
    assertTrue(first >= 90, "only " + first + " of 100 words find their answer");
  }

  @Test
  void theSameDataGivesTheSameBits() {
    float[][] once = trained(new ArrayList<>()).rows();
    float[][] again = trained(new ArrayList<>()).rows();
    for (int token = 0; token < VOCABULARY; token++) {
      assertArrayEquals(once[token], again[token], 0f);
    }
  }

  @Test
  void rowsAreAsLongAsTheirTokensWeighAndNoneIsZero() {
    float[] weights = new float[VOCABULARY];
    Arrays.fill(weights, 0, 50, 2);
    Arrays.fill(weights, 50, 100, 4);
    float[][] rows = DenseModel.random(weights, 2000, 1).rows();
    for (int token = 0; token < VOCABULARY; token++) {
      double expected = token < 50 ? 2 / 3.0 : token < 100 ? 4 / 3.0 : 0.1;
      assertEquals(expected, DenseModel.normalise(rows[token]), 0.1 * expected);
    }
  }
}
