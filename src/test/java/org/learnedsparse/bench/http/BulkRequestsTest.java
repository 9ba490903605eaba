package org.learnedsparse.bench.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learnedsparse.bench.search.data.DocumentFile;
import org.learnedsparse.bench.search.data.DocumentFileWriter;
import org.learnedsparse.bench.search.data.DocumentSampler;
import org.learnedsparse.bench.search.data.ImpactVector;
import org.learnedsparse.bench.search.data.TopicModel;
import org.learnedsparse.tools.node.Http;

class BulkRequestsTest {
  @TempDir Path folder;

  /** What the field makes of the weights is what the collection says. */
  @Test
  void everyDocumentIsThereWithItsImpacts() throws IOException {
    new DocumentFileWriter(new TopicModel(), 1, 25, 1).write(folder);
    try (DocumentFile documents = DocumentFile.open(folder)) {
      List<byte[]> bodies = BulkRequests.bodies(documents, 3, 25, 10);
      assertEquals(3, bodies.size());
      int id = 3;
      for (byte[] body : bodies) {
        List<String> lines = new String(body, StandardCharsets.UTF_8).lines().toList();
        for (int i = 0; i < lines.size(); i += 2) {
          assertEquals(id, Http.JSON.readTree(lines.get(i)).at("/index/_id").asInt());
          assertImpacts(documents.read(id++), Http.JSON.readTree(lines.get(i + 1)).get("v"));
        }
      }
      assertEquals(25, id);
    }
  }

  private static void assertImpacts(ImpactVector expected, JsonNode weights) {
    assertEquals(expected.size(), weights.size());
    for (int i = 0; i < expected.size(); i++) {
      float weight = weights.get(String.valueOf(expected.term(i))).floatValue();
      assertEquals(expected.impact(i), DocumentSampler.QUANTISER.impact(weight));
    }
  }
}
