package org.learnedsparse.integ;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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
    Path broken = folder(models, "broken", words);
    write(broken.resolve("model.json"), Map.of("document", Map.of("graph", "missing.onnx")));
    return node.configDirectory(models, "learned-sparse/models");
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
    List<String> vocabulary = new ArrayList<>(WordPieceTokenizer.SPECIAL);
    vocabulary.addAll(words);
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
    graph.write(file);
  }

  private static void write(Path file, Object tree) throws IOException {
    Http.JSON.writeValue(file.toFile(), tree);
  }
}
