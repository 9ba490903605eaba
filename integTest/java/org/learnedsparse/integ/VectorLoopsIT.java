package org.learnedsparse.integ;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.RealNode;

/**
 * A node starts JDK 25 with the module for vector instructions: the plugin must find and use it,
 * and searches then answer as a scan of all documents does.
 *
 * <p>{@code -Dlearned_sparse.seed=} repeats a run.
 */
class VectorLoopsIT {
  /** Several superblocks, the last one not full. */
  private static final int DOCUMENTS = 9_000;

  private static final int QUERIES = 40;

  private final long seed =
      Long.getLong("learned_sparse.seed", new Random().nextLong() & 0xFFFF_FFFFL);
  private final Random random = new Random(seed);

  @Test
  void searchesRunOnVectors() throws IOException {
    Path home = Jdks.jdk25().orElse(null);
    assumeTrue(home != null, Jdks.NO_JDK_25);
    System.out.println("seed " + seed);
    try (RealNode node = RealNode.builder("vector-loops").javaHome(home).heap("512m").start()) {
      Http http = node.http();
      http.request(
              "PUT",
              "docs",
              Map.of(
                  "settings",
                  Map.of("number_of_replicas", 0),
                  "mappings",
                  Http.JSON.readTree(ExactDocuments.MAPPING)))
          .orThrow();
      ExactDocuments documents = new ExactDocuments();
      for (int from = 0; from < DOCUMENTS; from += 1_000) {
        documents.index(http, "docs", from, from + 1_000, 1);
      }
      http.request("POST", "docs/_forcemerge?max_num_segments=1", null).orThrow();
      documents.delete(http, "docs", 7);
      http.request("POST", "docs/_refresh", null).orThrow();
      documents.check(http, "docs/_search", QUERIES, random);

      String log = Files.readString(node.logFile());
      assertTrue(log.contains("the loops of learned_sparse searches: vectors of "), log);
    }
  }
}
