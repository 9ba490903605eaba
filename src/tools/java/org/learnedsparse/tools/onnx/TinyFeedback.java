package org.learnedsparse.tools.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * A real graph for feedback with random weights, built as a transformer's layer is: one head of
 * attention over the vectors of query and documents, each added to what it attends to. What it
 * should give, {@link #vectors} tells, in plain Java.
 */
public final class TinyFeedback {
  private static final List<String> PROJECTIONS = List.of("queries", "keys", "values");

  private final int dims;
  private final float[][] weights = new float[PROJECTIONS.size()][];

  /**
   * @param dims numbers in a vector
   */
  public TinyFeedback(Random random, int dims) {
    this.dims = dims;
    for (int p = 0; p < weights.length; p++) {
      weights[p] = new float[dims * dims];
      for (int i = 0; i < dims * dims; i++) {
        weights[p][i] = (float) (random.nextGaussian() / Math.sqrt(dims));
      }
    }
  }

  /**
   * Writes the graph.
   *
   * @param masked whether it takes a mask beside the vectors, and pays no attention where that is 0
   * @param pooled whether its output is [batch, dims], the first vector, or else [batch, sequence,
   *     dims]
   */
  public void write(Path file, boolean masked, boolean pooled) throws IOException {
    GraphBuilder graph = new GraphBuilder("feedback");
    graph.input("vectors", DataType.FLOAT, "batch", "sequence", String.valueOf(dims));
    for (int p = 0; p < weights.length; p++) {
      graph.floats(PROJECTIONS.get(p) + "_weights", weights[p], dims, dims);
      graph.node("MatMul", PROJECTIONS.get(p), "vectors", PROJECTIONS.get(p) + "_weights");
    }
    graph.node("Transpose", "keys_across", "keys").attribute("perm", new long[] {0, 2, 1});
    graph.node("MatMul", "products", "queries", "keys_across");
    graph.floats("scale", new float[] {(float) (1 / Math.sqrt(dims))});
    graph.node("Mul", "scaled", "products", "scale");
    String logits = "scaled";
    if (masked) {
      // 0 where the mask is 1, and very low where it is 0.
      graph.input("attention_mask", DataType.INT64, "batch", "sequence");
      graph.node("Cast", "mask", "attention_mask").attribute("to", DataType.FLOAT.getNumber());
      graph.longs("second_axis", 1);
      graph.node("Unsqueeze", "mask_across", "mask", "second_axis");
      graph.floats("one", new float[] {1});
      graph.node("Sub", "shown", "mask_across", "one");
      graph.floats("large", new float[] {1e9f});
      graph.node("Mul", "hidden", "shown", "large");
      graph.node("Add", "masked", "scaled", "hidden");
      logits = "masked";
    }
    graph.node("Softmax", "attention", logits).attribute("axis", -1);
    graph.node("MatMul", "attended", "attention", "values");
    graph.node("Add", "changed", "attended", "vectors");
    if (pooled) {
      graph.longs("zero", 0);
      graph.longs("end", 1);
      graph.longs("axis", 1);
      graph.node("Slice", "first_alone", "changed", "zero", "end", "axis");
      graph.node("Squeeze", "query", "first_alone", "axis");
      graph.output("query", DataType.FLOAT, "batch", String.valueOf(dims));
    } else {
      graph.output("changed", DataType.FLOAT, "batch", "sequence", String.valueOf(dims));
    }
    graph.write(file);
  }

  /**
   * What becomes of each vector.
   *
   * @param sequence the query's, then the documents', each [dims]
   */
  public double[][] vectors(List<float[]> sequence) {
    double[][] queries = project(sequence, weights[0]);
    double[][] keys = project(sequence, weights[1]);
    double[][] values = project(sequence, weights[2]);
    double[][] changed = new double[sequence.size()][dims];
    for (int i = 0; i < changed.length; i++) {
      double[] attention = new double[changed.length];
      double sum = 0;
      for (int j = 0; j < attention.length; j++) {
        double product = 0;
        for (int d = 0; d < dims; d++) {
          product += queries[i][d] * keys[j][d];
        }
        attention[j] = Math.exp(product / Math.sqrt(dims));
        sum += attention[j];
      }
      for (int d = 0; d < dims; d++) {
        changed[i][d] = sequence.get(i)[d];
        for (int j = 0; j < attention.length; j++) {
          changed[i][d] += attention[j] / sum * values[j][d];
        }
      }
    }
    return changed;
  }

  private double[][] project(List<float[]> sequence, float[] matrix) {
    double[][] projected = new double[sequence.size()][dims];
    for (int i = 0; i < projected.length; i++) {
      for (int from = 0; from < dims; from++) {
        for (int to = 0; to < dims; to++) {
          projected[i][to] += (double) sequence.get(i)[from] * matrix[from * dims + to];
        }
      }
    }
    return projected;
  }
}
