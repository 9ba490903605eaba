package org.learnedsparse.bench.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.learnedsparse.bench.search.data.QuerySampler;

class SettingsTest {
  private static List<String> names(Settings settings) {
    return settings.indices().stream().map(TestedIndex::name).toList();
  }

  @Test
  void thereAreDefaults() {
    Settings settings = Settings.parse();
    assertEquals(List.of(QuerySampler.Kind.SPLADE), settings.kinds());
    assertEquals(
        List.of("sparse_vector", "learned_sparse", "learned_sparse_reordered"), names(settings));
    assertEquals(Map.of("index.learned_sparse.reorder", true), settings.indices().get(2).own());
    assertTrue(settings.kept().isEmpty());
  }

  @Test
  void theBaselineIsAlwaysThere() {
    assertEquals(
        List.of("sparse_vector", "learned_sparse_reordered"),
        names(Settings.parse("--reorder", "on")));
  }

  @Test
  void onlyMergesThatRenumberHaveALeastSize() {
    List<TestedIndex> indices = Settings.parse("--reorder-min-docs", "1000").indices();
    String name = "index.learned_sparse.reorder_min_docs";
    assertFalse(indices.get(1).own().containsKey(name));
    assertEquals(1000, indices.get(2).own().get(name));
  }

  @ParameterizedTest
  @CsvSource({
    "--queries, bm25",
    "--docs, 0",
    "--reorder, yes",
    "--reorder-min-docs, 1",
    "--segments, -1",
    "--clients, 0",
    "--heap, 2 GB"
  })
  void mistakesAreNamed(String option, String value) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Settings.parse(option, value))
            .getMessage();
    assertTrue(message.startsWith("[" + option + " " + value + "]"), message);
  }
}
