package org.learnedsparse.bench.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learnedsparse.tools.node.Http;

class SearchBenchmarkTest {
  private static final int DOCUMENTS = 2500;

  @TempDir Path folder;

  private List<Row> run(String... options) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--docs", String.valueOf(DOCUMENTS),
                "--query-count", "4",
                "--rounds", "1",
                "--warmup", "0",
                "--work", folder.resolve("work").toString()));
    all.addAll(List.of(options));
    return SearchBenchmark.run(Settings.parse(all.toArray(String[]::new)));
  }

  private static void assertExact(List<Row> rows) {
    for (Row row : rows) {
      assertFalse(row.isBroken(), row::toString);
      // What a feature field keeps of a weight is enough for nearly all documents.
      assertTrue(row.audit().recall() > 0.9, row::toString);
    }
  }

  @Test
  void measuresEveryCombination() throws IOException {
    Path json = folder.resolve("result.json");
    List<Row> rows =
        run("--queries", "splade,inference_free", "--k", "10,3000", "--json", json.toString());
    assertExact(rows);
    assertEquals(2 * 2 * 2, rows.size());
    JsonNode written = Http.JSON.readTree(json.toFile());
    Set<String> seen = new TreeSet<>();
    for (JsonNode row : written.get("rows")) {
      seen.add(row.get("engine").asText() + row.get("queries").asText() + row.get("k").asInt());
      assertEquals(DOCUMENTS, row.get("docs").asInt());
      assertEquals("exact", row.get("mode").asText());
      assertTrue(row.get("mean_ms").asDouble() > 0);
      assertTrue(row.get("p50_ms").asDouble() <= row.get("p99_ms").asDouble());
      assertTrue(row.get("bytes").asLong() > 100L * DOCUMENTS);
    }
    assertEquals(rows.size(), seen.size());
    assertTrue(Files.readString(folder.resolve("result.md")).contains("| `learned_sparse` |"));
    try (Stream<Path> left = Files.list(folder.resolve("work"))) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void deletesFiltersAndSegmentsAreHonoured() throws IOException {
    List<Row> rows =
        run("--delete-share", "0.3", "--filter-share", "0.2", "--segments", "3", "--k", "10,1000");
    assertExact(rows);
    rows.forEach(row -> assertEquals(3, row.built().segments()));
  }

  @Test
  void keptIndicesAreUsedAgain() throws IOException {
    String kept = folder.resolve("kept").toString();
    List<Row> first = run("--order", "reordered", "--keep", kept);
    List<Row> second = run("--order", "reordered", "--keep", kept);
    assertExact(first);
    assertExact(second);
    assertEquals(first.get(0).built(), second.get(0).built());
    List<Row> random = run("--keep", kept);
    assertExact(random);
    assertTrue(random.get(0).built().bytes() > first.get(0).built().bytes());
  }
}
