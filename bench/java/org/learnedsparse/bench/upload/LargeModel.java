package org.learnedsparse.bench.upload;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.learnedsparse.tools.onnx.GraphBuilder;
import org.learnedsparse.tools.onnx.WordPieceTokenizer;

/**
 * A model with many weights, all of them used: a chain of square matrices between an embedding and
 * a head. The matrices are random and lie in a file beside the graph.
 */
final class LargeModel {
  private static final String WEIGHTS = "model.onnx_data";
  private static final List<String> WORDS = List.of("cats", "dogs", "plants");
  private static final int WIDTH = 2048;

  private LargeModel() {}

  /** Writes a folder of about so many bytes. */
  static void write(Path folder, long bytes) throws IOException {
    Files.createDirectories(folder);
    WordPieceTokenizer.write(folder, WORDS);
    long matrix = (long) WIDTH * WIDTH * Float.BYTES;
    int layers = (int) Math.max(1, bytes / matrix);
    Random random = new Random(1);
    int vocabulary = WordPieceTokenizer.SPECIAL.size() + WORDS.size();
    GraphBuilder graph = new GraphBuilder("large");
    graph.input("input_ids", DataType.INT64, "batch", "sequence");
    graph.floats("embedding", uniform(random, vocabulary * WIDTH, 1), vocabulary, WIDTH);
    graph.floats("head", uniform(random, WIDTH * vocabulary, 1), WIDTH, vocabulary);
    graph.node("Gather", "hidden0", "embedding", "input_ids");
    try (OutputStream out =
        new BufferedOutputStream(Files.newOutputStream(folder.resolve(WEIGHTS)), 1 << 20)) {
      for (int layer = 0; layer < layers; layer++) {
        out.write(matrix(random));
        graph.external("matrix" + layer, WEIGHTS, layer * matrix, WIDTH, WIDTH);
        graph.node("MatMul", "hidden" + (layer + 1), "hidden" + layer, "matrix" + layer);
      }
    }
    graph.node("MatMul", "logits", "hidden" + layers, "head");
    graph.output("logits", DataType.FLOAT, "batch", "sequence", String.valueOf(vocabulary));
    graph.write(folder.resolve("model.onnx"));
  }

  /** Keeps the length of what it is multiplied with, on average. */
  private static byte[] matrix(Random random) {
    float[] values = uniform(random, WIDTH * WIDTH, (float) Math.sqrt(3.0 / WIDTH));
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  /** Between -bound and bound. */
  private static float[] uniform(Random random, int count, float bound) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = bound * (2 * random.nextFloat() - 1);
    }
    return values;
  }
}
