package org.learnedsparse.tools.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.beir.Measures;

class ReportTest {
  private static final IndexingCost COST = new IndexingCost(2000, 0.5, 3_000_000);

  private static Row row(String collection, String system, double... ndcg) {
    List<Measures> perQuery =
        Arrays.stream(ndcg).mapToObj(value -> new Measures(value, value / 2, 1)).toList();
    return new Row(collection, system, perQuery, COST);
  }

  @Test
  void tableHasDifferencesAndTheMeanOverCollections() {
    Report report =
        new Report(
            List.of(
                row("one", "bm25_english", 0.5, 0.5),
                row("one", "learned_sparse", 0.5, 0.7),
                row("two", "bm25_english", 0.2, 0.2, 0.2, 0.2),
                row("two", "learned_sparse", 0.6, 0.6, 0.6, 0.6)));
    List<String> lines = report.table().lines().toList();
    // One query of two differs, so both signs reach the difference: p = 1.
    assertLine(lines, "one learned_sparse 0.6000 0.3000 1.0000 +0.1000 1.0000 4,000 1,500");
    assertLine(lines, "one bm25_english 0.5000 0.2500 1.0000 4,000 1,500");
    // (0.6 + 0.6) / 2 - (0.5 + 0.2) / 2: each collection weighs the same.
    assertTrue(
        lines.stream()
            .map(ReportTest::squeeze)
            .anyMatch(line -> line.startsWith("mean learned_sparse 0.6000 0.3000 1.0000 +0.2500")),
        () -> String.join("\n", lines));
    assertTrue(lines.stream().allMatch(line -> line.length() <= 100));
  }

  @Test
  void everySystemHasItsLineAndItsDifferenceAndFits() {
    List<Row> rows = new ArrayList<>();
    for (String collection : List.of("cranfield", "msmarco_dl19_5k")) {
      for (String system : Options.SYSTEMS) {
        double ndcg = 0.5 + system.length() / 100.0;
        rows.add(row(collection, system, ndcg, ndcg, ndcg));
      }
    }
    Report report = new Report(rows);
    List<String> lines = report.table().lines().toList();
    assertTrue(lines.stream().allMatch(line -> line.length() <= 100), report.table());
    // The names are 19 and 12 characters long.
    for (String collection : List.of("cranfield", "msmarco_dl19_5k", "mean")) {
      String line = squeeze(lineOf(lines, collection, "learned_sparse_bm25"));
      assertTrue(
          line.startsWith(collection + " learned_sparse_bm25 0.6900 0.3450 1.0000 +0.0700 "), line);
    }
    JsonNode json = report.json();
    for (int i = 0; i < rows.size(); i++) {
      assertEquals(rows.get(i).system(), json.get(i).path("system").asText());
      assertEquals(!rows.get(i).system().equals("bm25_english"), json.get(i).has("p_value"));
    }
  }

  @Test
  void oneCollectionHasNoMean() {
    String table = new Report(List.of(row("one", "bm25_english", 0.5))).table();
    assertFalse(table.lines().anyMatch(line -> line.startsWith("mean")), table);
  }

  @Test
  void jsonHasOneObjectARow() {
    JsonNode rows =
        new Report(
                List.of(
                    row("one", "bm25_english", 0.5, 0.4), row("one", "learned_sparse", 0.5, 0.4)))
            .json();
    assertEquals(2, rows.size());
    JsonNode row = rows.get(1);
    assertEquals("one", row.path("collection").asText());
    assertEquals("learned_sparse", row.path("system").asText());
    assertEquals(2, row.path("queries").asInt());
    assertEquals(2000, row.path("documents").asInt());
    assertEquals(0.45, row.path("ndcg@10").asDouble(), 1e-12);
    assertEquals(0.225, row.path("mrr@10").asDouble(), 1e-12);
    assertEquals(1, row.path("recall@100").asDouble());
    assertEquals(4000, row.path("docs_per_second").asDouble());
    assertEquals(1500, row.path("bytes_per_doc").asDouble());
    assertEquals(1, row.path("p_value").asDouble());
    assertFalse(rows.get(0).has("p_value"));
  }

  private static void assertLine(List<String> lines, String expected) {
    assertTrue(
        lines.stream().map(ReportTest::squeeze).anyMatch(expected::equals),
        () -> String.join("\n", lines));
  }

  private static String lineOf(List<String> lines, String collection, String system) {
    return lines.stream()
        .filter(line -> squeeze(line).startsWith(collection + " " + system + " "))
        .findFirst()
        .orElseThrow();
  }

  private static String squeeze(String line) {
    return line.strip().replaceAll(" +", " ");
  }
}
