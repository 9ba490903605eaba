package org.learnedsparse.bench.soak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.learnedsparse.bench.CommandLine;
import org.learnedsparse.bench.ProcessMemory;
import org.learnedsparse.bench.ResultFile;
import org.learnedsparse.bench.TextGenerator;
import org.learnedsparse.tools.evaluate.BulkClient;
import org.learnedsparse.tools.evaluate.Elasticsearch;
import org.learnedsparse.tools.node.RealNode;
import org.learnedsparse.tools.node.Repository;

/**
 * Indexes many long documents through the default model on a node with a small heap, and holds the
 * node to it: nothing lost, no OutOfMemoryError, no circuit breaker tripped.
 */
public final class Soak {
  private static final String USAGE =
      """
      usage: bench/soak [OPTION...]

      Indexes generated documents through the default model into a real node with a small heap, and
      watches its memory. Ends with status 1 if a document was lost, a circuit breaker tripped, or
      the node ran out of memory.

        --docs N          documents; default 100000
        --tokens N        tokens a document, about; default 300
        --heap SIZE       the node's heap; default 512m
        --clients N       concurrent bulk clients, which come back after a 429; default 16
        --setting K=V     a line of elasticsearch.yml
        --json FILE       writes the figures to FILE, and a table beside it (.md)
      """;

  private static final String INDEX = "soak";
  private static final double MB = 1 << 20;

  /** What the node's log must not say. The bare name of the error is in the JVM's options. */
  private static final List<String> BAD_NEWS =
      List.of("java.lang.OutOfMemoryError", "CircuitBreakingException");

  private final CommandLine options;
  private final ResultFile result;
  private final int documents;
  private final AtomicLong indexed = new AtomicLong();

  private Soak(CommandLine options) throws IOException {
    this.options = options;
    this.result = new ResultFile("bench/soak");
    this.documents = options.number("docs", 1);
  }

  /** See {@link #USAGE}. */
  public static void main(String... arguments) throws Exception {
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("docs", "100000");
    defaults.put("tokens", "300");
    defaults.put("heap", "512m");
    defaults.put("clients", "16");
    defaults.put("setting", "");
    defaults.put("json", "");
    List<String> broken = new Soak(CommandLine.parse(USAGE, defaults, arguments)).run();
    if (broken.isEmpty() == false) {
      broken.forEach(System.err::println);
      System.exit(1);
    }
  }

  /**
   * Does all of it.
   *
   * @return what did not hold
   */
  private List<String> run() throws IOException, InterruptedException {
    RealNode.Builder builder = RealNode.builder("bench-soak").heap(options.memory("heap"));
    String setting = options.text("setting");
    if (setting.isEmpty() == false) {
      int equals = setting.indexOf('=');
      builder.setting(setting.substring(0, equals), setting.substring(equals + 1));
    }
    try (RealNode node = builder.start()) {
      Elasticsearch client = new Elasticsearch(node.url());
      createIndex(client);
      long pid = node.pid();
      long start = System.nanoTime();
      NodeWatch watch = new NodeWatch(node, indexed::get);
      index(client);
      watch.stop();
      double seconds = (System.nanoTime() - start) / 1e9;
      NodeWatch.Counters counters = NodeWatch.counters(node);
      long peak = ProcessMemory.peak(node.pid());
      report(seconds, watch, counters, peak);
      return broken(node, client, pid, counters);
    }
  }

  private void createIndex(Elasticsearch client) {
    Map<String, ?> processor = Map.of("field", "body", "target_field", "weights");
    client.request(
        "PUT",
        "_ingest/pipeline/" + INDEX,
        Map.of("processors", List.of(Map.of("learned_sparse", processor))));
    client.request(
        "PUT",
        INDEX,
        Map.of(
            "settings",
            Map.of("number_of_shards", 1, "number_of_replicas", 0, "default_pipeline", INDEX),
            "mappings",
            Map.of(
                "properties",
                Map.of(
                    "body", Map.of("type", "text"),
                    "weights", Map.of("type", "learned_sparse")))));
  }

  private void index(Elasticsearch client) throws IOException {
    List<String> words =
        Words.byFrequency(Repository.root().resolve("src/demo/corpus/corpus.jsonl"));
    TextGenerator generator = new TextGenerator(words, List.of(), 1);
    int tokens = options.number("tokens", 1);
    Stream<BulkClient.Document> stream =
        IntStream.range(0, documents)
            .mapToObj(
                i ->
                    new BulkClient.Document(
                        String.valueOf(i), Map.of("body", generator.textAround(tokens))));
    Progress progress = new Progress(documents);
    new BulkClient(client, INDEX, options.number("clients", 1))
        .index(
            stream,
            acknowledged -> {
              indexed.accumulateAndGet(acknowledged, Math::max);
              progress.accept(acknowledged);
            });
  }

  /** What must hold in the end, and does not. BulkClient has counted the documents already. */
  private List<String> broken(
      RealNode node, Elasticsearch client, long pid, NodeWatch.Counters counters)
      throws IOException {
    List<String> broken = new ArrayList<>();
    long found =
        client
            .request(
                "POST",
                INDEX + "/_count",
                Map.of("query", Map.of("exists", Map.of("field", "weights"))))
            .path("count")
            .asLong();
    if (found != documents) {
      broken.add(documents + " documents were sent, " + found + " have weights");
    }
    if (counters.texts() < documents) {
      broken.add(documents + " documents were sent, " + counters.texts() + " texts encoded");
    }
    if (counters.breakerTrips() > 0) {
      broken.add("circuit breakers tripped " + counters.breakerTrips() + " times");
    }
    if (counters.failures() > 0) {
      broken.add(counters.failures() + " texts failed to be encoded");
    }
    if (node.pid() != pid || ProcessHandle.of(pid).isEmpty()) {
      broken.add("the node's process ended");
    }
    try (Stream<String> log = Files.lines(node.logFile())) {
      log.filter(line -> BAD_NEWS.stream().anyMatch(line::contains)).forEach(broken::add);
    }
    return broken;
  }

  private void report(
      double seconds, NodeWatch watch, NodeWatch.Counters counters, long peakResident)
      throws IOException {
    long peakHeap =
        watch.samples().stream().mapToLong(NodeWatch.Sample::heapBytes).max().orElseThrow();
    ObjectNode root = result.root();
    root.put("documents", documents);
    root.put("heap", options.text("heap"));
    root.put("clients", options.number("clients", 1));
    root.put("tokens_a_document", round((double) counters.tokens() / counters.texts()));
    root.put("seconds", round(seconds));
    root.put("documents_per_second", round(documents / seconds));
    root.put("peak_heap_mb", round(peakHeap / MB));
    root.put("peak_resident_mb", round(peakResident / MB));
    root.put("gc_seconds", round(counters.gcMillis() / 1000.0));
    root.put("gc_count", counters.gcCount());
    root.put("circuit_breaker_trips", counters.breakerTrips());
    root.put("encode_queue_rejections", counters.encodeRejections());
    root.put("other_rejections", counters.otherRejections());
    root.put("texts_encoded", counters.texts());
    root.put("stats_requests_unanswered", watch.unanswered());
    ArrayNode growth = root.putArray("memory_by_documents");
    for (int tenth = 1; tenth <= 10; tenth++) {
      tenth(watch.samples(), tenth, growth);
    }
    String table = table(root, growth);
    System.out.print("\n" + table);
    Optional<Path> json = options.path("json");
    if (json.isPresent()) {
      result.write(json.get(), table);
    }
  }

  /** What the node's memory was while one tenth of the documents came in. */
  private void tenth(List<NodeWatch.Sample> samples, int tenth, ArrayNode growth) {
    long from = (long) documents * (tenth - 1) / 10;
    long to = (long) documents * tenth / 10;
    List<NodeWatch.Sample> part =
        samples.stream().filter(s -> s.documents() >= from && s.documents() < to).toList();
    if (part.isEmpty()) {
      return; // too fast for a look
    }
    LongSummaryStatistics heap =
        part.stream().mapToLong(NodeWatch.Sample::heapBytes).summaryStatistics();
    long resident = part.stream().mapToLong(NodeWatch.Sample::residentBytes).max().orElseThrow();
    ObjectNode row = growth.addObject();
    row.put("up_to_documents", to);
    row.put("heap_mb_least", round(heap.getMin() / MB));
    row.put("heap_mb_most", round(heap.getMax() / MB));
    row.put("resident_mb_most", round(resident / MB));
  }

  private String table(ObjectNode root, ArrayNode growth) {
    StringBuilder rows = new StringBuilder();
    for (JsonNode row : growth) {
      rows.append(
          String.format(
              Locale.ROOT,
              "| %,d | %.0f | %.0f | %.0f |%n",
              row.get("up_to_documents").asLong(),
              row.get("heap_mb_least").asDouble(),
              row.get("heap_mb_most").asDouble(),
              row.get("resident_mb_most").asDouble()));
    }
    return String.format(
        Locale.ROOT,
        """
        %,d documents of %.0f tokens through the default model, heap of %s, %d clients
        (%s)

        | | |
        |---|---|
        | documents a second | %.0f |
        | heap in use, garbage included, most of any second (MB) | %.0f |
        | resident memory of the process, most ever (MB) | %.0f |
        | garbage collection (s, of %.0f s) | %.1f |
        | circuit breaker trips | %d |
        | requests that the encode queue refused, sent again | %d |
        | requests that the write pool or indexing pressure refused, sent again | %d |

        | while documents up to … came in | heap, least (MB) | heap, most (MB) | resident, most (MB) |
        |---|---|---|---|
        %s""",
        documents,
        root.get("tokens_a_document").asDouble(),
        options.text("heap"),
        options.number("clients", 1),
        result.heading(),
        root.get("documents_per_second").asDouble(),
        root.get("peak_heap_mb").asDouble(),
        root.get("peak_resident_mb").asDouble(),
        root.get("seconds").asDouble(),
        root.get("gc_seconds").asDouble(),
        root.get("circuit_breaker_trips").asLong(),
        root.get("encode_queue_rejections").asLong(),
        root.get("other_rejections").asLong(),
        rows);
  }

  private static double round(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
