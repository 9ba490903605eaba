package org.learnedsparse.bench.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
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
import org.learnedsparse.bench.search.measure.Latencies;

/**
 * Measures what a client sees of {@code learned_sparse} and of Elasticsearch's {@code
 * sparse_vector}: how fast documents go in, how fast searches are answered, and whether both find
 * the same.
 */
public final class HttpBenchmark {
  private final Settings settings;
  private final ResultFile result = new ResultFile("bench/http");
  private final TopicModel model = new TopicModel();
  private Optional<Latencies> floor = Optional.empty();

  private HttpBenchmark(Settings settings) throws IOException {
    this.settings = settings;
  }

  /** See {@link Settings#USAGE}. */
  public static void main(String... arguments) throws IOException {
    Settings settings = CommandLine.orExit(() -> Settings.parse(arguments));
    List<Row> broken = run(settings).stream().filter(Row::isBroken).toList();
    for (Row row : broken) {
      System.err.printf(
          Locale.ROOT,
          "%s, %s, %s queries: %d documents that nearly equal scores do not explain; scores %s%n",
          row.contestant().index().name(),
          row.contestant().request(),
          row.kind(),
          row.agreement().contradictions(),
          row.sameScores() ? "equal" : "differ between requests");
    }
    if (broken.isEmpty() == false) {
      System.exit(1);
    }
  }

  /** Measures, and prints and writes the outcome. */
  static List<Row> run(Settings settings) throws IOException {
    HttpBenchmark benchmark = new HttpBenchmark(settings);
    if (settings.kept().isPresent()) {
      Path name = Path.of("docs-" + settings.documents() + "-seed-" + settings.seed());
      Path folder = Files.createDirectories(settings.kept().get().resolve(name));
      return benchmark.run(folder, Optional.of(folder));
    }
    Path folder = Files.createTempDirectory("bench-http");
    try {
      return benchmark.run(folder, Optional.empty());
    } finally {
      IOUtils.rm(folder);
    }
  }

  private List<Row> run(Path collection, Optional<Path> kept) throws IOException {
    if (DocumentFile.isIn(collection) == false) {
      say("drawing %,d documents …", settings.documents());
      new DocumentFileWriter(model, settings.seed(), settings.documents(), Machine.cores())
          .write(collection);
    }
    try (DocumentFile documents = DocumentFile.open(collection)) {
      say("starting a node …");
      try (BenchNode node = BenchNode.start(settings.heap(), kept)) {
        say("indices …");
        Map<TestedIndex, Load> loads = new Loader(node, settings, documents).load();
        loads.forEach(
            (index, load) ->
                say(
                    "  %s: %.0f documents a second, force merge %.1f s, %,d bytes",
                    index.name(), load.documentsPerSecond(), load.mergeSeconds(), load.bytes()));
        QuerySampler sampler =
            new QuerySampler(
                model, settings.seed(), documents.documentFrequencies(), documents.count());
        List<Row> rows = new ArrayList<>();
        for (QuerySampler.Kind kind : settings.kinds()) {
          say("%s queries …", kind);
          rows.addAll(measure(node, kind, sampler));
        }
        report(new Report(settings, loads, floor.orElseThrow(), rows));
        return rows;
      }
    }
  }

  private List<Row> measure(BenchNode node, QuerySampler.Kind kind, QuerySampler sampler)
      throws IOException {
    List<WeightedTerms> queries =
        IntStream.range(0, settings.queryCount()).mapToObj(id -> sampler.query(kind, id)).toList();
    List<Contestant> contestants = Contestant.all(settings.indices());
    SearchRace race = new SearchRace(node.url(), contestants, queries);
    List<List<Hits>> answers = race.answers();
    List<SearchRace.Times> times = race.alone(settings.warmUp(), settings.rounds());
    floor = Optional.of(race.floor(settings.indices().get(0), settings.rounds()));
    List<SearchRace.Throughput> throughputs =
        race.together(settings.clients(), settings.rounds(), node::cpuSeconds);
    int first = position(contestants, Contestant::isLearnedSparse);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < contestants.size(); i++) {
      Contestant contestant = contestants.get(i);
      boolean sameScores =
          contestant.isLearnedSparse() == false
              || scores(answers.get(i)).equals(scores(answers.get(first)));
      rows.add(
          new Row(
              kind,
              contestant,
              times.get(i),
              throughputs.get(i),
              times.get(position(contestants, contestant::isComparedWith)),
              Agreement.of(answers.get(0), answers.get(i)),
              sameScores));
    }
    return rows;
  }

  private static int position(List<Contestant> contestants, Predicate<Contestant> which) {
    return IntStream.range(0, contestants.size())
        .filter(i -> which.test(contestants.get(i)))
        .findFirst()
        .orElseThrow();
  }

  private static List<List<Float>> scores(List<Hits> answers) {
    return answers.stream().map(Hits::falling).toList();
  }

  private void report(Report report) throws IOException {
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
