package org.learnedsparse.integ;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.learnedsparse.tools.onnx.GraphBuilder;
import org.learnedsparse.tools.onnx.WordPieceTokenizer;

/**
 * Models that take as much memory as trained ones, and little time: each token goes through two
 * wide layers. All have the same weights, in one file on disk that their folders link to.
 */
final class LargeModels {
  private static final List<String> WORDS = List.of("plants", "leaves", "energy", "light", "water");
  private static final int NARROW = 256;
  private static final int WIDE = 25_600;

  /** The bytes of each graph's weights, about. */
  static final long BYTES = 2L * NARROW * WIDE * Float.BYTES;

  private LargeModels() {}

  /** Writes the models {@code m0}, {@code m1} and so on into a folder of models. */
  static void write(Path models, int count) throws IOException {
    Path first = models.resolve("m0");
    WordPieceTokenizer.write(first, WORDS);
    graph().write(first.resolve("model.onnx"));
    for (int i = 1; i < count; i++) {
      Path folder = Files.createDirectories(models.resolve("m" + i));
      for (String file : List.of("tokenizer.json", "model.onnx")) {
        Files.createLink(folder.resolve(file), first.resolve(file));
      }
    }
  }

  private static GraphBuilder graph() {
    int vocabulary = WordPieceTokenizer.SPECIAL.size() + WORDS.size();
    SplittableRandom random = new SplittableRandom(11);
    GraphBuilder graph = new GraphBuilder("large");
    graph.input("input_ids", DataType.INT64, "batch", "sequence");
    weights(graph, random, "embeddings", vocabulary, NARROW);
    weights(graph, random, "up", NARROW, WIDE);
    weights(graph, random, "down", WIDE, NARROW);
    weights(graph, random, "projection", NARROW, vocabulary);
    graph.node("Gather", "embedded", "embeddings", "input_ids");
    graph.node("MatMul", "wide", "embedded", "up");
    graph.node("Relu", "bent", "wide");
    graph.node("MatMul", "narrow", "bent", "down");
    graph.node("MatMul", "logits", "narrow", "projection");
    graph.output("logits", DataType.FLOAT, "batch", "sequence", String.valueOf(vocabulary));
    return graph;
  }

  private static void weights(
      GraphBuilder graph, SplittableRandom random, String name, int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() - 0.5);
    }
    graph.floats(name, values, rows, columns);
  }
}
