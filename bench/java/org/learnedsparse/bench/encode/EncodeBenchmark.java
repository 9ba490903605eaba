package org.learnedsparse.bench.encode;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.learnedsparse.bench.CommandLine;
import org.learnedsparse.bench.ResultFile;
import org.learnedsparse.encode.NativeLibraries;
import org.learnedsparse.tools.node.Repository;

/**
 * Measures how much of a model's own speed is left on a node: of its throughput when texts go
 * through the ingest pipeline, and of its latency when a query is encoded.
 */
public final class EncodeBenchmark {
  private static final String USAGE =
      """
      usage: bench/encode [--model DIR | [--layers N] [--hidden N] [--vocabulary N]] [OPTION...]

      Encodes the same texts in bare ONNX Runtime loops and through the ingest pipeline of a real
      node, turn by turn, and queries over HTTP and in a bare session; prints texts a second, their
      ratios, and what a query's way through the node adds to the graph's own time.

        --model DIR       a model's folder, whose graph encodes documents and queries; default: a
                          SPLADE model with random weights is made
        --layers N        its transformer layers; default 6, as DistilBERT
        --hidden N        its width; default 768, as DistilBERT (384: MiniLM)
        --vocabulary N    its vocabulary; default 30522, as BERT
        --texts N         texts in a round; default 200
        --rounds N        rounds; default 3
        --clients N       concurrent clients of the node; default 8
        --bulk N          documents in a bulk request; default 20
        --screening N     texts for choosing the bare loop's best setups; default 32
        --arrival-batch N texts in a batch of the loop without grouping by length; default 16
        --queries N       queries that are timed; default 300
        --heap SIZE       the node's heap; default 1g
        --seed N          of the texts; default 1
        --json FILE       writes the figures to FILE, and tables beside it (.md)

      Ends with status 1 if a bound does not hold; 0, the default, is no bound:

        --of-bare N       the pipeline's throughput, by texts per second of a free core, is at
                          least N percent of the bare loop's
        --of-arrival N    and at least N percent of that of batches as they come
        --query-micros N  encoding a query takes at most N microseconds beyond the graph, p50
      """;

  private static final int QUERY_TEXTS = 25;
  private static final long WARM_UP_SEED = -1;
  private static final int WARM_UP_TEXTS = 48;

  private final CommandLine options;
  private final ResultFile result;
  private final Report report;
  private final List<String> broken = new ArrayList<>();

  private EncodeBenchmark(CommandLine options) throws IOException {
    this.options = options;
    this.result = new ResultFile("bench/encode");
    this.report = new Report(result);
  }

  /** See {@link #USAGE}. */
  public static void main(String... arguments) throws Exception {
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("model", "");
    defaults.put("layers", "6");
    defaults.put("hidden", "768");
    defaults.put("vocabulary", "30522");
    defaults.put("texts", "200");
    defaults.put("rounds", "3");
    defaults.put("clients", "8");
    defaults.put("bulk", "20");
    defaults.put("screening", "32");
    defaults.put("arrival-batch", "16");
    defaults.put("queries", "300");
    defaults.put("heap", "1g");
    defaults.put("seed", "1");
    defaults.put("of-bare", "0");
    defaults.put("of-arrival", "0");
    defaults.put("query-micros", "0");
    defaults.put("json", "");
    EncodeBenchmark benchmark = new EncodeBenchmark(CommandLine.parse(USAGE, defaults, arguments));
    benchmark.run();
    benchmark.broken.forEach(System.out::println);
    if (benchmark.broken.isEmpty() == false) {
      System.exit(1);
    }
  }

  private void run() throws IOException, OrtException, InterruptedException {
    System.setProperty("ai.djl.offline", "true");
    NativeLibraries.use(
        Repository.root().resolve("target/native").resolve(NativeLibraries.platform()));
    ModelFolder model = model();
    try (EncodingNode node = EncodingNode.start(model.folder(), options.text("heap"));
        BareLoop loop = new BareLoop(model.graph(), model.output())) {
      throughput(model, node, loop);
      loop.reset();
      latency(model, node);
    }
    System.out.print("\n" + report.tables());
    Optional<Path> json = options.path("json");
    if (json.isPresent()) {
      result.write(json.get(), report.tables());
    }
  }

  private ModelFolder model() throws IOException, OrtException {
    Optional<Path> given = options.path("model");
    if (given.isPresent()) {
      ModelFolder model = new ModelFolder(given.get());
      report.model(model);
      return model;
    }
    TransformerModel shape =
        new TransformerModel(
            options.number("layers", 1),
            options.number("hidden", 1),
            options.number("vocabulary", 1000));
    say("making a model …");
    report.model(shape);
    return RandomModel.make(shape, Repository.root().resolve("target/bench/model"));
  }

  private void throughput(ModelFolder model, EncodingNode node, BareLoop loop)
      throws IOException, OrtException, InterruptedException {
    int clients = options.number("clients", 1);
    int bulk = options.number("bulk", 1);
    int rounds = options.number("rounds", 1);
    List<String> texts =
        Texts.passages(model, options.number("texts", 1), options.number("seed", 0));
    List<long[]> tokens = model.tokenise(texts);
    report.texts(tokens);

    say("choosing the bare loop's setups …");
    List<long[]> sample =
        tokens.subList(0, Math.min(tokens.size(), options.number("screening", 1)));
    Screening screening = Screening.of(loop, sample, node.encodeThreads());
    report.screening(screening, sample);
    loop.reset(); // frees the memory that the largest batches took

    Batching arrival = new Batching(Batching.Order.ARRIVAL, options.number("arrival-batch", 1));
    Race race =
        new Race(
            loop,
            new Pipeline(node, clients, bulk),
            Map.of(
                Race.Contestant.SPREAD,
                screening.fastestSpread(),
                Race.Contestant.PARALLEL,
                screening.fastestParallel(),
                Race.Contestant.ARRIVAL,
                new BareLoop.Setup(node.encodeThreads(), 1, arrival)),
            model.tokenise(List.of("")).get(0).length);
    say("warming up …");
    List<String> others = Texts.passages(model, WARM_UP_TEXTS, WARM_UP_SEED);
    race.warmUp(others, model.tokenise(others));
    for (int round = 1; round <= rounds; round++) {
      race.round(texts, tokens);
      say("round %d:", round);
      for (Race.Contestant contestant : Race.Contestant.values()) {
        Speed speed = race.speeds(contestant).get(round - 1);
        say(
            "  %-9s %6.1f texts/s, %6.1f per second of a free core; other work had %.0f%%",
            contestant.name().toLowerCase(Locale.ROOT),
            speed.textsPerSecond(),
            speed.textsPerFreeCoreSecond(),
            100 * speed.otherShare());
      }
    }
    report.race(race, tokens, clients, bulk);
    atLeast("of-bare", race, race.bare());
    atLeast("of-arrival", race, Race.Contestant.ARRIVAL);
  }

  private void atLeast(String option, Race race, Race.Contestant other) {
    double percent =
        100 * race.ratio(Race.Contestant.PIPELINE, other, Speed::textsPerFreeCoreSecond);
    int least = options.number(option, 0);
    if (percent < least) {
      broken.add(
          String.format(Locale.ROOT, "[--%s %d] does not hold: %.1f", option, least, percent));
    }
  }

  private void latency(ModelFolder model, EncodingNode node) throws IOException {
    List<String> queries = Texts.queries(model, QUERY_TEXTS, options.number("seed", 0));
    List<long[]> tokens = model.tokenise(queries);
    say("timing queries …");
    QueryLatency.Times times;
    try (BareProcess session = new BareProcess(model.graph(), model.output())) {
      times =
          new QueryLatency(node, session).measure(queries, tokens, options.number("queries", 1));
    }
    report.queries(times, tokens);
    double micros = 1000 * Speed.median(times.overhead());
    int most = options.number("query-micros", 0);
    if (most > 0 && micros > most) {
      broken.add(
          String.format(Locale.ROOT, "[--query-micros %d] does not hold: %.0f", most, micros));
    }
  }

  private static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
