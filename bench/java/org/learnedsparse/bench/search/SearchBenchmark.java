package org.learnedsparse.bench.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.lucene.util.IOUtils;
import org.learnedsparse.bench.CommandLine;
import org.learnedsparse.bench.Machine;
import org.learnedsparse.bench.ResultFile;
import org.learnedsparse.bench.search.data.DocumentFile;
import org.learnedsparse.bench.search.data.DocumentFileWriter;
import org.learnedsparse.bench.search.data.QuerySampler;
import org.learnedsparse.bench.search.data.TopicModel;
import org.learnedsparse.bench.search.data.WeightedTerms;
import org.learnedsparse.bench.search.engine.Engine;
import org.learnedsparse.bench.search.engine.Engines;
import org.learnedsparse.bench.search.engine.Mode;
import org.learnedsparse.bench.search.index.BuiltIndex;
import org.learnedsparse.bench.search.index.DocumentOrder;
import org.learnedsparse.bench.search.index.EngineIndex;
import org.learnedsparse.bench.search.index.GraphBisection;
import org.learnedsparse.bench.search.index.IndexBuilder;
import org.learnedsparse.bench.search.measure.Audit;
import org.learnedsparse.bench.search.measure.Contestant;
import org.learnedsparse.bench.search.measure.Race;
import org.learnedsparse.bench.search.measure.Times;
import org.learnedsparse.bench.search.measure.Truth;
import org.learnedsparse.vector.SparseVector;

/**
 * Measures how fast the engines find the best documents of the same queries, whether they find the
 * right ones, and what their indices take.
 */
public final class SearchBenchmark {
  private final Settings settings;
  private final ResultFile result = new ResultFile("bench/search");
  private final TopicModel model = new TopicModel();

  private SearchBenchmark(Settings settings) throws IOException {
    this.settings = settings;
  }

  /** See {@link Settings#USAGE}. */
  public static void main(String... arguments) throws IOException {
    Settings settings = CommandLine.orExit(() -> Settings.parse(arguments));
    List<Row> broken = run(settings).stream().filter(Row::isBroken).toList();
    for (Row row : broken) {
      System.err.printf(
          Locale.ROOT,
          "%s has recall %.6f for %s queries and k = %d; an exact search must have 1%n",
          row.built().engine().name(),
          row.audit().recall(),
          row.kind(),
          row.k());
    }
    if (broken.isEmpty() == false) {
      System.exit(1);
    }
  }

  /** Measures, and prints and writes the outcome. */
  static List<Row> run(Settings settings) throws IOException {
    SearchBenchmark benchmark = new SearchBenchmark(settings);
    if (settings.kept().isPresent()) {
      return benchmark.run(Files.createDirectories(settings.kept().get()));
    }
    Path folder =
        settings.work().isPresent()
            ? Files.createTempDirectory(
                Files.createDirectories(settings.work().get()), "bench-search")
            : Files.createTempDirectory("bench-search");
    try {
      return benchmark.run(folder);
    } finally {
      IOUtils.rm(folder);
    }
  }

  private List<Row> run(Path folder) throws IOException {
    Path collection = folder.resolve("docs-" + settings.documents() + "-seed-" + settings.seed());
    if (DocumentFile.isIn(collection) == false) {
      say("drawing %,d documents …", settings.documents());
      new DocumentFileWriter(model, settings.seed(), settings.documents(), Machine.cores())
          .write(collection);
    }
    try (DocumentFile documents = DocumentFile.open(collection)) {
      DocumentOrder order = order(documents, collection);
      IndexBuilder builder =
          new IndexBuilder(documents, order, settings.plan(), collection.resolve(settings.order()));
      List<BuiltIndex> indices = new ArrayList<>();
      for (Engine engine : settings.engines()) {
        say("index of %s …", engine.name());
        BuiltIndex built = builder.index(engine);
        say(
            "  built in %.1f s, %,d bytes, %d segments, peak heap %.0f MB",
            built.seconds(), built.bytes(), built.segments(), built.peakHeapMegabytes());
        indices.add(built);
      }
      List<Row> rows = measure(documents, order, indices);
      report(order, rows);
      return rows;
    }
  }

  private DocumentOrder order(DocumentFile documents, Path collection) throws IOException {
    if (settings.reordered() == false) {
      return DocumentOrder.asDrawn(documents.count());
    }
    if (DocumentOrder.isIn(collection) == false) {
      say("ordering the documents …");
      new GraphBisection(documents, Machine.cores())
          .order(collection.resolve("bisection"))
          .save(collection);
    }
    DocumentOrder order = DocumentOrder.load(collection);
    say("  the order took %.1f s to find", order.seconds());
    return order;
  }

  private List<Row> measure(DocumentFile documents, DocumentOrder order, List<BuiltIndex> indices)
      throws IOException {
    int most = settings.ks().stream().max(Integer::compare).orElseThrow();
    QuerySampler sampler =
        new QuerySampler(
            model, settings.seed(), documents.documentFrequencies(), documents.count());
    List<Row> rows = new ArrayList<>();
    for (QuerySampler.Kind kind : settings.kinds()) {
      List<WeightedTerms> queries =
          IntStream.range(0, settings.queryCount())
              .mapToObj(id -> sampler.query(kind, id))
              .toList();
      say("exact answers to %d %s queries …", queries.size(), kind);
      Truth truth = Truth.of(queries, documents, settings.plan()::isVisible, most);
      List<SparseVector> vectors = queries.stream().map(WeightedTerms::toVector).toList();
      for (int k : settings.ks()) {
        say("%s queries, k = %d …", kind, k);
        rows.addAll(measure(kind, k, vectors, truth, order, indices));
      }
    }
    return rows;
  }

  /** An index in one of the modes that its engine knows. */
  private record Entry(BuiltIndex built, Mode mode) {}

  private List<Row> measure(
      QuerySampler.Kind kind,
      int k,
      List<SparseVector> queries,
      Truth truth,
      DocumentOrder order,
      List<BuiltIndex> indices)
      throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (BuiltIndex built : indices) {
      for (Mode mode : settings.modes()) {
        if (Settings.knows(built.engine(), mode)) {
          entries.add(new Entry(built, mode));
        }
      }
    }
    List<Audit> audits = new ArrayList<>();
    for (Entry entry : entries) {
      audits.add(Audit.of(entry.built(), entry.mode(), queries, k, truth, order));
    }
    List<Times> times = race(entries, queries, k);
    Optional<Times> baseline =
        IntStream.range(0, entries.size())
            .filter(i -> entries.get(i).built().engine().name().equals(Engines.BASELINE))
            .mapToObj(times::get)
            .findFirst();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      rows.add(
          new Row(kind, k, entry.built(), entry.mode(), times.get(i), audits.get(i), baseline));
      say(
          "  %s, %s: %.3f ms, recall %.5f",
          entry.built().engine().name(),
          entry.mode(),
          times.get(i).wall().mean(),
          audits.get(i).recall());
    }
    return rows;
  }

  private List<Times> race(List<Entry> entries, List<SparseVector> queries, int k)
      throws IOException {
    Map<BuiltIndex, EngineIndex> open = new LinkedHashMap<>();
    try {
      List<Contestant> contestants = new ArrayList<>();
      for (Entry entry : entries) {
        if (open.containsKey(entry.built()) == false) {
          open.put(entry.built(), entry.built().open());
        }
        contestants.add(new Contestant(open.get(entry.built()), entry.mode()));
      }
      return new Race(contestants, queries, k).run(settings.warmUp(), settings.rounds());
    } finally {
      IOUtils.close(open.values());
    }
  }

  private void report(DocumentOrder order, List<Row> rows) throws IOException {
    Report report = new Report(settings, order, rows);
    report.addTo(result);
    String tables = report.tables(result.heading());
    System.out.print("\n" + tables);
    if (settings.json().isPresent()) {
      result.write(settings.json().get(), tables);
    }
  }

  private static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
