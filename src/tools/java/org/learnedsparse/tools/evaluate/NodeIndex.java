package org.learnedsparse.tools.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.learnedsparse.tools.beir.BeirCollection;
import org.learnedsparse.tools.beir.BeirDocument;

/**
 * A collection in an index of a node, under a name of its own. It is deleted, together with its
 * pipeline, when it is closed, and at the latest when this program ends.
 */
final class NodeIndex implements SearchableIndex {
  private static final String PREFIX = "evaluate-";

  private final NodeSystem system;
  private final Elasticsearch node;
  private final String name = PREFIX + UUID.randomUUID();
  private final Thread deleteAtExit = new Thread(this::deleteInPassing, "delete-" + name);
  private IndexingCost cost;

  private NodeIndex(NodeSystem system) {
    this.system = system;
    this.node = system.node();
  }

  /** Creates, fills, merges and weighs the index; leaves nothing behind when that fails. */
  static NodeIndex create(NodeSystem system, BeirCollection collection) throws IOException {
    NodeIndex index = new NodeIndex(system);
    Runtime.getRuntime().addShutdownHook(index.deleteAtExit);
    try {
      index.create();
      index.fill(collection);
    } catch (IOException | RuntimeException e) {
      index.closeAfter(e);
      throw e;
    }
    return index;
  }

  @Override
  public IndexingCost cost() {
    return cost;
  }

  @Override
  public List<Hit> search(String query, int size) {
    return search(query, size, Map.of("query", system.query().apply(query)));
  }

  /**
   * The best documents for a search of any kind.
   *
   * @param query its text, for messages
   * @param body with {@code query} or {@code retriever}; what to answer is added
   */
  List<Hit> search(String query, int size, Map<String, ?> body) {
    Map<String, Object> request = new LinkedHashMap<>(body);
    request.put("size", size);
    request.put("_source", false);
    request.put("track_total_hits", false);
    JsonNode answer = node.request("POST", name + "/_search", request);
    if (answer.path("timed_out").asBoolean() || answer.path("_shards").path("failed").asInt() > 0) {
      throw new IllegalStateException("incomplete answer to [" + query + "]: " + answer);
    }
    List<Hit> hits = new ArrayList<>();
    for (JsonNode hit : answer.path("hits").path("hits")) {
      hits.add(new Hit(hit.path("_id").asText(), hit.path("_score").asDouble()));
    }
    return hits;
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(deleteAtExit);
    delete();
  }

  private void create() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("number_of_shards", 1);
    settings.put("number_of_replicas", 0);
    settings.put("refresh_interval", "-1");
    if (!system.processors().isEmpty()) {
      node.request("PUT", pipeline(), Map.of("processors", system.processors()));
      settings.put("default_pipeline", name);
    }
    node.request(
        "PUT",
        name,
        Map.of("settings", settings, "mappings", Map.of("properties", system.properties())));
  }

  private void fill(BeirCollection collection) throws IOException {
    BulkClient client = new BulkClient(node, name, system.clients());
    Progress progress = new Progress(collection.name() + ", " + system.name(), "documents");
    try (Stream<BeirDocument> documents = collection.documents()) {
      long start = System.nanoTime();
      long count =
          client.index(
              documents.map(
                  document ->
                      new BulkClient.Document(document.id(), system.fields().apply(document))),
              progress);
      double seconds = (System.nanoTime() - start) / 1e9;
      progress.done(count, seconds);
      node.request("POST", name + "/_forcemerge?max_num_segments=1", null);
      node.request("POST", name + "/_refresh", null);
      cost = new IndexingCost(count, seconds, bytes());
    }
  }

  /** Size of the index's only segment: files of segments merged away may live on for a while. */
  private long bytes() {
    JsonNode segments =
        node.request("GET", name + "/_segments", null)
            .at("/indices/" + name + "/shards/0/0/segments");
    if (segments.size() != 1) {
      throw new IllegalStateException(
          name + " has " + segments.size() + " segments after merging to one");
    }
    return segments.elements().next().path("size_in_bytes").asLong();
  }

  private void delete() {
    for (String path : paths()) {
      node.request("DELETE", path, null);
    }
  }

  /** This program is ending, and perhaps the node with it: one try each. */
  private void deleteInPassing() {
    try {
      for (String path : paths()) {
        node.send("DELETE", path, null);
      }
    } catch (UncheckedIOException e) {
      System.err.println("index [" + name + "] was not deleted: " + e.getMessage());
    }
  }

  /** What {@link #create} created. */
  private List<String> paths() {
    String index = name + "?ignore_unavailable=true";
    return system.processors().isEmpty() ? List.of(index) : List.of(index, pipeline());
  }

  private void closeAfter(Exception failure) {
    try {
      close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private String pipeline() {
    return "_ingest/pipeline/" + name;
  }
}
