package org.learnedsparse.encode.folder;

import com.google.gson.JsonElement;
import java.util.Set;

/** Reads a route from its settings. */
final class RouteReader {
  private static final String GRAPH = "graph";
  private static final String TABLE = "table";
  private static final String DENSE = "dense";
  private static final String TOKENIZER = "tokenizer.json";
  private static final Set<String> OF_SPARSE =
      Set.of(
          "output",
          "ids_output",
          "pooling",
          "activation",
          "special_tokens",
          "repeats",
          "words",
          "punctuation",
          "autoencoder",
          "top_k",
          "terms",
          "literal");
  private static final Set<Pooling> NO_DENSE = Set.of(Pooling.SUM, Pooling.TOKEN);

  private final JsonSettings json;
  private final String side;

  private RouteReader(JsonSettings json, String side) {
    this.json = json;
    this.side = side;
  }

  /**
   * @param side {@code document} or {@code query}
   */
  static Route read(JsonElement settings, String side) {
    JsonSettings json = new JsonSettings(side, settings);
    boolean graph = json.has(GRAPH);
    boolean table = json.has(TABLE);
    if (graph == table) {
      throw new ModelException(
          graph
              ? "["
                  + side
                  + "] in [model.json] has both a [graph] and a [table]; it needs one of them"
              : "no ONNX graph was found for ["
                  + side
                  + "], neither [onnx/model.onnx] nor [model.onnx] nor a single other *.onnx; export"
                  + " the model to ONNX, or name the graph or a table in [model.json]: {\""
                  + side
                  + "\": {\"graph\": \"…\"}}");
    }
    RouteReader reader = new RouteReader(json, side);
    Route route = graph ? reader.graph() : reader.table();
    json.refuseOthers();
    return route;
  }

  private Template template() {
    return json.has("template") ? Template.of(json.string("template", "")) : Template.NONE;
  }

  private TermRules rules() {
    return new TermRules(
        json.bool("words", false),
        json.bool("punctuation", true),
        json.specialTokens("special_tokens"));
  }

  private Route table() {
    String tokenizer = json.file("tokenizer", TOKENIZER);
    Template template = template();
    // Only a query meets an index, and only a query may want the one vector without the other.
    boolean query = side.equals("query");
    return new Route.Table(
        json.weights(TABLE),
        tokenizer,
        template,
        rules(),
        query ? json.share("index_idf", 0) : 0,
        query && json.has(DENSE) ? besideTable(tokenizer, template) : null);
  }

  /** A graph that gives what a table cannot; tokens and template are the table's unless stated. */
  private Route.Graph besideTable(String tokenizer, Template template) {
    JsonSettings dense = new JsonSettings(side + ".dense", json.element(DENSE));
    String graph = dense.file(GRAPH, null);
    if (graph == null) {
      throw new ModelException(
          "["
              + side
              + ".dense] stands beside a [table], which gives no dense vector; name the graph that"
              + " does: {\"dense\": {\"graph\": \"model.onnx\", \"output\": \"…\"}}");
    }
    Route.Graph route =
        new Route.Graph(
            graph,
            dense.file("tokenizer", tokenizer),
            dense.has("template") ? Template.of(dense.string("template", "")) : template,
            null,
            denseHead(dense),
            null);
    dense.refuseOthers();
    return route;
  }

  private Route graph() {
    Route.DenseHead dense = json.has(DENSE) ? dense() : null;
    Route.ScoreHead score = json.has("score") ? score() : null;
    Route.SparseHead sparse = sparse(dense != null || score != null);
    return new Route.Graph(
        json.file(GRAPH, null),
        json.file("tokenizer", TOKENIZER),
        template(),
        sparse,
        dense,
        score);
  }

  /**
   * @param otherHeads whether the graph has other heads; then this one needs a setting to be there
   */
  private Route.SparseHead sparse(boolean otherHeads) {
    Pooling pooling = json.has("pooling") ? Pooling.of(json.string("pooling", "")) : null;
    String autoencoder = json.file("autoencoder", null);
    Route.SparseHead head =
        new Route.SparseHead(
            json.string("output", null),
            json.string("ids_output", null),
            pooling,
            json.has("activation") ? Activation.of(json.string("activation", "")) : null,
            json.has("repeats") ? Repeats.of(json.string("repeats", "")) : Repeats.SUM,
            rules(),
            autoencoder,
            json.bool("autoencoder_normalize", false),
            json.integer("top_k", 0, 1, Integer.MAX_VALUE),
            json.string(
                "terms", autoencoder == null ? Route.SparseHead.TOKENS : Route.SparseHead.NUMBERS),
            json.weights("literal"));
    check(head);
    return otherHeads && OF_SPARSE.stream().noneMatch(json::has) ? null : head;
  }

  private void check(Route.SparseHead head) {
    boolean byToken = head.pooling() == Pooling.TOKEN;
    if (byToken == false && (head.rules().words() || head.repeats() != Repeats.SUM)) {
      throw new ModelException(
          "[words] and [repeats] in [" + side + "] need \"pooling\": \"token\" beside them");
    }
    if (head.autoencoderNormalize() && head.autoencoder() == null) {
      throw new ModelException(
          "[autoencoder_normalize] in [" + side + "] needs an [autoencoder] beside it");
    }
    if (byToken && (head.topK() > 0 || head.autoencoder() != null)) {
      throw new ModelException(
          "[top_k] and [autoencoder] in [" + side + "] do not go with \"pooling\": \"token\"");
    }
  }

  private Route.DenseHead dense() {
    JsonSettings dense = new JsonSettings(side + ".dense", json.element(DENSE));
    Route.DenseHead head = denseHead(dense);
    dense.refuseOthers();
    return head;
  }

  static Route.DenseHead denseHead(JsonSettings dense) {
    Pooling pooling = dense.has("pooling") ? Pooling.of(dense.string("pooling", "")) : Pooling.NONE;
    if (NO_DENSE.contains(pooling)) {
      throw dense.wrong("pooling", "one of [max, mean, cls, last, none]");
    }
    return new Route.DenseHead(
        dense.string("output", null), pooling, dense.bool("normalize", false));
  }

  private Route.ScoreHead score() {
    JsonSettings score = new JsonSettings(side + ".score", json.element("score"));
    Route.ScoreHead head = new Route.ScoreHead(score.string("output", null));
    score.refuseOthers();
    return head;
  }
}
