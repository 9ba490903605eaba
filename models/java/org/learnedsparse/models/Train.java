package org.learnedsparse.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.learnedsparse.tools.onnx.WordPieceTokenizer;

/**
 * Makes the default model: vocabulary, expansions, query table, dense rows, graph. The same data
 * gives the same bytes.
 */
public final class Train {
  // Chosen by the mean over the development collections; see models/README.md.
  private static final int WORDS = 20_000;
  private static final int FRAGMENTS = 6_000;
  private static final int RAREST_CHARACTER = 50;
  private static final long TAUGHT_COUNT = 5;
  private static final DocumentModel.Shape SHAPE =
      new DocumentModel.Shape(0.7f, 0.9f, 50, 0.7f, 2, 10, 0.3f, 0.45f);
  private static final double INDEX_IDF = 0.5;
  private static final int MAX_LENGTH = 4096;
  private static final int WIDTH = 24;
  private static final double WEAKEST = 0.03;
  private static final ExpansionSources.Settings SOURCES =
      new ExpansionSources.Settings(0.4, 0.4, 0.3, 8, 0.3, 0.6, 0.3, 40, 0.02);
  private static final ContrastiveTraining.Settings SETTINGS =
      new ContrastiveTraining.Settings(4, 32, 0.5f, 0.02f, 0.01f, 0.03f, 7);
  private static final int DIMS = 128;
  private static final DenseTraining.Settings DENSE_SETTINGS =
      new DenseTraining.Settings(3, 512, 0.1f, 0.01f, 7);

  private final Corpus corpus;
  private final Path output;
  private final long start = System.nanoTime();

  private Train(Corpus corpus, Path output) {
    this.corpus = corpus;
    this.output = output;
  }

  /**
   * Trains and writes a model folder.
   *
   * @param args folder of the pairs, file of the taught texts, folder to write, and then any number
   *     of {@code queries.jsonl} files whose texts must not be learned from
   */
  public static void main(String[] args) throws IOException {
    if (args.length < 3) {
      throw new IllegalArgumentException(
          "arguments: <pairs folder> <taught texts> <model folder> [<excluded queries.jsonl>...]");
    }
    Natives.use();
    Set<String> excluded = new HashSet<>();
    for (String file : List.of(args).subList(3, args.length)) {
      Corpus.forEachLine(
          Path.of(file), line -> excluded.add(Corpus.key(line.path("text").asText())));
    }
    Corpus corpus = Corpus.read(Path.of(args[0]), Path.of(args[1]), excluded);
    new Train(corpus, Files.createDirectories(Path.of(args[2]))).run();
  }

  private void run() throws IOException {
    log("%,d pairs, %,d taught texts", corpus.pairs().size(), corpus.taught().size());
    WordPieceTokenizer.writeWithoutMarkers(
        output, Vocabulary.train(countWords(), WORDS, FRAGMENTS, RAREST_CHARACTER));
    try (Tokens tokens = Tokens.open(output.resolve("tokenizer.json"))) {
      log("vocabulary of %,d tokens", tokens.names().size());
      Encoded encoded = Encoded.of(corpus, tokens);
      log("texts encoded");
      Expansions expansions = new ExpansionSources(corpus, encoded, SOURCES).estimate();
      log("expansions estimated");
      DocumentModel model = DocumentModel.of(expansions, encoded.weightless(), SHAPE);
      float[] query = QueryTable.estimate(model, encoded);
      List<Double> losses =
          ContrastiveTraining.train(
              model, query, new TrainingSources(corpus, encoded, query).all(), SETTINGS);
      log("contrastive training, mean loss by epoch: %s", losses);
      Expansions trained = model.expansions();
      trained.prune(WIDTH, WEAKEST);
      DocumentModel shipped = DocumentModel.of(trained, encoded.weightless(), SHAPE);
      DenseModel dense = DenseModel.random(query, DIMS, DENSE_SETTINGS.seed());
      losses =
          DenseTraining.train(
              dense,
              new DenseSources(corpus, encoded, SHAPE, DENSE_SETTINGS.seed()).all(),
              DENSE_SETTINGS);
      log("dense training, mean loss by epoch: %s", losses);
      Graph.of(shipped, dense).write(output.resolve("model.onnx"));
      writeQueryTable(tokens.names(), query);
      writeSettings();
      log("written to %s", output);
    }
  }

  private Map<String, Long> countWords() {
    Map<String, Long> counts = new HashMap<>();
    for (Corpus.Pair pair : corpus.pairs()) {
      Words.forEach(pair.query(), word -> counts.merge(word, 1L, Long::sum));
      Words.forEach(pair.passage(), word -> counts.merge(word, 1L, Long::sum));
    }
    for (Corpus.Taught taught : corpus.taught()) {
      Words.forEach(taught.text(), word -> counts.merge(word, TAUGHT_COUNT, Long::sum));
    }
    return counts;
  }

  private void writeQueryTable(List<String> names, float[] query) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode table = json.createObjectNode();
    for (int t = 0; t < query.length; t++) {
      if (query[t] > 0) {
        table.put(names.get(t), Math.round(query[t] * 1000) / 1000.0);
      }
    }
    Files.writeString(output.resolve("idf.json"), json.writeValueAsString(table) + "\n");
  }

  private void writeSettings() throws IOException {
    ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode root = json.createObjectNode();
    root.put(
        "description",
        "English, inference-free: word counts with learned expansions, and a static query table;"
            + " static dense vectors");
    root.put("max_length", MAX_LENGTH);
    root.putObject("document")
        .put("graph", "model.onnx")
        .put("output", "weights")
        .put("pooling", "none")
        .put("activation", "relu")
        .set("dense", dense(json));
    root.putObject("query")
        .put("table", "idf.json")
        .put("index_idf", INDEX_IDF)
        .set("dense", dense(json).put("graph", "model.onnx"));
    Files.writeString(output.resolve("model.json"), json.writeValueAsString(root) + "\n");
  }

  private static ObjectNode dense(ObjectMapper json) {
    return json.createObjectNode()
        .put("output", "dense")
        .put("pooling", "none")
        .put("normalize", true);
  }

  private void log(String format, Object... values) {
    System.out.printf(
        Locale.ROOT,
        "[%4d s] %s%n",
        (System.nanoTime() - start) / 1_000_000_000,
        String.format(Locale.ROOT, format, values));
  }
}
