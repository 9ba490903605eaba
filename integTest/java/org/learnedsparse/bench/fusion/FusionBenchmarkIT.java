package org.learnedsparse.bench.fusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learnedsparse.tools.node.Http;

class FusionBenchmarkIT {
  @TempDir Path folder;

  @Test
  void measuresThreeWaysForEachK() throws IOException {
    Path json = folder.resolve("fusion.json");
    List<Row> rows =
        FusionBenchmark.run(
            Settings.parse(
                "--docs", "1500",
                "--clusters", "20",
                "--query-count", "5",
                "--k", "5,20",
                "--heap", "512m",
                "--warmup", "0",
                "--rounds", "2",
                "--json", json.toString()));
    assertEquals(List.of(5, 20), rows.stream().map(Row::k).toList());
    JsonNode figures = Http.JSON.readTree(json.toFile());
    assertEquals(1, figures.get("segments").asInt());
    assertEquals(2, figures.get("rows").size());
    for (JsonNode row : figures.get("rows")) {
      for (Search search : Search.values()) {
        JsonNode times = row.at("/" + search + "/http_ms");
        assertTrue(times.get("p50").asDouble() > 0, row::toString);
        assertTrue(times.get("p90").asDouble() >= times.get("p50").asDouble(), row::toString);
      }
      assertTrue(row.get("percent_of_sum_median").asDouble() > 0, row::toString);
    }
    assertTrue(Files.readString(folder.resolve("fusion.md")).contains("| 20 | 30 | fused |"));
  }
}
