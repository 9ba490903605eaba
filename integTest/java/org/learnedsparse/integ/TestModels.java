package org.learnedsparse.integ;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.RealNode;
import org.learnedsparse.tools.node.Repository;
import org.learnedsparse.tools.onnx.GraphBuilder;
import org.learnedsparse.tools.onnx.WordPieceTokenizer;

/**
 * Small models whose weights can be told by hand, so that tests can assert scores:
 *
 * <ul>
 *   <li>{@code tiny}: documents through a real ONNX graph with SPLADE pooling, weights as in {@link
 *       #DOCUMENT}; queries through a static table, weights as in {@link #QUERY}. Windows of 16
 *       tokens that share 4.
 *   <li>{@code words}: both sides through a table in which each word weighs 1.
 *   <li>{@code adapted}: both sides through a table with the weights of {@link #QUERY}; those of
 *       queries are adapted to the index, with an {@code index_idf} of 0.5.
 *   <li>{@code graphs}: both sides through the graph of {@code tiny}.
 *   <li>{@code heads}: {@code graphs} with a dense vector of length 1 beside the weights; its
 *       direction is the share of {@code plants} and that of {@code cats}.
 *   <li>{@code dense}: that vector alone.
 *   <li>{@code quality}: a score; a text is worth 1 if {@code run} is in it, else 0.25.
 *   <li>{@code broken}: a folder that no model can be loaded from.
 * </ul>
 *
 * All weights are multiples of 1/8: a field with {@code max_weight} 31.875 (step 1/8) stores them
 * as they are.
 */
public final class TestModels {

  /** What each word of a document adds: the largest weight that any of its words gives a term. */
  public static final Map<String, Map<String, Double>> DOCUMENT =
      Map.of(
          "plants", Map.of("plants", 2.0, "leaves", 0.5, "energy", 0.25),
          "leaves", Map.of("leaves", 2.0, "plants", 1.5),
          "energy", Map.of("energy", 2.0, "light", 0.25),
          "sunlight", Map.of("sunlight", 2.0, "light", 1.0, "energy", 0.5),
          "light", Map.of("light", 1.5),
          "cats", Map.of("cats", 2.0, "pets", 1.5),
          "dogs", Map.of("dogs", 2.0, "pets", 1.5),
          "pets", Map.of("pets", 2.0, "cats", 0.5, "dogs", 0.5),
          "run", Map.of("run", 1.0));

  /** What each word of a query weighs, however often it is there. */
  public static final Map<String, Double> QUERY =
      Map.of(
          "plants", 2.0,
          "leaves", 2.5,
          "energy", 1.5,
          "sunlight", 3.0,
          "light", 1.0,
          "cats", 2.0,
          "dogs", 2.0,
          "pets", 1.0,
          "run", 0.5);

  private TestModels() {}

  /** Puts the models into a node's configuration. */
  public static RealNode.Builder install(RealNode.Builder node) throws IOException {
    return node.configDirectory(write(), "learned-sparse/models");
  }

  /** Writes the models' folders; returns the one that they lie in. */
  public static Path write() throws IOException {
    Path models = Repository.root().resolve("target/test-models");
    List<String> words = DOCUMENT.keySet().stream().sorted().toList();
    Path tiny = folder(models, "tiny", words);
    writeGraph(tiny.resolve("onnx/model.onnx"), words);
    write(tiny.resolve("idf.json"), QUERY);
    write(
        tiny.resolve("model.json"),
        Map.of("description", "weights for tests", "max_length", 16, "overlap", 4));
    Path plain = folder(models, "words", words);
    write(
        plain.resolve("ones.json"),
        words.stream().collect(Collectors.toMap(Function.identity(), word -> 1)));
    Map<String, String> ones = Map.of("table", "ones.json");
    write(plain.resolve("model.json"), Map.of("document", ones, "query", ones));
    Path adapted = folder(models, "adapted", words);
    write(adapted.resolve("weights.json"), QUERY);
    write(
        adapted.resolve("model.json"),
        Map.of(
            "document", Map.of("table", "weights.json"),
            "query", Map.of("table", "weights.json", "index_idf", 0.5)));
    writeGraph(folder(models, "graphs", words).resolve("onnx/model.onnx"), words);
    writeHeads(models, words);
    writeFeedback(models.resolve("shift"));
    Path broken = folder(models, "broken", words);
    write(broken.resolve("model.json"), Map.of("document", Map.of("graph", "missing.onnx")));
    return models;
  }

  private static Path folder(Path models, String id, List<String> words) throws IOException {
    Path folder = models.resolve(id);
    WordPieceTokenizer.write(folder, words);
    return folder;
  }

  /**
   * A graph that looks up each token's logits, [batch, sequence] to [batch, sequence, vocabulary].
   * SPLADE's log(1 + relu) turns logits into weights, so each logit is exp(weight) - 1.
   */
  private static void writeGraph(Path file, List<String> words) throws IOException {
    graph(words).write(file);
  }

  private static void writeHeads(Path models, List<String> words) throws IOException {
    Map<String, ?> dense = Map.of("output", "embeddings", "pooling", "mean", "normalize", true);
    Map<String, ?> both = Map.of("graph", "model.onnx", "output", "logits", "dense", dense);
    Map<String, ?> alone = Map.of("graph", "model.onnx", "dense", dense);
    writeHeads(folder(models, "heads", words), words, both);
    writeHeads(folder(models, "dense", words), words, alone);
    Map<String, ?> score = Map.of("output", "score");
    writeHeads(
        folder(models, "quality", words), words, Map.of("graph", "model.onnx", "score", score));
  }

  private static void writeHeads(Path folder, List<String> words, Map<String, ?> document)
      throws IOException {
    List<String> vocabulary = vocabulary(words);
    GraphBuilder graph = graph(words);
    float[] directions = new float[vocabulary.size() * 2];
    directions[vocabulary.indexOf("plants") * 2] = 1;
    directions[vocabulary.indexOf("cats") * 2 + 1] = 1;
    graph.floats("directions", directions, vocabulary.size(), 2);
    graph.node("Gather", "embeddings", "directions", "input_ids");
    graph.output("embeddings", DataType.FLOAT, "batch", "sequence", "2");
    float[] worths = new float[vocabulary.size()];
    Arrays.fill(worths, 0.25f);
    worths[vocabulary.indexOf("run")] = 1;
    graph.floats("worths", worths, vocabulary.size());
    graph.node("Gather", "token_worths", "worths", "input_ids");
    graph.longs("last_axis", 1);
    graph.node("ReduceMax", "score", "token_worths", "last_axis").attribute("keepdims", 1);
    graph.output("score", DataType.FLOAT, "batch", "1");
    graph.write(folder.resolve("model.onnx"));
    write(
        folder.resolve("model.json"), Map.of("max_length", 16, "overlap", 4, "document", document));
  }

  /**
   * A graph for feedback alone: the query's vector of two numbers and that of the last document,
   * added, have length 1 afterwards.
   */
  private static void writeFeedback(Path folder) throws IOException {
    GraphBuilder graph = new GraphBuilder("test");
    graph.input("vectors", DataType.FLOAT, "batch", "sequence", "2");
    graph.longs("ends", 0, -1);
    graph.node("Gather", "query_and_last", "vectors", "ends").attribute("axis", 1);
    graph.longs("sequence", 1);
    graph.node("ReduceSum", "sum", "query_and_last", "sequence").attribute("keepdims", 0);
    graph.output("sum", DataType.FLOAT, "batch", "2");
    graph.write(folder.resolve("prf.onnx"));
    write(
        folder.resolve("model.json"),
        Map.of("feedback", Map.of("graph", "prf.onnx", "normalize", true)));
  }

  private static List<String> vocabulary(List<String> words) {
    List<String> vocabulary = new ArrayList<>(WordPieceTokenizer.SPECIAL);
    vocabulary.addAll(words);
    return vocabulary;
  }

  private static GraphBuilder graph(List<String> words) {
    List<String> vocabulary = vocabulary(words);
    int size = vocabulary.size();
    float[] logits = new float[size * size];
    for (int token = 0; token < size; token++) {
      Map<String, Double> weights = DOCUMENT.getOrDefault(vocabulary.get(token), Map.of());
      for (int term = 0; term < size; term++) {
        Double weight = weights.get(vocabulary.get(term));
        logits[token * size + term] = weight == null ? -1 : (float) Math.expm1(weight);
      }
    }
    GraphBuilder graph = new GraphBuilder("test");
    graph.input("input_ids", DataType.INT64, "batch", "sequence");
    graph.floats("weights", logits, size, size);
    graph.node("Gather", "logits", "weights", "input_ids");
    graph.output("logits", DataType.FLOAT, "batch", "sequence", String.valueOf(size));
    return graph;
  }

  private static void write(Path file, Object tree) throws IOException {
    Http.JSON.writeValue(file.toFile(), tree);
  }
}
