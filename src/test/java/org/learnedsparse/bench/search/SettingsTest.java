package org.learnedsparse.bench.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.learnedsparse.bench.search.engine.Engine;
import org.learnedsparse.bench.search.engine.Mode;

class SettingsTest {
  @Test
  void thereAreDefaults() {
    Settings settings = Settings.parse();
    assertEquals(List.of(10, 100, 1000), settings.ks());
    assertEquals(List.of(Mode.EXACT), settings.modes());
    assertEquals("random", settings.order());
    assertEquals(
        List.of("feature_field", "learned_sparse"),
        settings.engines().stream().map(Engine::name).toList());
    assertTrue(settings.plan().isVisible(0));
  }

  @ParameterizedTest
  @CsvSource({
    "--order, sorted",
    "--queries, bm25",
    "--engines, lucene",
    "--docs, 0",
    "--delete-share, 2"
  })
  void mistakesAreNamed(String option, String value) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Settings.parse(option, value))
            .getMessage();
    assertTrue(message.startsWith("[" + option + " " + value + "]"), message);
  }

  @Test
  void approximationsThatNoEngineKnowsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Settings.parse("--approximate", "luck=0.5"));
  }

  @Test
  void modesAreReadAndNamed() {
    Mode mode = Mode.parse("threshold_factor=0.9,query_mass=0.95");
    assertEquals(Map.of("threshold_factor", 0.9, "query_mass", 0.95), mode.parameters());
    assertEquals("query_mass=0.95,threshold_factor=0.9", mode.toString());
    assertEquals(0.9, mode.get("threshold_factor", 1));
    assertEquals(1, mode.get("other", 1));
    assertEquals("exact", Mode.EXACT.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0.9", "=0.9", "a=", "a=x", "a=1,,b=2"})
  void badModesAreRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Mode.parse(text));
  }
}
