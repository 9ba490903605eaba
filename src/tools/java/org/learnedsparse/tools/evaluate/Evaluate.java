package org.learnedsparse.tools.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.learnedsparse.tools.beir.BeirCollection;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.RealNode;

/** The program behind {@code ./evaluate}. */
public final class Evaluate {
  private static final long WARM_UP_DOCUMENTS = 1000;

  private final Options options;
  private final List<BeirCollection> collections;

  private Evaluate(Options options, List<BeirCollection> collections) {
    this.options = options;
    this.collections = collections;
  }

  /** Ends with 0 when everything was measured, 1 when that failed, 2 for wrong arguments. */
  public static void main(String[] arguments) {
    Program.run("evaluate", Options.USAGE, arguments, Options::parse, Evaluate::run);
  }

  private static void run(Options options) throws IOException {
    List<BeirCollection> collections = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Path directory : options.directories()) {
      BeirCollection collection = BeirCollection.open(directory);
      if (!names.add(collection.name())) {
        throw new IllegalArgumentException(
            "two collections are named [" + collection.name() + "]: rename one folder");
      }
      collections.add(collection);
    }
    if (options.json().isPresent()) {
      requireFolder(options.json().get());
    }
    Report report =
        new Report(
            new Evaluate(options, collections).rows(),
            options.fusion() ? FusionEvaluation.BASELINE : Report.BM25);
    if (options.json().isPresent()) {
      Http.JSON
          .writerWithDefaultPrettyPrinter()
          .writeValue(options.json().get().toFile(), report.json());
    }
    System.out.print(report.table());
  }

  /** Better now than after hours of work. */
  private static void requireFolder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isWritable(folder) || Files.isDirectory(file)) {
      throw new IllegalArgumentException("[--json " + file + "] cannot be written");
    }
  }

  private List<Row> rows() throws IOException {
    if (options.url().isPresent()) {
      return rows(options.url().get());
    }
    System.err.println("starting a node …");
    try (RealNode node = RealNode.builder("evaluate").start()) {
      try {
        return rows(node.url());
      } catch (IOException | RuntimeException e) {
        throw new IllegalStateException(
            Program.describe(e) + "\nThe node's log is " + node.logFile(), e);
      }
    }
  }

  private List<Row> rows(URI url) throws IOException {
    Elasticsearch node = new Elasticsearch(url);
    // A node that has just started compiles its code first, and would look slow for it.
    BeirCollection warmUp = collections.get(0).head("warming up", WARM_UP_DOCUMENTS);
    if (options.fusion()) {
      return fusionRows(node, warmUp);
    }
    List<RetrievalSystem> systems = systems(node);
    Evaluation evaluation = new Evaluation(options.clients());
    for (RetrievalSystem system : systems) {
      system.index(warmUp).close();
    }
    List<Row> rows = new ArrayList<>();
    for (BeirCollection collection : collections) {
      for (RetrievalSystem system : systems) {
        rows.add(evaluation.measure(system, collection));
      }
    }
    return rows;
  }

  private List<Row> fusionRows(Elasticsearch node, BeirCollection warmUp) throws IOException {
    Map<String, JsonNode> systems = FusionSystems.read();
    systems.keySet().retainAll(options.systems());
    FusionEvaluation fusion =
        new FusionEvaluation(node, options.model(), systems, options.clients());
    fusion.indexed().index(warmUp).close();
    List<Row> rows = new ArrayList<>();
    for (BeirCollection collection : collections) {
      rows.addAll(fusion.measure(collection));
    }
    return rows;
  }

  private List<RetrievalSystem> systems(Elasticsearch node) {
    List<RetrievalSystem> all =
        List.of(
            NodeSystem.bm25Standard(node, options.clients()),
            new Bm25English(),
            NodeSystem.learnedSparse(node, options.clients(), options.model()),
            NodeSystem.learnedSparseBm25(node, options.clients(), options.model()));
    return all.stream().filter(system -> options.systems().contains(system.name())).toList();
  }
}
