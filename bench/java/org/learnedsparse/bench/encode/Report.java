package org.learnedsparse.bench.encode;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.learnedsparse.bench.ResultFile;

/** What was measured, as JSON and as tables for people. */
final class Report {
  private final ResultFile result;
  private final StringBuilder tables = new StringBuilder();

  Report(ResultFile result) {
    this.result = result;
    tables.append("Encoding on a node against ONNX Runtime alone\n");
    tables.append("(").append(result.heading()).append(")\n");
  }

  /** The tables so far, in Markdown. */
  String tables() {
    return tables.toString();
  }

  void model(TransformerModel shape) {
    ObjectNode model = result.root().putObject("model");
    model.put("layers", shape.layers());
    model.put("hidden", shape.hidden());
    model.put("vocabulary", shape.vocabulary());
    model.put("million_weights", round(shape.parameters() / 1e6, 1));
    line(
        "\nModel: %d layers, %d wide, a vocabulary of %,d: %.1f million random weights.",
        shape.layers(), shape.hidden(), shape.vocabulary(), shape.parameters() / 1e6);
  }

  void model(ModelFolder folder) {
    String name = folder.folder().getFileName().toString();
    result.root().put("model", name);
    line("\nModel: %s.", name);
  }

  void texts(List<long[]> tokens) {
    List<Integer> lengths = tokens.stream().map(text -> text.length).sorted().toList();
    double mean = lengths.stream().mapToInt(Integer::intValue).average().orElseThrow();
    int median = lengths.get(lengths.size() / 2);
    int most = lengths.get(lengths.size() - 1);
    ObjectNode texts = result.root().putObject("texts");
    texts.put("count", lengths.size());
    texts.put("tokens_mean", round(mean, 1));
    texts.put("tokens_median", median);
    texts.put("tokens_least", lengths.get(0));
    texts.put("tokens_most", most);
    line(
        "\nTexts: %d of %d to %d tokens, median %d, mean %.0f.",
        lengths.size(), lengths.get(0), most, median, mean);
  }

  /** The setups' speeds on a sample. */
  void screening(Screening screening, List<long[]> sample) {
    line("\n## The bare loop's setups\n");
    line("On %d of the texts; *padding*: tokens run for each token of a text.\n", sample.size());
    line("| setup | padding | texts per second of a free core |");
    line("|---|---:|---:|");
    ArrayNode rows = result.root().putArray("bare_setups");
    screening
        .speeds()
        .forEach(
            (setup, speed) -> {
              double padding = setup.batching().padding(sample);
              line("| %s | %.2f | %.1f |", setup, padding, speed);
              ObjectNode row = rows.addObject();
              describe(row, setup);
              row.put("padding", round(padding, 2));
              row.put("texts_per_free_core_second", round(speed, 1));
            });
  }

  /** Throughput and its ratios. */
  void race(Race race, List<long[]> tokens, int clients, int bulk) {
    line("\n## Throughput\n");
    line(
        "| | padding | texts/s, median | each round |"
            + " texts per second of a free core, median | other work had of the cores |");
    line("|---|---:|---:|---|---:|---:|");
    ObjectNode throughput = result.root().putObject("throughput");
    for (Race.Contestant contestant : Race.Contestant.values()) {
      ObjectNode row = throughput.putObject(contestant.name().toLowerCase(Locale.ROOT));
      BareLoop.Setup setup = race.setup(contestant);
      String name;
      String padding = "";
      if (setup == null) {
        Pipeline.Round piped = race.lastPiped();
        name =
            String.format(
                Locale.ROOT,
                "pipeline, %d clients, bulks of %d (%.1f texts a batch, %.0f terms a text)",
                clients,
                bulk,
                piped.textsPerBatch(),
                piped.termsPerText());
        row.put("clients", clients);
        row.put("documents_a_bulk", bulk);
        row.put("texts_a_batch", round(piped.textsPerBatch(), 1));
        row.put("terms_a_text", round(piped.termsPerText(), 1));
      } else {
        name = "bare loop, " + setup;
        padding = String.format(Locale.ROOT, "%.2f", setup.batching().padding(tokens));
        describe(row, setup);
        row.put("padding", round(setup.batching().padding(tokens), 2));
      }
      List<Speed> speeds = race.speeds(contestant);
      line(
          "| %s | %s | %.1f | %s | %.1f | %.0f%% |",
          name,
          padding,
          race.median(contestant, Speed::textsPerSecond),
          String.join(
              ", ",
              speeds.stream()
                  .map(speed -> String.format(Locale.ROOT, "%.1f", speed.textsPerSecond()))
                  .toList()),
          race.median(contestant, Speed::textsPerFreeCoreSecond),
          100 * race.median(contestant, Speed::otherShare));
      put(row.putArray("texts_per_second"), speeds, Speed::textsPerSecond);
      put(row.putArray("texts_per_free_core_second"), speeds, Speed::textsPerFreeCoreSecond);
      put(row.putArray("other_work_percent"), speeds, speed -> 100 * speed.otherShare());
    }
    line("\n| ratio, median of the rounds | texts/s | texts per second of a free core |");
    line("|---|---:|---:|");
    ObjectNode ratios = result.root().putObject("ratios");
    Race.Contestant pipeline = Race.Contestant.PIPELINE;
    ratio(ratios, "pipeline to the faster sorted bare loop", race, pipeline, race.bare());
    ratio(ratios, "pipeline to batches as they come", race, pipeline, Race.Contestant.ARRIVAL);
    ratio(
        ratios,
        "runs side by side to one run over all cores",
        race,
        Race.Contestant.PARALLEL,
        Race.Contestant.SPREAD);
  }

  private void ratio(
      ObjectNode ratios, String name, Race race, Race.Contestant one, Race.Contestant other) {
    double ratio = race.ratio(one, other, Speed::textsPerSecond);
    double free = race.ratio(one, other, Speed::textsPerFreeCoreSecond);
    line("| %s | %.3f | **%.3f** |", name, ratio, free);
    ObjectNode row = ratios.putObject((one + "_to_" + other).toLowerCase(Locale.ROOT));
    row.put("texts_per_second", round(ratio, 3));
    row.put("texts_per_free_core_second", round(free, 3));
  }

  /** How long a query takes. */
  void queries(QueryLatency.Times times, List<long[]> tokens) {
    double mean = tokens.stream().mapToInt(text -> text.length).average().orElseThrow();
    int count = times.text().size();
    line("\n## A query's latency\n");
    line("%d queries of %.1f tokens in the mean, one client, in turns.\n", count, mean);
    line("| ms | p10 | p50 | p90 |");
    line("|---|---:|---:|---:|");
    ObjectNode query = result.root().putObject("query");
    query.put("count", count);
    query.put("tokens_mean", round(mean, 1));
    times(query, "text", "a search with `query`", times.text());
    times(query, "weights", "the same search with `query_vector`", times.weights());
    times(query, "graph", "the graph, by the node's own clock", times.graph());
    times(query, "overhead", "**encoding beyond the graph**", times.overhead());
    times(query, "bare", "a bare session in another process, on the same tokens", times.bare());
  }

  private void times(ObjectNode query, String key, String name, List<Double> times) {
    double p10 = quantile(times, 10);
    double p50 = Speed.median(times);
    double p90 = quantile(times, 90);
    line("| %s | %.2f | %.2f | %.2f |", name, p10, p50, p90);
    query.put(key + "_p10_ms", round(p10, 3));
    query.put(key + "_p50_ms", round(p50, 3));
    query.put(key + "_p90_ms", round(p90, 3));
  }

  private static double quantile(List<Double> times, int percent) {
    return times.stream().sorted().toList().get(times.size() * percent / 100);
  }

  private static void describe(ObjectNode row, BareLoop.Setup setup) {
    row.put("order", setup.batching().order().name().toLowerCase(Locale.ROOT));
    row.put("runs_at_once", setup.runners());
    row.put("threads_a_run", setup.intraOp());
    row.put("batch_size", setup.batching().size());
  }

  private static void put(ArrayNode array, List<Speed> speeds, ToDoubleFunction<Speed> figure) {
    speeds.forEach(speed -> array.add(round(figure.applyAsDouble(speed), 1)));
  }

  private void line(String format, Object... values) {
    tables.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static double round(double value, int digits) {
    double scale = Math.pow(10, digits);
    return Math.round(value * scale) / scale;
  }
}
