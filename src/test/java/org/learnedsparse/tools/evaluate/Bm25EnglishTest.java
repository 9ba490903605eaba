package org.learnedsparse.tools.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learnedsparse.tools.beir.BeirCollection;

class Bm25EnglishTest {
  @TempDir Path directory;

  @Test
  void stemsDropsStopWordsAndScoresByTheFormula() throws IOException {
    Files.writeString(
        directory.resolve("corpus.jsonl"),
        """
        {"_id": "a", "title": "Plants", "text": "grow"}
        {"_id": "b", "title": "", "text": "the planting of flowers and of trees"}
        {"_id": "c", "title": "", "text": "stones"}
        """);
    try (SearchableIndex index = new Bm25English().index(open())) {
      // Lengths without stop words 2, 3, 1: average 2; "plant" is in 2 of 3 documents.
      double idf = Math.log(1 + (3 - 2 + 0.5) / (2 + 0.5));
      List<Hit> hits = index.search("the plant", 10);
      assertEquals(List.of("a", "b"), Hit.ranking(hits));
      assertEquals(idf / (1 + 1.2 * (1 - 0.75 + 0.75 * 2 / 2)), hits.get(0).score(), 1e-6);
      assertEquals(idf / (1 + 1.2 * (1 - 0.75 + 0.75 * 3 / 2)), hits.get(1).score(), 1e-6);
      assertEquals(List.of(), index.search("the of", 10));
      assertEquals(3, index.cost().documents());
      assertTrue(index.cost().bytes() > 0);
    }
  }

  @Test
  void queriesMayBeLongerThanLucenesUsualLimit() throws IOException {
    Files.writeString(directory.resolve("corpus.jsonl"), "{\"_id\": \"a\", \"text\": \"w1999\"}");
    String words = IntStream.range(0, 2000).mapToObj(i -> "w" + i).collect(Collectors.joining(" "));
    try (SearchableIndex index = new Bm25English().index(open())) {
      assertEquals(List.of("a"), Hit.ranking(index.search(words, 10)));
    }
  }

  private BeirCollection open() throws IOException {
    Files.writeString(directory.resolve("queries.jsonl"), "{\"_id\": \"q\", \"text\": \"plant\"}");
    Files.writeString(directory.resolve("qrels.tsv"), "q\ta\t1\n");
    return BeirCollection.open(directory);
  }
}
