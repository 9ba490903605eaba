package org.learnedsparse.tools.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.beir.BeirCollection;
import org.learnedsparse.tools.beir.BeirQuery;
import org.learnedsparse.tools.node.RealNode;
import org.learnedsparse.tools.node.Repository;

/** The systems of {@code ./evaluate} on a real node, with the demonstration's corpus. */
class NodeSystemIT {
  private static final int CLIENTS = 4;
  private static final int ALL = 1000;
  private static final String STOP_WORDS = "is it in the";

  /** Elasticsearch's BM25 keeps the constant k1 + 1 that Lucene's dropped. */
  private static final double FACTOR = 1.2 + 1;

  private static final List<SearchableIndex> OPEN = new ArrayList<>();

  private static RealNode node;
  private static BeirCollection collection;
  private static NodeSystem both;
  private static SearchableIndex bothIndex;
  private static SearchableIndex sparseIndex;
  private static SearchableIndex stemsIndex;
  private static SearchableIndex englishIndex;

  @BeforeAll
  static void start() throws IOException {
    collection = BeirCollection.open(Repository.root().resolve("src/demo/corpus"));
    node = RealNode.builder("node-system").start();
    Elasticsearch client = new Elasticsearch(node.url());
    both = NodeSystem.learnedSparseBm25(client, CLIENTS, "default");
    bothIndex = open(both);
    sparseIndex = open(NodeSystem.learnedSparse(client, CLIENTS, "default"));
    stemsIndex = open(stemsAlone(client));
    englishIndex = open(new Bm25English());
  }

  private static SearchableIndex open(RetrievalSystem system) throws IOException {
    SearchableIndex index = system.index(collection);
    OPEN.add(index);
    return index;
  }

  /** The same documents and mapping, and of the query the part about stems only. */
  private static NodeSystem stemsAlone(Elasticsearch client) {
    return new NodeSystem(
        "bm25_stems",
        client,
        CLIENTS,
        Map.of(NodeSystem.STEMS, both.properties().get(NodeSystem.STEMS)),
        both.fields(),
        List.of(),
        text -> Map.of("match", Map.of(NodeSystem.STEMS, String.join(" ", EnglishStems.of(text)))));
  }

  @AfterAll
  static void stop() throws IOException {
    for (SearchableIndex index : OPEN) {
      index.close();
    }
    if (node != null) {
      node.close();
    }
  }

  @Test
  void stemsScoreAsEnglishAnalysisDoes() throws IOException {
    for (BeirQuery query : collection.queries()) {
      List<Hit> expected = englishIndex.search(query.text(), ALL);
      List<Hit> found = stemsIndex.search(query.text(), ALL);
      assertFalse(expected.isEmpty(), query.text());
      assertEquals(Hit.ranking(expected), Hit.ranking(found), query.text());
      Map<String, Double> scores = scores(found);
      for (Hit hit : expected) {
        assertEquals(hit.score() * FACTOR, scores.get(hit.id()), 1e-5, query.text());
      }
    }
  }

  @Test
  void scoreIsTheModelsPlusLucenesBm25() throws IOException {
    int sums = 0;
    for (BeirQuery query : collection.queries()) {
      Map<String, Double> sparse = scores(sparseIndex.search(query.text(), ALL));
      Map<String, Double> stems = scores(stemsIndex.search(query.text(), ALL));
      Map<String, Double> found = scores(bothIndex.search(query.text(), ALL));
      Set<String> expected = new HashSet<>(sparse.keySet());
      sums += (int) stems.keySet().stream().filter(expected::contains).count();
      expected.addAll(stems.keySet());
      assertEquals(expected, found.keySet(), query.text());
      for (String id : expected) {
        double sum = sparse.getOrDefault(id, 0.0) + stems.getOrDefault(id, 0.0) / FACTOR;
        assertEquals(sum, found.get(id), 1e-5, () -> query.text() + ", document " + id);
      }
    }
    assertTrue(sums > 0, "no document was found by both");
  }

  @Test
  void queryOfStopWordsIsTheModelsAlone() {
    assertEquals(
        Map.of("learned_sparse", Map.of("field", NodeSystem.SPARSE, "query", STOP_WORDS)),
        both.query().apply(STOP_WORDS));
  }

  private static Map<String, Double> scores(List<Hit> hits) {
    return hits.stream().collect(Collectors.toMap(Hit::id, Hit::score));
  }
}
