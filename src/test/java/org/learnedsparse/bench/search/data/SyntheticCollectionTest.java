package org.learnedsparse.bench.search.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticCollectionTest {
  private static final TopicModel MODEL = new TopicModel();
  private static final long SEED = 9;
  private static final int DOCUMENTS = 3000; // more than one batch

  @TempDir Path folder;

  /** Results of different times and machines can only be compared on the same collection. */
  @Test
  void documentsAndQueriesAreTheSameEverywhere() throws IOException {
    new DocumentFileWriter(MODEL, SEED, DOCUMENTS, 2).write(folder);
    CRC32 documentBytes = new CRC32();
    documentBytes.update(Files.readAllBytes(folder.resolve(DocumentFile.DOCUMENTS)));
    assertEquals(0x76cac53dL, documentBytes.getValue());
    CRC32 queryBytes = new CRC32();
    try (DocumentFile file = DocumentFile.open(folder)) {
      QuerySampler queries = new QuerySampler(MODEL, SEED, file.documentFrequencies(), DOCUMENTS);
      for (QuerySampler.Kind kind : QuerySampler.Kind.values()) {
        for (int id = 0; id < 20; id++) {
          queryBytes.update(queries.query(kind, id).toVector().toString().getBytes(UTF_8));
        }
      }
    }
    assertEquals(0xca7a884cL, queryBytes.getValue());
  }

  @Test
  void anyDocumentCanBeReadBack() throws IOException {
    new DocumentFileWriter(MODEL, SEED, DOCUMENTS, 1).write(folder);
    assertTrue(DocumentFile.isIn(folder));
    DocumentSampler sampler = new DocumentSampler(MODEL, SEED);
    int[] frequencies = new int[TopicModel.VOCABULARY];
    try (DocumentFile file = DocumentFile.open(folder)) {
      assertEquals(DOCUMENTS, file.count());
      for (int id = DOCUMENTS - 1; id >= 0; id--) {
        ImpactVector expected = sampler.vector(id);
        ImpactVector actual = file.read(id);
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
          assertEquals(expected.term(i), actual.term(i));
          assertEquals(expected.impact(i), actual.impact(i));
          assertTrue(i == 0 || expected.term(i) > expected.term(i - 1));
          frequencies[expected.term(i)]++;
        }
      }
      assertArrayEquals(frequencies, file.documentFrequencies());
    }
  }
}
