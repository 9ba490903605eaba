package org.learnedsparse.bench.encode;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.learnedsparse.bench.CommandLine;
import org.learnedsparse.bench.Machine;
import org.learnedsparse.bench.ResultFile;
import org.learnedsparse.bench.TextGenerator;
import org.learnedsparse.encode.NativeLibraries;
import org.learnedsparse.tools.node.Repository;
import org.learnedsparse.tools.onnx.WordPieceTokenizer;

/**
 * Measures how much of a model's own speed is left when texts go through a node's ingest pipeline:
 * the same texts, through a bare loop over ONNX Runtime and through bulk requests, turn by turn.
 */
public final class EncodeBenchmark {
  private static final String USAGE =
      """
      usage: bench/encode [--model DIR | [--layers N] [--hidden N] [--vocabulary N]] [OPTION...]

      Encodes the same texts in a bare ONNX Runtime loop and through the ingest pipeline of a real
      node, turn by turn, and prints texts a second of both and their ratio.

        --model DIR       a model's folder; default: a SPLADE model with random weights is made
        --layers N        its transformer layers; default 6, as DistilBERT
        --hidden N        its width; default 768, as DistilBERT (384: MiniLM)
        --vocabulary N    its vocabulary; default 30522, as BERT
        --texts N         texts in a round; default 800
        --rounds N        rounds of both; default 3
        --clients N       concurrent clients of the node; default 16
        --bulk N          documents in a bulk request; default 50
        --screening N     texts for choosing the bare loop's best setup; default 48
        --heap SIZE       the node's heap; default 1g
        --seed N          of the texts; default 1
        --at-least N      ends with status 1 if the ratio is below N percent; default 0
        --json FILE       writes the figures to FILE, and a table beside it (.md)
      """;

  private static final List<Integer> BATCH_SIZES = List.of(1, 2, 4, 8, 16, 32);

  /** Terms a text whose weight is above zero, as trained SPLADE models give. */
  private static final int TERMS = 125;

  // Lengths in words: most passages are near the median, some much longer.
  private static final int MEDIAN_LENGTH = 90;
  private static final double LENGTH_SPREAD = 0.6;
  private static final int SHORTEST = 10;
  private static final int LONGEST = 290;

  private static final int CALIBRATION_TEXTS = 16;
  private static final int SCREENING_PASSES = 3;
  private static final int LARGE_BATCH = 16;

  private final CommandLine options;
  private final ResultFile result;
  private final int rounds;
  private final int textsPerRound;

  private EncodeBenchmark(CommandLine options) throws IOException {
    this.options = options;
    this.result = new ResultFile("bench/encode");
    this.rounds = options.number("rounds", 1);
    this.textsPerRound = options.number("texts", 1);
  }

  /** See {@link #USAGE}. */
  public static void main(String... arguments) throws Exception {
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("model", "");
    defaults.put("layers", "6");
    defaults.put("hidden", "768");
    defaults.put("vocabulary", "30522");
    defaults.put("texts", "800");
    defaults.put("rounds", "3");
    defaults.put("clients", "16");
    defaults.put("bulk", "50");
    defaults.put("screening", "48");
    defaults.put("heap", "1g");
    defaults.put("seed", "1");
    defaults.put("at-least", "0");
    defaults.put("json", "");
    CommandLine options = CommandLine.parse(USAGE, defaults, arguments);
    double ratio = new EncodeBenchmark(options).run();
    if (ratio * 100 < options.number("at-least", 0)) {
      System.exit(1);
    }
  }

  private double run() throws IOException, OrtException, InterruptedException {
    System.setProperty("ai.djl.offline", "true");
    NativeLibraries.use(
        Repository.root().resolve("target/native").resolve(NativeLibraries.platform()));
    Optional<Path> given = options.path("model");
    given.ifPresent(folder -> result.root().put("model", folder.getFileName().toString()));
    ModelFolder model = new ModelFolder(given.isPresent() ? given.get() : makeModel());
    List<String> texts = texts(model, textsPerRound, options.number("seed", 0));
    List<long[]> tokens = model.tokenise(texts);
    describeTexts(tokens);
    int special = model.tokenise(List.of("")).get(0).length;
    try (Pipeline pipeline =
            Pipeline.start(
                model.folder(),
                options.number("clients", 1),
                options.number("bulk", 1),
                options.text("heap"));
        BareLoop loop = new BareLoop(model.graph(), model.output())) {
      BareLoop.Setup best = screen(loop, tokens, pipeline.encodeThreads());
      loop.reset();
      List<String> warmUp = texts(model, Math.max(64, textsPerRound / 4), -1);
      say("warming up the node and the loop …");
      pipeline.run(warmUp);
      loop.run(model.tokenise(warmUp), best);
      return compare(pipeline, loop, best, texts, tokens, special);
    }
  }

  private Path makeModel() throws IOException, OrtException {
    TransformerModel shape =
        new TransformerModel(
            options.number("layers", 1),
            options.number("hidden", 1),
            options.number("vocabulary", 1000));
    say(
        "making a model of %d layers, %d wide, %,d entries: %.1f million weights …",
        shape.layers(), shape.hidden(), shape.vocabulary(), shape.parameters() / 1e6);
    Path folder = Repository.root().resolve("target/bench/model");
    WordPieceTokenizer.write(
        folder, MadeUpWords.pieces(shape.vocabulary() - WordPieceTokenizer.SPECIAL.size()));
    ModelFolder model = new ModelFolder(folder);
    Path graph = folder.resolve("model.onnx");
    shape.write(graph, 0);
    float threshold;
    try (BareLoop loop = new BareLoop(graph, "")) {
      List<String> texts = texts(model, CALIBRATION_TEXTS, -2);
      threshold = loop.thresholdKeeping(TERMS, model.tokenise(texts));
    }
    shape.write(graph, -threshold);
    ObjectNode described = result.root().putObject("model");
    described.put("layers", shape.layers());
    described.put("hidden", shape.hidden());
    described.put("vocabulary", shape.vocabulary());
    described.put("million_weights", round(shape.parameters() / 1e6));
    return folder;
  }

  private static List<String> texts(ModelFolder model, int count, long seed) throws IOException {
    TextGenerator generator = new TextGenerator(model.words(), model.suffixes(), seed);
    List<String> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      texts.add(generator.text(MEDIAN_LENGTH, LENGTH_SPREAD, SHORTEST, LONGEST));
    }
    return texts;
  }

  private void describeTexts(List<long[]> tokens) {
    List<Integer> lengths = tokens.stream().map(text -> text.length).sorted().toList();
    double mean = lengths.stream().mapToInt(Integer::intValue).average().orElseThrow();
    ObjectNode described = result.root().putObject("texts");
    described.put("count", lengths.size());
    described.put("tokens_mean", round(mean));
    described.put("tokens_median", lengths.get(lengths.size() / 2));
    described.put("tokens_least", lengths.get(0));
    described.put("tokens_most", lengths.get(lengths.size() - 1));
    say(
        "%d texts of %d to %d tokens, median %d, mean %.0f",
        lengths.size(),
        lengths.get(0),
        lengths.get(lengths.size() - 1),
        lengths.get(lengths.size() / 2),
        mean);
  }

  /** Finds the bare loop's fastest setup: all run a sample several times, in changing order. */
  private BareLoop.Setup screen(BareLoop loop, List<long[]> tokens, int encodeThreads)
      throws OrtException, InterruptedException {
    int cores = Machine.cores();
    List<BareLoop.Setup> order = new ArrayList<>();
    for (int batchSize : BATCH_SIZES) {
      order.add(new BareLoop.Setup(encodeThreads, 1, batchSize));
      order.add(new BareLoop.Setup(1, cores, batchSize));
    }
    List<long[]> sample =
        tokens.subList(0, Math.min(tokens.size(), options.number("screening", 1)));
    Map<BareLoop.Setup, Double> fastest = new LinkedHashMap<>();
    say("bare loop, %d texts, the fastest of %d passes:", sample.size(), SCREENING_PASSES);
    for (int pass = 0; pass < SCREENING_PASSES; pass++) {
      for (int i = 0; i < order.size(); i++) {
        BareLoop.Setup setup = order.get(pass % 2 == 0 ? i : order.size() - 1 - i);
        fastest.merge(setup, loop.run(sample, setup).textsPerFreeCoreSecond(), Math::max);
        if (setup.batchSize() >= LARGE_BATCH) {
          loop.reset(); // a large batch's output is gigabytes, which a session would keep
        }
      }
    }
    ArrayNode screened = result.root().putArray("bare_setups");
    fastest.forEach(
        (setup, speed) -> {
          say("  %-26s %8.1f texts per second of a free core", setup, speed);
          ObjectNode row = screened.addObject();
          row.put("runners", setup.runners());
          row.put("threads_a_run", setup.intraOp());
          row.put("batch_size", setup.batchSize());
          row.put("texts_per_free_core_second", round(speed));
        });
    return fastest.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
  }

  /** A round of both. */
  private record Round(Speed bare, Pipeline.Round piped) {
    double ratio(ToDoubleFunction<Speed> figure) {
      return figure.applyAsDouble(piped.speed()) / figure.applyAsDouble(bare);
    }
  }

  private double compare(
      Pipeline pipeline,
      BareLoop loop,
      BareLoop.Setup setup,
      List<String> texts,
      List<long[]> tokens,
      int specialTokens)
      throws IOException, OrtException, InterruptedException {
    say("%d rounds of %d texts, bare loop with %s:", rounds, texts.size(), setup);
    List<Round> measured = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      // The pipeline runs between two runs of the loop, so that a drift of the load evens out.
      Speed before = loop.run(tokens, setup);
      Pipeline.Round piped = pipeline.run(texts);
      Speed after = loop.run(tokens, setup);
      checkSameWork(tokens, specialTokens, piped.counts());
      Round both = new Round(before.plus(after), piped);
      measured.add(both);
      say(
          "  round %d: bare %.1f and %.1f, pipeline %.1f texts/s, ratio %.3f, %.3f a free core;"
              + " other work had %.0f, %.0f and %.0f%% of the cores",
          round + 1,
          before.textsPerSecond(),
          after.textsPerSecond(),
          piped.speed().textsPerSecond(),
          both.ratio(Speed::textsPerSecond),
          both.ratio(Speed::textsPerFreeCoreSecond),
          100 * before.otherShare(),
          100 * after.otherShare(),
          100 * piped.speed().otherShare());
    }
    return report(setup, measured);
  }

  /** Both sides must have run the model on the same tokens. */
  private static void checkSameWork(
      List<long[]> tokens, int specialTokens, Pipeline.Counts counts) {
    // The node's statistics leave special tokens out.
    long expected = tokens.stream().mapToLong(text -> text.length - specialTokens).sum();
    if (counts.tokens() != expected || counts.windows() != tokens.size()) {
      throw new IllegalStateException(
          "the bare loop ran "
              + expected
              + " tokens in "
              + tokens.size()
              + " windows, the node "
              + counts);
    }
  }

  private double report(BareLoop.Setup setup, List<Round> measured) throws IOException {
    List<Speed> bare = measured.stream().map(Round::bare).toList();
    List<Speed> pipeline = measured.stream().map(round -> round.piped().speed()).toList();
    double ratio = median(measured, round -> round.ratio(Speed::textsPerSecond));
    double freeRatio = median(measured, round -> round.ratio(Speed::textsPerFreeCoreSecond));
    Pipeline.Round sample = measured.get(0).piped();
    ObjectNode root = result.root();
    rows(root.putArray("bare"), bare);
    rows(root.putArray("pipeline"), pipeline);
    root.put("bare_setup", setup.toString());
    root.put("clients", options.number("clients", 1));
    root.put("documents_a_bulk", options.number("bulk", 1));
    root.put("texts_a_batch", round(sample.textsPerBatch()));
    root.put("terms_a_text", round(sample.termsPerText()));
    root.put("ratio", Math.round(ratio * 1000) / 1000.0);
    root.put("free_core_ratio", Math.round(freeRatio * 1000) / 1000.0);
    String table = table(bare, pipeline, sample, ratio, freeRatio);
    System.out.print("\n" + table);
    Optional<Path> json = options.path("json");
    if (json.isPresent()) {
      result.write(json.get(), table);
    }
    return ratio;
  }

  private String table(
      List<Speed> bare,
      List<Speed> pipeline,
      Pipeline.Round sample,
      double ratio,
      double freeRatio) {
    return String.format(
        Locale.ROOT,
        """
        Encoding through the ingest pipeline against a bare ONNX Runtime loop
        (%s)

        | | texts/s, median | each round | texts per second of a free core, median | other work had of the cores |
        |---|---|---|---|---|
        | bare loop, %s | %.1f | %s | %.1f | %.0f%% |
        | pipeline (%d clients, bulks of %d) | %.1f | %s | %.1f | %.0f%% |
        | **ratio, median of the rounds** | **%.3f** | | %.3f | |

        Texts: %s. Model: %s. The node's batches held %.1f texts on average; a document has %.0f
        terms.
        """,
        result.heading(),
        result.root().get("bare_setup").asText(),
        median(bare, Speed::textsPerSecond),
        list(bare),
        median(bare, Speed::textsPerFreeCoreSecond),
        100 * median(bare, Speed::otherShare),
        options.number("clients", 1),
        options.number("bulk", 1),
        median(pipeline, Speed::textsPerSecond),
        list(pipeline),
        median(pipeline, Speed::textsPerFreeCoreSecond),
        100 * median(pipeline, Speed::otherShare),
        ratio,
        freeRatio,
        result.root().get("texts"),
        result.root().get("model"),
        sample.textsPerBatch(),
        sample.termsPerText());
  }

  private static <T> double median(List<T> measured, ToDoubleFunction<T> figure) {
    return Speed.median(measured.stream().map(figure::applyAsDouble).toList());
  }

  private static String list(List<Speed> speeds) {
    return String.join(
        ", ",
        speeds.stream()
            .map(speed -> String.format(Locale.ROOT, "%.1f", speed.textsPerSecond()))
            .toList());
  }

  private static void rows(ArrayNode array, List<Speed> speeds) {
    for (Speed speed : speeds) {
      ObjectNode row = array.addObject();
      row.put("texts_per_second", round(speed.textsPerSecond()));
      row.put("texts_per_free_core_second", round(speed.textsPerFreeCoreSecond()));
      row.put("other_work_percent", round(100 * speed.otherShare()));
    }
  }

  private static double round(double value) {
    return Math.round(value * 10) / 10.0;
  }

  private static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
