package org.learnedsparse.bench.fusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  @Test
  void theDenseSideLooksAtMoreThanItFinds() {
    Settings settings = Settings.parse("--k", "10,25");
    assertEquals(List.of(10, 25), settings.ks());
    assertEquals(15, settings.candidates(10));
    assertEquals(38, settings.candidates(25));
    assertEquals(40, Settings.parse("--k", "10,25", "--num-candidates", "40").candidates(10));
  }

  @Test
  void nothingIsTooSlowUnlessABoundIsGiven() {
    assertTrue(Settings.parse().ofSum().isEmpty());
    assertEquals(110, Settings.parse("--of-sum", "110").ofSum().getAsInt());
  }

  @ParameterizedTest
  @CsvSource({
    "--docs, 0",
    "--k, 0",
    "--num-candidates, 99",
    "--queries, bm25",
    "--of-sum, much",
    "--rounds, 0"
  })
  void mistakesAreNamed(String option, String value) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Settings.parse(option, value))
            .getMessage();
    assertTrue(message.startsWith("[" + option + " " + value + "]"), message);
  }
}
