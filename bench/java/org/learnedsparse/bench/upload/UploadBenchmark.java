package org.learnedsparse.bench.upload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.learnedsparse.bench.CommandLine;
import org.learnedsparse.bench.ProcessMemory;
import org.learnedsparse.bench.ResultFile;
import org.learnedsparse.tools.node.RealNode;
import org.learnedsparse.tools.node.Repository;

/** Uploads a large model into a node with a small heap, and encodes with it. */
public final class UploadBenchmark {
  private static final String USAGE =
      """
      usage: bench/upload [OPTION...]

      Makes a model with random weights beside its graph, uploads it with models/upload into a real
      node, encodes a text, and deletes the model. Prints times and the node's memory. Ends with
      status 1 if a step fails, or a circuit breaker trips.

        --megabytes N     of the model; default 1500
        --heap SIZE       the node's heap; default 1g
        --json FILE       writes the figures to FILE, and a table beside it (.md)
      """;

  private static final double MB = 1 << 20;

  private UploadBenchmark() {}

  /** See {@link #USAGE}. */
  public static void main(String... arguments) throws Exception {
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("megabytes", "1500");
    defaults.put("heap", "1g");
    defaults.put("json", "");
    CommandLine options = CommandLine.parse(USAGE, defaults, arguments);
    Path folder = Repository.root().resolve("target/bench/large");
    System.out.println("making a model …");
    LargeModel.write(folder, options.number("megabytes", 1) << 20L);
    ResultFile result = new ResultFile("bench/upload");
    try (RealNode node = RealNode.builder("bench-upload").heap(options.memory("heap")).start()) {
      measure(node, folder, options, result.root());
    } finally {
      delete(folder);
    }
    String table = table(result.root());
    System.out.print(result.heading() + table);
    Optional<Path> json = options.path("json");
    if (json.isPresent()) {
      result.write(json.get(), table);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // a look fails alone, and the next one follows
  private static void measure(RealNode node, Path folder, CommandLine options, ObjectNode figures)
      throws IOException, InterruptedException {
    AtomicLong heap = new AtomicLong();
    ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
    watch.scheduleWithFixedDelay(
        () -> heap.accumulateAndGet(heapUsed(node), Math::max), 0, 500, TimeUnit.MILLISECONDS);
    try {
      long before = ProcessMemory.resident(node.pid());
      System.out.println("uploading …");
      long start = System.nanoTime();
      upload(node, folder);
      double uploaded = seconds(start);
      start = System.nanoTime();
      encode(node);
      double loaded = seconds(start);
      start = System.nanoTime();
      encode(node);
      figures.put("heap", options.text("heap"));
      figures.put("model_mb", Math.round(bytes(folder) / MB));
      figures.put("upload_and_verify_seconds", rounded(uploaded));
      figures.put("first_encode_seconds", rounded(loaded));
      figures.put("second_encode_seconds", rounded(seconds(start)));
      figures.put("heap_most_mb", Math.round(heap.get() / MB));
      figures.put("resident_before_mb", Math.round(before / MB));
      figures.put("resident_most_mb", Math.round(ProcessMemory.peak(node.pid()) / MB));
      node.http().request("DELETE", "_learned_sparse/models/large", null).orThrow();
      figures.put("resident_deleted_mb", Math.round(ProcessMemory.resident(node.pid()) / MB));
      figures.put("breaker_trips", trips(node));
    } finally {
      watch.shutdownNow();
    }
    if (figures.path("breaker_trips").asLong() > 0) {
      throw new IllegalStateException("a circuit breaker tripped");
    }
  }

  private static void upload(RealNode node, Path folder) throws IOException, InterruptedException {
    Process script =
        new ProcessBuilder(
                Repository.root().resolve("models/upload").toString(),
                node.url().toString(),
                "large",
                folder.toString())
            .inheritIO()
            .start();
    if (script.waitFor() != 0) {
      throw new IllegalStateException("models/upload ended with status " + script.exitValue());
    }
  }

  private static void encode(RealNode node) {
    node.http()
        .request(
            "POST",
            "_learned_sparse/encode",
            Map.of("model", "large", "texts", List.of("cats and dogs")))
        .orThrow();
  }

  private static JsonNode stats(RealNode node, String metric) {
    return node.http()
        .request("GET", "_nodes/stats/" + metric, null)
        .orThrow()
        .body()
        .path("nodes")
        .elements()
        .next();
  }

  private static long heapUsed(RealNode node) {
    try {
      return stats(node, "jvm").at("/jvm/mem/heap_used_in_bytes").asLong();
    } catch (UncheckedIOException | IllegalStateException e) {
      return 0; // a look that the node did not answer
    }
  }

  private static long trips(RealNode node) {
    long trips = 0;
    for (JsonNode breaker : stats(node, "breaker").path("breakers")) {
      trips += breaker.path("tripped").asLong();
    }
    return trips;
  }

  private static long bytes(Path folder) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static double rounded(double seconds) {
    return Math.round(seconds * 100) / 100.0;
  }

  private static String table(ObjectNode figures) {
    StringBuilder table = new StringBuilder("\n| | |\n|---|---:|\n");
    figures
        .properties()
        .forEach(
            figure -> {
              if (figure.getValue().isNumber()) {
                String name = figure.getKey().replace('_', ' ');
                table.append(
                    String.format(Locale.ROOT, "| %s | %s |%n", name, figure.getValue().asText()));
              }
            });
    return table.toString();
  }
}
