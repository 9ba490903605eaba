package org.learnedsparse.encode;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The parts of a model: tokenizer, vocabulary, and for each side a graph or a table. */
final class LoadedModel implements Closeable {
  private static final String TOKENIZER = "tokenizer.json";

  private final ModelSettings settings;
  private final Vocabulary vocabulary;
  private final TextTokenizer tokenizer;
  private final Map<Route, OnnxGraph> graphs = new HashMap<>();
  private final Map<Mode, TokenTable> tables = new EnumMap<>(Mode.class);

  private LoadedModel(ModelSettings settings, Vocabulary vocabulary, TextTokenizer tokenizer) {
    this.settings = settings;
    this.vocabulary = vocabulary;
    this.tokenizer = tokenizer;
  }

  static LoadedModel load(Path folder, OutputBuffers buffers) throws IOException {
    ModelSettings settings = ModelSettings.read(folder);
    Vocabulary vocabulary = Vocabulary.of(ModelSettings.readObject(folder, TOKENIZER));
    LoadedModel model =
        new LoadedModel(
            settings,
            vocabulary,
            new TextTokenizer(Files.readString(ModelSettings.file(folder, TOKENIZER))));
    try {
      for (Mode mode : Mode.values()) {
        model.open(folder, mode, buffers);
      }
      if (settings.maxLength() - model.tokenizer.specialTokens() <= settings.overlap()) {
        throw new ModelException(
            "[max_length] of ["
                + settings.maxLength()
                + "] leaves no room beside the special tokens and the overlap");
      }
      model.probe();
      return model;
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private void open(Path folder, Mode mode, OutputBuffers buffers) throws IOException {
    Route route = route(mode);
    if (route instanceof Route.Table table) {
      tables.put(
          mode,
          new TokenTable(table.file(), ModelSettings.readObject(folder, table.file()), vocabulary));
    } else if (route instanceof Route.Graph graph && graphs.containsKey(graph) == false) {
      Path file = ModelSettings.file(folder, graph.file());
      graphs.put(graph, new OnnxGraph(graph.file(), file, graph, vocabulary, buffers));
    }
  }

  /** A first run finds shapes that do not fit, and pays what the first text would. */
  private void probe() {
    long[] tokens = tokenizer.ids("a");
    graphs
        .values()
        .forEach(
            graph ->
                graph.run(new long[][] {tokenizer.withSpecialTokens(tokens, 0, tokens.length)}));
  }

  private Route route(Mode mode) {
    return mode == Mode.QUERY ? settings.query() : settings.document();
  }

  ModelSettings settings() {
    return settings;
  }

  Vocabulary vocabulary() {
    return vocabulary;
  }

  TextTokenizer tokenizer() {
    return tokenizer;
  }

  /** The side's graph, or null where it has a table. */
  OnnxGraph graph(Mode mode) {
    return graphs.get(route(mode));
  }

  /** The side's table, or null where it has a graph. */
  TokenTable table(Mode mode) {
    return tables.get(mode);
  }

  /** How many tokens, padding included, fit into a batch with this many bytes of output. */
  long batchTokens(Mode mode, long batchBytes) {
    OnnxGraph graph = graph(mode);
    return graph == null || graph.outputBytesPerToken() == 0
        ? Long.MAX_VALUE
        : batchBytes / graph.outputBytesPerToken();
  }

  Map<String, Object> describe(Mode mode) {
    Map<String, Object> steps = new LinkedHashMap<>();
    if (route(mode) instanceof Route.Graph graph) {
      Pooler pooler = graph(mode).pooler();
      steps.put("graph", graph.file());
      steps.put("pooling", pooler.pooling().toString());
      steps.put("activation", pooler.activation().toString());
      steps.put("special_tokens", pooler.specialTokens());
    } else if (route(mode) instanceof Route.Table table) {
      steps.put("table", table.file());
      if (mode == Mode.QUERY) {
        steps.put("index_idf", table.indexIdf());
      }
    }
    return steps;
  }

  @Override
  public void close() {
    graphs.values().forEach(OnnxGraph::close);
    tokenizer.close();
  }
}
