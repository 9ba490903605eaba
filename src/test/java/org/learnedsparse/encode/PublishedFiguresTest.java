package org.learnedsparse.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learnedsparse.encode.graph.OutputBuffers;
import org.learnedsparse.tools.node.Repository;

/**
 * The figures that authors of real models published for a text, those that need the tokenizer and
 * the table alone. The files are not part of the repository; without them there is nothing to
 * check.
 */
class PublishedFiguresTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path DATA = Repository.root().resolveSibling("shared/data");

  @TempDir private Path folder;

  private static JsonNode published;

  @BeforeAll
  static void read() throws IOException {
    Path file = DATA.resolve("golden/published.json");
    Assumptions.assumeTrue(Files.exists(file), "skipped: there is no " + file);
    published = JSON.readTree(file.toFile());
    Natives.use();
  }

  private Map<String, Float> encode(String query) throws IOException {
    for (String name : List.of("tokenizer.json", "idf.json")) {
      Files.copy(DATA.resolve("tokenizers/bert-uncased").resolve(name), folder.resolve(name));
    }
    Files.writeString(
        folder.resolve("model.json"),
        "{\"document\": {\"table\": \"idf.json\"}, \"query\": {\"table\": \"idf.json\"}}");
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try (Encoder encoder =
        Encoder.load(folder, new EncodeLimits(1, 1, 10), new OutputBuffers(1 << 20, 1), executor)) {
      return encoder.encode(Mode.QUERY, List.of(query)).join().get(0).vector().toMap();
    } finally {
      executor.shutdown();
    }
  }

  @Test
  void queryWeightsOfDocV2AndDocV3() throws IOException {
    JsonNode expected = published.get("idf_query_weights");
    Map<String, Float> weights = encode(expected.get("query").asText());
    expected
        .get("weights")
        .fields()
        .forEachRemaining(
            term -> {
              Float weight = weights.get(term.getKey());
              assertEquals(term.getValue().asDouble(), weight, 1e-4, term.getKey());
            });
  }

  /** The published document weights times our query weights: the published similarities. */
  @Test
  void similaritiesOfDocV2AndDocV3() throws IOException {
    Map<String, Float> weights = encode(published.at("/idf_query_weights/query").asText());
    int checked = 0;
    for (JsonNode model : published.get("needs_model_weights")) {
      if (model.has("similarity")) {
        double similarity = 0;
        for (Map.Entry<String, Float> query : weights.entrySet()) {
          similarity +=
              query.getValue() * model.at("/document_weights/" + query.getKey()).asDouble();
        }
        // The published weights have four digits each.
        assertEquals(
            model.get("similarity").asDouble(), similarity, 1e-3, model.get("model").asText());
        checked++;
      }
    }
    assertEquals(2, checked);
  }
}
