package org.learnedsparse.integ;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.RealNode;

/**
 * A replica on another node, of an index whose merges renumber documents: once it got whole files,
 * and once, after it was away, operations alone. Each copy merges for itself, and answers as a scan
 * of all documents does.
 *
 * <p>{@code -Dlearned_sparse.seed=} repeats a run.
 */
class ReplicasIT {
  private static final String FIRST = "replicas-first";
  private static final String SECOND = "replicas-second";

  private final long seed =
      Long.getLong("learned_sparse.seed", new Random().nextLong() & 0xFFFF_FFFFL);
  private final Random random = new Random(seed);

  @Test
  void everyCopyAnswersTheSame() throws IOException {
    System.out.println("seed " + seed);
    try (RealNode node =
        RealNode.builder(FIRST)
            .heap("512m")
            .setting("cluster.name", "replicas")
            .setting("cluster.initial_master_nodes", FIRST)
            .start()) {
      ReorderingIndices indices = new ReorderingIndices(node.http());
      indices.create("docs", 1, "");
      ExactDocuments documents = indices.index("docs");
      indices.reorder("docs");
      documents.delete(node.http(), "docs", 5);
      try (RealNode second =
          RealNode.builder(SECOND)
              .heap("512m")
              .setting("cluster.name", "replicas")
              .setting("discovery.seed_hosts", node.transportAddress())
              .setting("node.roles", "data")
              .start()) {
        replicate(indices, documents, node.http(), second);
      }
    }
  }

  private void replicate(
      ReorderingIndices indices, ExactDocuments documents, Http http, RealNode second)
      throws IOException {
    indices.request("PUT", "docs/_settings", Map.of("index.number_of_replicas", 1));
    indices.awaitGreen("docs");
    checkCopies(indices, documents);
    documents.index(http, "docs", 0, 300, 3);
    indices.forceMerge("docs");
    checkCopies(indices, documents);

    second.kill();
    documents.index(http, "docs", 200, 500, 4);
    documents.delete(http, "docs", 6);
    second.restart();
    indices.awaitGreen("docs");
    checkCopies(indices, documents);
    indices.reorder("docs");
    checkCopies(indices, documents);
  }

  private void checkCopies(ReorderingIndices indices, ExactDocuments documents) {
    for (String name : List.of(FIRST, SECOND)) {
      indices.check("docs", name, documents, random);
    }
  }
}
