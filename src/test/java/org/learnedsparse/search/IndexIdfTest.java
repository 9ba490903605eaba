package org.learnedsparse.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The formula, against values worked out by hand. */
class IndexIdfTest {
  /** Implies that every second document has the term. */
  private static final float EVERY_SECOND = (float) Math.log(3);

  private static float weight(double share, float table, long frequency, long documents) {
    return new IndexIdf(share, (searcher, term) -> 0).weight(table, frequency, documents);
  }

  /**
   * Where p0 is ½: p = (99 + 150 + ½) / 1000 = .2495, idf = ln(1 + 1/.2495) = 1.6110398; and (699 +
   * 150 + ½) / 1000 = .8495, idf = ln(1 + 1/.8495) = .7780227.
   */
  @ParameterizedTest
  @CsvSource({
    "0, 99, 1.0986123",
    "0.25, 99, 1.2089544",
    "0.5, 99, 1.3303790",
    "1, 99, 1.6110398",
    "1, 699, 0.7780227",
  })
  void aTermThatTheTableSaysEverySecondDocumentHas(double share, long frequency, double expected) {
    assertEquals(expected, weight(share, EVERY_SECOND, frequency, 699), 2e-7);
  }

  @Test
  void anIndexOfNoDocumentsChangesNothingWhereTheTableIsConsistent() {
    // p = (150 + ½) / 301 = ½, the table's own share.
    for (double share : new double[] {0, .3, 1}) {
      assertEquals(EVERY_SECOND, weight(share, EVERY_SECOND, 0, 0), 1e-7);
    }
  }

  @Test
  void aLightTermIsOneThatAllDocumentsHave() {
    // p0 is 1 and no more: p = 300.5 / 301, idf = ln(1 + 301/300.5) = .6939788.
    for (float light : new float[] {.1f, 1e-30f, Float.MIN_VALUE}) {
      assertEquals(.6939788, weight(1, light, 0, 0), 2e-7);
    }
    assertEquals(Math.sqrt(.1 * .6939788), weight(.5, .1f, 0, 0), 2e-7);
  }

  @Test
  void aHeavyTermIsOneThatNoDocumentOfTheTableHas() {
    // p0 is 0 or next to it: p = ½ / 301, idf = ln 603 = 6.4019172.
    for (float heavy : new float[] {100, 1000, Float.MAX_VALUE}) {
      assertEquals(6.4019172, weight(1, heavy, 0, 0), 1e-6);
      assertEquals(Math.sqrt(heavy * 6.4019172), weight(.5, heavy, 0, 0), heavy * 1e-6);
    }
  }

  @Test
  void aTermOfAllDocumentsKeepsAWeight() {
    for (long documents : new long[] {1, 1_000, 1_000_000_000_000L}) {
      float weight = weight(1, .5f, documents, documents);
      assertTrue(weight > Math.log(2) - 1e-7 && weight < .7, "of " + documents + ": " + weight);
    }
  }

  @Test
  void theWeightLiesBetweenTheTablesAndTheIndexsAndFallsWithTheFrequency() {
    long seed = new Random().nextLong();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 10_000; i++) {
      String message = "seed " + seed + ", case " + i;
      float table = (float) Math.exp(random.nextDouble(-50, 50));
      long documents = (long) Math.exp(random.nextDouble(0, 30));
      long frequency = random.nextLong(documents + 1);
      double share = random.nextDouble();
      float of = weight(share, table, frequency, documents);
      float index = weight(1, table, frequency, documents);
      assertTrue(of >= Math.min(table, index) * (1 - 1e-6), message);
      assertTrue(of <= Math.max(table, index) * (1 + 1e-6), message);
      assertTrue(of >= weight(share, table, frequency + 1, documents), message);
      assertTrue(of <= weight(share, table, frequency, documents + 1), message);
      assertEquals(table, weight(0, table, frequency, documents), table * 1e-6f, message);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY})
  void aShareOutOfRangeIsNamed(double share) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> weight(share, 1, 0, 0)).getMessage();
    assertTrue(message.contains("[index_idf] is [" + share + "]; it must be 0 to 1"), message);
  }

  @Test
  void onlyAShareAboveZeroAdapts() {
    assertFalse(IndexIdf.NONE.adapts());
    assertTrue(new IndexIdf(1e-9, (searcher, term) -> 0).adapts());
  }
}
