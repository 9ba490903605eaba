package org.learnedsparse.encode;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.learnedsparse.encode.folder.ModelFiles;
import org.learnedsparse.encode.folder.ModelSettings;
import org.learnedsparse.encode.folder.Route;
import org.learnedsparse.encode.folder.SpecialTokens;
import org.learnedsparse.encode.folder.TermRules;
import org.learnedsparse.encode.graph.FeedbackGraph;
import org.learnedsparse.encode.graph.GraphSession;
import org.learnedsparse.encode.graph.OnnxGraph;
import org.learnedsparse.encode.graph.OutputBuffers;
import org.learnedsparse.encode.text.TextTokenizer;
import org.learnedsparse.encode.text.TokenTable;
import org.learnedsparse.encode.text.TokenTerms;
import org.learnedsparse.encode.text.TokenWeights;
import org.learnedsparse.encode.text.TokenWindow;
import org.learnedsparse.encode.text.Vocabulary;
import org.learnedsparse.encode.text.WindowCutter;

/**
 * The parts of a model: for each side a tokenizer, and a graph or a table; what is equal, once. And
 * a graph for feedback, or that alone.
 */
final class LoadedModel implements Closeable {
  /** A tokenizer with its vocabulary. */
  private record Tokens(TextTokenizer tokenizer, Vocabulary vocabulary) {}

  private final Path folder;
  private final ModelSettings settings;
  private final OutputBuffers buffers;
  private final EncodeStats stats;
  private final Map<String, Tokens> tokens = new HashMap<>();
  private final Map<String, GraphSession> sessions = new HashMap<>();
  private final Map<Mode, LoadedRoute> routes = new EnumMap<>(Mode.class);
  private FeedbackGraph feedback;

  private LoadedModel(
      Path folder, ModelSettings settings, OutputBuffers buffers, EncodeStats stats) {
    this.folder = folder;
    this.settings = settings;
    this.buffers = buffers;
    this.stats = stats;
  }

  static LoadedModel load(Path folder, OutputBuffers buffers, EncodeStats stats)
      throws IOException {
    LoadedModel model = new LoadedModel(folder, ModelSettings.read(folder), buffers, stats);
    try {
      model.open();
      model.probe();
      return model;
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private void open() throws IOException {
    if (settings.texts() != null) {
      routes.put(Mode.DOCUMENT, open(settings.texts().document()));
      routes.put(Mode.QUERY, open(settings.texts().query()));
    }
    if (settings.feedback() != null) {
      feedback = new FeedbackGraph(settings.feedback(), session(settings.feedback().file()));
    }
  }

  private Tokens tokens(String file) throws IOException {
    Tokens known = tokens.get(file);
    if (known == null) {
      // The vocabulary first: it finds more of what may be wrong, and says it better.
      Vocabulary vocabulary = Vocabulary.of(ModelFiles.object(folder, file));
      known = new Tokens(new TextTokenizer(ModelFiles.text(folder, file)), vocabulary);
      tokens.put(file, known);
    }
    return known;
  }

  private GraphSession session(String file) throws IOException {
    GraphSession known = sessions.get(file);
    if (known == null) {
      known = new GraphSession(folder, file, stats.graphNanos);
      sessions.put(file, known);
    }
    return known;
  }

  /** A tensor weighs special tokens too, where a text has them, and [UNK] for what it lacks. */
  private static TermRules rules(Route.Table table) {
    return table
        .rules()
        .usually(table.weights().isTensor() ? SpecialTokens.ALL : SpecialTokens.NONE);
  }

  private LoadedRoute open(Route route) throws IOException {
    Tokens used = tokens(route.tokenizer());
    WindowCutter cutter =
        new WindowCutter(
            used.tokenizer(),
            route.template(),
            settings.texts().maxLength(),
            settings.texts().overlap());
    TokenTable table = null;
    if (route instanceof Route.Table weights) {
      table =
          new TokenTable(
              TokenWeights.read(
                  folder, weights.weights(), used.vocabulary(), weights.rules().words()),
              new TokenTerms(used.vocabulary(), rules(weights)));
    }
    OnnxGraph onnx = null;
    if (route instanceof Route.Graph graph) {
      onnx = new OnnxGraph(folder, graph, session(graph.file()), used.vocabulary(), buffers);
    }
    LoadedRoute dense =
        route instanceof Route.Table beside && beside.dense() != null ? open(beside.dense()) : null;
    return new LoadedRoute(route, used.tokenizer(), used.vocabulary(), cutter, table, onnx, dense);
  }

  /** A first run finds shapes that do not fit, and pays what the first text would. */
  private void probe() {
    for (LoadedRoute side : routes.values()) {
      LoadedRoute route = side.inferred();
      long[] ids = route == null ? new long[0] : route.tokenizer().ids("a");
      if (ids.length > 0) {
        route.graph().run(route.cutter().cut("a", ids).toArray(TokenWindow[]::new));
      }
    }
    if (feedback != null) {
      float[] vector = new float[feedback.dims()];
      Arrays.fill(vector, 1);
      feedback.run(vector, List.of(vector, vector));
    }
  }

  ModelSettings settings() {
    return settings;
  }

  /** How a side encodes texts; null for a model that encodes none. */
  LoadedRoute route(Mode mode) {
    return routes.get(mode);
  }

  /** Null for a model that changes no vectors. */
  FeedbackGraph feedback() {
    return feedback;
  }

  /** How many graphs it holds. */
  int sessions() {
    return sessions.size();
  }

  /** Every choice, in the names of {@code model.json}. */
  Map<String, Object> describe() {
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("description", settings.description());
    if (settings.texts() != null) {
      model.put("vocabulary_size", routes.get(Mode.DOCUMENT).vocabulary().size());
      model.put("max_length", settings.texts().maxLength());
      model.put("overlap", settings.texts().overlap());
      routes.forEach((mode, route) -> model.put(mode.toString(), describe(route, mode)));
    }
    if (feedback != null) {
      model.put("feedback", feedback.describe());
    }
    return model;
  }

  private static Map<String, Object> describe(LoadedRoute route, Mode mode) {
    Map<String, Object> steps = new LinkedHashMap<>();
    steps.put("tokenizer", route.route().tokenizer());
    if (route.route().template().isEmpty() == false) {
      steps.put("template", route.route().template().toString());
    }
    if (route.route() instanceof Route.Table table) {
      steps.put("table", table.weights().stated());
      steps.put("words", table.rules().words());
      steps.put("punctuation", table.rules().punctuation());
      steps.put("special_tokens", rules(table).special().stated());
      if (mode == Mode.QUERY) {
        steps.put("index_idf", table.indexIdf());
      }
      if (route.dense() != null) {
        steps.put("dense", describeBeside(route.dense()));
      }
    } else {
      steps.putAll(route.graph().describe());
    }
    return steps;
  }

  /** A dense head beside a table, in the names of its settings. */
  private static Map<String, Object> describeBeside(LoadedRoute dense) {
    Map<String, Object> steps = new LinkedHashMap<>();
    steps.put("graph", ((Route.Graph) dense.route()).file());
    steps.put("tokenizer", dense.route().tokenizer());
    if (dense.route().template().isEmpty() == false) {
      steps.put("template", dense.route().template().toString());
    }
    steps.putAll(dense.graph().describeDense());
    return steps;
  }

  @Override
  public void close() {
    sessions.values().forEach(GraphSession::close);
    tokens.values().forEach(used -> used.tokenizer().close());
  }
}
