package org.learnedsparse.tools.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learnedsparse.tools.node.Repository;

class FusionTableTest {
  @TempDir Path root;

  @Test
  void theReferenceHoldsWhatWasMeasured() throws IOException {
    String document = Files.readString(Repository.root().resolve(ReadmeTables.REFERENCE));
    assertEquals(
        ReadmeTables.withFusion(document, Repository.root()),
        document,
        "run docs/update-tables after " + FusionTable.RESULTS + " has changed");
  }

  @Test
  void aRowForEachSystem() throws IOException {
    results(
        """
        [ { "collection": "a", "system": "x", "ndcg@10": 0.5 },
          { "collection": "a", "system": "y", "ndcg@10": 0.25 },
          { "collection": "b", "system": "x", "ndcg@10": 0.75 },
          { "collection": "b", "system": "y", "ndcg@10": 1 } ]
        """);
    assertEquals(
        """
        | nDCG@10 | a | b | **mean** |
        |---|---:|---:|---:|
        | `x` | 0.500 | 0.750 | **0.6250** |
        | `y` | 0.250 | 1.000 | **0.6250** |
        """,
        FusionTable.render(root));
  }

  @Test
  void aGapIsAMistake() throws IOException {
    results(
        """
        [ { "collection": "a", "system": "x", "ndcg@10": 0.5 },
          { "collection": "b", "system": "y", "ndcg@10": 1 } ]
        """);
    String message =
        assertThrows(IllegalStateException.class, () -> FusionTable.render(root)).getMessage();
    assertEquals("docs/results/fusion.json lacks collections for x", message);
  }

  private void results(String json) throws IOException {
    Path file = root.resolve(FusionTable.RESULTS);
    Files.createDirectories(file.getParent());
    Files.writeString(file, json);
  }
}
