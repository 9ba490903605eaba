package org.learnedsparse.bench.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learnedsparse.tools.node.Http;

class HttpBenchmarkIT {
  private static final int DOCUMENTS = 2_500;

  @TempDir Path folder;

  private List<Row> run(Path json) throws IOException {
    return HttpBenchmark.run(
        Settings.parse(
            "--docs", String.valueOf(DOCUMENTS),
            "--queries", "splade,inference_free",
            "--query-count", "5",
            "--reorder-min-docs", "500",
            "--heap", "512m",
            "--warmup", "0",
            "--rounds", "1",
            "--keep", folder.resolve("kept").toString(),
            "--json", json.toString()));
  }

  @Test
  void measuresEveryWayAndKeepsTheIndices() throws IOException {
    List<Row> rows = run(folder.resolve("first.json"));
    assertEquals(2 * 10, rows.size());
    for (Row row : rows) {
      assertFalse(row.isBroken(), row::toString);
      assertTrue(row.agreement().overlap() > 0.9, row::toString);
      assertTrue(row.throughput().queriesPerSecond() > 0, row::toString);
    }
    JsonNode first = Http.JSON.readTree(folder.resolve("first.json").toFile());
    assertEquals(rows.size(), first.get("rows").size());
    for (JsonNode index : first.get("indices")) {
      assertEquals(1, index.get("segments").asInt(), index::toString);
      assertTrue(index.get("docs_per_s").asDouble() > 0, index::toString);
      long source = index.get("source_bytes").asLong();
      assertTrue(source > 100L * DOCUMENTS, index::toString);
      assertTrue(index.get("bytes").asLong() > source + 100L * DOCUMENTS, index::toString);
    }
    assertTrue(Files.readString(folder.resolve("first.md")).contains("| `sparse_vector` |"));

    run(folder.resolve("second.json"));
    JsonNode second = Http.JSON.readTree(folder.resolve("second.json").toFile());
    assertEquals(first.get("indices"), second.get("indices"));
  }
}
