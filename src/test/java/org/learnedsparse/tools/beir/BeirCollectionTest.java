package org.learnedsparse.tools.beir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class BeirCollectionTest {
  @TempDir Path directory;

  @BeforeEach
  void write() throws IOException {
    write(
        "corpus.jsonl",
        """
        {"_id": "a", "title": "Leaves", "text": "make sugar"}
        {"_id": 7, "title": null, "text": "no title", "metadata": {}}

        {"_id": "c", "text": ""}
        """);
    write(
        "queries.jsonl",
        """
        {"_id": "q2", "text": " verbatim\\u0009text "}
        {"_id": "unjudged", "text": "x"}
        {"_id": "q1", "text": "second"}
        """);
    write("qrels.tsv", "query-id\tcorpus-id\tscore\nq1\ta\t2\nq1\t7\t0\nq2\tc\t1\n");
  }

  @Test
  void readsDocumentsQueriesAndJudgments() throws IOException {
    BeirCollection collection = BeirCollection.open(directory);
    assertEquals(directory.getFileName().toString(), collection.name());
    assertEquals(
        List.of(new BeirQuery("q2", " verbatim\ttext "), new BeirQuery("q1", "second")),
        collection.queries());
    assertEquals(Map.of("a", 2, "7", 0), collection.judgments().of("q1"));
    assertEquals(Map.of(), collection.judgments().of("unjudged"));
    try (Stream<BeirDocument> documents = collection.documents()) {
      assertEquals(
          List.of(
              new BeirDocument("a", "Leaves", "make sugar"),
              new BeirDocument("7", "", "no title"),
              new BeirDocument("c", "", "")),
          documents.toList());
    }
  }

  @Test
  void headHasTheFirstDocuments() throws IOException {
    BeirCollection head = BeirCollection.open(directory).head("two", 2);
    assertEquals("two", head.name());
    try (Stream<BeirDocument> documents = head.documents()) {
      assertEquals(List.of("a", "7"), documents.map(BeirDocument::id).toList());
    }
  }

  @Test
  void bodyIsTitleAndText() {
    assertEquals("Leaves make sugar", new BeirDocument("a", "Leaves", "make sugar").body());
    assertEquals("make sugar", new BeirDocument("a", "", "make sugar").body());
  }

  @Test
  void judgmentsMayLackTheHeaderAndLieInTheSubfolder() throws IOException {
    Files.delete(directory.resolve("qrels.tsv"));
    Files.createDirectory(directory.resolve("qrels"));
    write("qrels/test.tsv", "q1\ta\t1");
    BeirCollection collection = BeirCollection.open(directory);
    assertEquals(List.of("q1"), collection.queries().stream().map(BeirQuery::id).toList());
    assertEquals(Map.of("a", 1), collection.judgments().of("q1"));
  }

  @Test
  void errorsNameFileAndLine() throws IOException {
    write("corpus.jsonl", "{\"_id\": \"a\", \"text\": \"x\"}\n{\"_id\": \"\", \"text\": \"x\"}\n");
    try (Stream<BeirDocument> documents = BeirCollection.open(directory).documents()) {
      assertMessage("corpus.jsonl, line 2: [_id]", documents::toList);
    }
    write("corpus.jsonl", "{\"_id\": \"a\"}");
    assertMessage("corpus.jsonl, line 1: [text]", () -> BeirCollection.open(directory));
    write("corpus.jsonl", "\n");
    assertMessage("corpus.jsonl: no documents", () -> BeirCollection.open(directory));
    write("qrels.tsv", "q1\ta\t1\nq1\ta\tx\n");
    assertMessage("qrels.tsv, line 2: relevance [x]", () -> BeirCollection.open(directory));
    write("qrels.tsv", "q1\ta\t1\nq1\ta\t2\n");
    assertMessage("line 2: contradicts", () -> BeirCollection.open(directory));
    write("qrels.tsv", "q1 0 a 1\n");
    assertMessage("line 1: expected 3 columns", () -> BeirCollection.open(directory));
    write("qrels.tsv", "query-id\tcorpus-id\tscore\n");
    assertMessage("no judgments", () -> BeirCollection.open(directory));
    write("qrels.tsv", "gone\ta\t1\n");
    assertMessage("[gone]", () -> BeirCollection.open(directory));
    write(
        "queries.jsonl", "{\"_id\": \"q\", \"text\": \"x\"}\n{\"_id\": \"q\", \"text\": \"y\"}\n");
    assertMessage("[q] appears twice", () -> BeirCollection.open(directory));
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    Files.delete(directory.resolve("qrels.tsv"));
    String message =
        assertThrows(NoSuchFileException.class, () -> BeirCollection.open(directory)).getMessage();
    assertTrue(message.contains("qrels.tsv nor qrels/test.tsv"), message);
    Files.delete(directory.resolve("corpus.jsonl"));
    message =
        assertThrows(NoSuchFileException.class, () -> BeirCollection.open(directory)).getMessage();
    assertTrue(message.contains("corpus.jsonl"), message);
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(directory.resolve(name), content);
  }

  private static void assertMessage(String expected, Executable executable) {
    String message = assertThrows(IllegalArgumentException.class, executable).getMessage();
    assertTrue(message.contains(expected), message);
  }
}
