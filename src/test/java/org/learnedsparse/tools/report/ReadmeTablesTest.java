package org.learnedsparse.tools.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.Repository;

class ReadmeTablesTest {
  private static final String DOCUMENT =
      """
      Before
      <!-- evaluate -->
      an old table
      <!-- /evaluate -->
      After
      """;

  @TempDir Path folder;

  @Test
  void theReadmeHoldsWhatWasMeasured() throws IOException {
    String readme = Files.readString(Repository.root().resolve(ReadmeTables.README));
    assertEquals(
        ReadmeTables.rendered(readme),
        readme,
        "run docs/update-tables after ./evaluate or bench/search has written a result");
  }

  @Test
  void everySystemOfTheResultsHasAColumn() throws IOException {
    Path results =
        written(
            List.of(
                row("cranfield", "bm25_english", 0.374, 100, 400),
                row("cranfield", "learned_sparse", 0.378, 10, 1000),
                row("cranfield", "learned_sparse_bm25", 0.4126, 5, 2000),
                row("squad", "bm25_english", 0.765, 400, 900),
                row("squad", "learned_sparse", 0.781, 40, 4000),
                row("squad", "learned_sparse_bm25", 0.8, 20, 8000)));
    assertEquals(
        """
        Before
        <!-- evaluate -->

        | nDCG@10 | `bm25_english` | `learned_sparse` | `learned_sparse_bm25` |
        |---|---:|---:|---:|
        | cranfield | 0.374 | 0.378 | 0.413 |
        | squad | 0.765 | 0.781 | 0.800 |
        | **mean** | **0.570** | **0.580** | **0.606** |

        | mean over the collections | `bm25_english` | `learned_sparse` | `learned_sparse_bm25` |
        |---|---:|---:|---:|
        | documents a second, indexed | 200 | 20 | 10 |
        | bytes a document, `_source` included | 600 | 2,000 | 4,000 |

        <!-- /evaluate -->
        After
        """,
        ReadmeTables.withEvaluation(DOCUMENT, results));
  }

  @Test
  void systemThatWasNotMeasuredHasNoColumn() throws IOException {
    Path results = written(List.of(row("cranfield", "bm25_english", 0.374, 100, 400)));
    String document = ReadmeTables.withEvaluation(DOCUMENT, results);
    assertTrue(document.contains("| nDCG@10 | `bm25_english` |\n"), document);
    assertFalse(document.contains("learned_sparse"), document);
  }

  @Test
  void collectionThatASystemLacksIsNamed() throws IOException {
    Path results =
        written(
            List.of(
                row("cranfield", "bm25_english", 0.374, 100, 400),
                row("squad", "bm25_english", 0.765, 400, 900),
                row("squad", "learned_sparse_bm25", 0.8, 20, 8000)));
    String message =
        assertThrows(
                IllegalStateException.class, () -> ReadmeTables.withEvaluation(DOCUMENT, results))
            .getMessage();
    assertEquals(ReadmeTables.RESULTS + " lacks learned_sparse_bm25 on cranfield", message);
  }

  /** As {@code ./evaluate --json} writes a row, less what no table shows. */
  private static Map<String, Object> row(
      String collection, String system, double ndcg, double documentsPerSecond, double bytes) {
    return Map.of(
        "collection", collection,
        "system", system,
        "ndcg@10", ndcg,
        "docs_per_second", documentsPerSecond,
        "bytes_per_doc", bytes);
  }

  private Path written(List<Map<String, Object>> rows) throws IOException {
    Path file = folder.resolve("evaluate.json");
    Http.JSON.writeValue(file.toFile(), rows);
    return file;
  }
}
