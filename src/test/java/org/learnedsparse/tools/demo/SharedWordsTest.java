package org.learnedsparse.tools.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learnedsparse.tools.beir.BeirCollection;
import org.learnedsparse.tools.beir.BeirDocument;

class SharedWordsTest {
  @TempDir Path directory;

  @Test
  void comparesStemsAndOnlyWithTheBest() throws IOException {
    Files.writeString(
        directory.resolve("corpus.jsonl"),
        """
        {"_id": "leaves", "title": "Leaves", "text": "make sugar of the light"}
        {"_id": "plants", "title": "", "text": "plants"}
        """);
    Files.writeString(
        directory.resolve("queries.jsonl"),
        """
        {"_id": "none", "text": "the food of a plant"}
        {"_id": "stem", "text": "a leaf's making"}
        {"_id": "title", "text": "leaves"}
        {"_id": "irrelevant", "text": "stones"}
        """);
    Files.writeString(
        directory.resolve("qrels.tsv"),
        """
        none\tleaves\t2
        none\tplants\t1
        stem\tleaves\t1
        title\tleaves\t1
        irrelevant\tplants\t0
        """);
    BeirCollection collection = BeirCollection.open(directory);
    SharedWords shared = new SharedWords(collection);
    assertTrue(shared.none(collection.queries().get(0)), "a less relevant document does not count");
    assertFalse(shared.none(collection.queries().get(1)), "make and making");
    assertFalse(shared.none(collection.queries().get(2)), "the title counts");
    assertFalse(shared.none(collection.queries().get(3)), "there is no best document");
    assertEquals(
        List.of("leaves"),
        shared.best(collection.queries().get(0)).stream().map(BeirDocument::id).toList());
    assertEquals(List.of(), shared.best(collection.queries().get(3)));
  }
}
