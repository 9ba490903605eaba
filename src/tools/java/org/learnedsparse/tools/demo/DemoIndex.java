package org.learnedsparse.tools.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.learnedsparse.tools.beir.BeirCollection;
import org.learnedsparse.tools.beir.BeirDocument;
import org.learnedsparse.tools.evaluate.BulkClient;
import org.learnedsparse.tools.evaluate.Elasticsearch;

/** The demonstration's index: the text for BM25, and the same text's weights beside it. */
final class DemoIndex {
  static final String NAME = "demo";

  /** One, so that documents keep their order and ties between them come out alike every time. */
  private static final int CLIENTS = 1;

  static final Map<String, ?> PIPELINE =
      Map.of(
          "processors",
          List.of(
              Map.of(
                  "learned_sparse",
                  Map.of("field", "body", "target_field", "body_sparse", "model", "default"))));

  static final Map<String, ?> INDEX =
      Map.of(
          "settings",
          Map.of("number_of_replicas", 0, "default_pipeline", NAME),
          "mappings",
          Map.of(
              "properties",
              Map.of(
                  "title", Map.of("type", "text", "index", false),
                  "body", Map.of("type", "text"),
                  "body_sparse", Map.of("type", "learned_sparse", "model", "default"))));

  /** How {@code explain} begins what it says of one term. */
  private enum Ranker {
    BM25("weight\\(body:(.*) in \\d+\\) .*"),
    LEARNED_SPARSE("term \\[(.*)\\], .*");

    private final Pattern term;

    Ranker(String term) {
      this.term = Pattern.compile(term, Pattern.DOTALL);
    }
  }

  private final Elasticsearch node;

  DemoIndex(Elasticsearch node) {
    this.node = node;
  }

  /** Creates pipeline and mapping. */
  void create() {
    node.request("PUT", "_ingest/pipeline/" + NAME, PIPELINE);
    node.request("PUT", NAME, INDEX);
  }

  /** Indexes all documents; every one is there afterwards. */
  void fill(BeirCollection collection, LongConsumer progress) throws IOException {
    try (Stream<BeirDocument> documents = collection.documents()) {
      new BulkClient(node, NAME, CLIENTS).index(documents.map(DemoIndex::document), progress);
    }
  }

  /** What BM25 finds, best first. */
  List<Result> bm25(String text, int size) {
    return search(Ranker.BM25, Map.of("match", Map.of("body", text)), size);
  }

  /** What the learned weights find, best first. */
  List<Result> learnedSparse(String text, int size) {
    return search(
        Ranker.LEARNED_SPARSE,
        Map.of("learned_sparse", Map.of("field", "body_sparse", "query", text)),
        size);
  }

  /** The weights that the pipeline gave to a document, the largest first. */
  List<Result.Part> weights(String id) {
    List<Result.Part> weights = new ArrayList<>();
    node.request(
            "POST",
            NAME + "/_search",
            Map.of("query", Map.of("ids", Map.of("values", List.of(id)))))
        .at("/hits/hits/0/_source/body_sparse")
        .fields()
        .forEachRemaining(
            entry -> weights.add(new Result.Part(entry.getKey(), entry.getValue().asDouble())));
    return sorted(weights);
  }

  private static BulkClient.Document document(BeirDocument document) {
    return new BulkClient.Document(
        document.id(), Map.of("title", document.title(), "body", document.body()));
  }

  private List<Result> search(Ranker ranker, Map<String, ?> query, int size) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("size", size);
    body.put("explain", true);
    body.put("_source", List.of("title", "body"));
    body.put("query", query);
    List<Result> results = new ArrayList<>();
    for (JsonNode hit : node.request("POST", NAME + "/_search", body).at("/hits/hits")) {
      JsonNode source = hit.path("_source");
      String title = source.path("title").asText();
      List<Result.Part> parts = new ArrayList<>();
      collect(ranker.term, hit.path("_explanation"), parts);
      results.add(
          new Result(
              hit.path("_id").asText(),
              Columns.oneLine(title.isBlank() ? source.path("body").asText() : title),
              hit.path("_score").asDouble(),
              sorted(parts)));
    }
    return results;
  }

  private static void collect(Pattern term, JsonNode explanation, List<Result.Part> parts) {
    Matcher matcher = term.matcher(explanation.path("description").asText());
    if (matcher.matches()) {
      parts.add(new Result.Part(matcher.group(1), explanation.path("value").asDouble()));
      return;
    }
    explanation.path("details").forEach(detail -> collect(term, detail, parts));
  }

  private static List<Result.Part> sorted(List<Result.Part> parts) {
    return parts.stream()
        .sorted(Comparator.comparingDouble(Result.Part::value).reversed())
        .toList();
  }
}
