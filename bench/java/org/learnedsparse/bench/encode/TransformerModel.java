package org.learnedsparse.bench.encode;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.learnedsparse.tools.onnx.GraphBuilder;

/**
 * A SPLADE graph with random weights: an encoder of DistilBERT's shape under a masked language
 * model's head. It costs what a trained model of the same shape costs, and is wrong about
 * everything.
 *
 * @param layers blocks of self-attention and feed-forward
 * @param hidden width of a token's vector, a multiple of {@value #HEAD_WIDTH}
 * @param vocabulary entries of the output
 */
record TransformerModel(int layers, int hidden, int vocabulary) {
  /** The most tokens in a text. */
  static final int MAX_LENGTH = 512;

  private static final int HEAD_WIDTH = 64;
  private static final float EPSILON = 1e-12f;

  /** Standard deviation of the weights, as BERT is initialised. */
  private static final double DEVIATION = 0.02;

  TransformerModel {
    if (hidden % HEAD_WIDTH != 0) {
      throw new IllegalArgumentException(
          "[--hidden " + hidden + "] must be a multiple of " + HEAD_WIDTH);
    }
  }

  /** How many weights the graph has. */
  long parameters() {
    long perLayer = 12L * hidden * hidden + 13L * hidden;
    long embeddings = (long) (vocabulary + MAX_LENGTH) * hidden + 2L * hidden;
    long head = (long) hidden * hidden + 3L * hidden + (long) hidden * vocabulary + vocabulary;
    return layers * perLayer + embeddings + head;
  }

  /**
   * Writes the graph: {@code input_ids} and {@code attention_mask}, int64 [batch, sequence], to
   * {@code logits}, float32 [batch, sequence, vocabulary].
   *
   * @param bias added to every logit; the more below zero, the fewer terms have a weight
   */
  void write(Path file, float bias) throws IOException {
    new Writer(this).graph(bias).write(file);
  }

  /** Adds the parts to a graph, in the order that text goes through them. */
  private static final class Writer {
    private final TransformerModel shape;
    private final int hidden;
    private final GraphBuilder graph = new GraphBuilder("transformer");
    private final SplittableRandom random = new SplittableRandom(42);

    Writer(TransformerModel shape) {
      this.shape = shape;
      this.hidden = shape.hidden;
    }

    GraphBuilder graph(float bias) {
      graph.input("input_ids", DataType.INT64, "batch", "sequence");
      graph.input("attention_mask", DataType.INT64, "batch", "sequence");
      graph.output("logits", DataType.FLOAT, "batch", "sequence", String.valueOf(shape.vocabulary));
      constants();
      mask();
      embeddings();
      String states = "embeddings";
      for (int layer = 0; layer < shape.layers; layer++) {
        states = layer("layer" + layer + ".", states);
      }
      head(states, bias);
      return graph;
    }

    private void constants() {
      graph.floats("one", new float[] {1});
      graph.floats("half", new float[] {0.5f});
      graph.floats("sqrt2", new float[] {(float) Math.sqrt(2)});
      graph.floats("far_below", new float[] {-10_000});
      graph.floats("scale", new float[] {(float) (1 / Math.sqrt(HEAD_WIDTH))});
      graph.longs("start", 0);
      graph.longs("mask_axes", 1, 2);
      graph.longs("split_heads", 0, 0, hidden / HEAD_WIDTH, HEAD_WIDTH);
      graph.longs("join_heads", 0, 0, hidden);
    }

    /** 0 for tokens, far below for padding: [batch, 1, 1, sequence]. */
    private void mask() {
      graph.node("Cast", "mask.float", "attention_mask").attribute("to", DataType.FLOAT_VALUE);
      graph.node("Sub", "mask.inverse", "one", "mask.float");
      graph.node("Mul", "mask.scaled", "mask.inverse", "far_below");
      graph.node("Unsqueeze", "mask", "mask.scaled", "mask_axes");
    }

    private void embeddings() {
      weights("tokens.table", shape.vocabulary, hidden);
      weights("positions.table", MAX_LENGTH, hidden);
      graph.node("Gather", "tokens", "tokens.table", "input_ids");
      graph.node("Shape", "length", "input_ids").attribute("start", 1).attribute("end", 2);
      graph.node("Slice", "positions", "positions.table", "start", "length");
      graph.node("Add", "embeddings.sum", "tokens", "positions");
      normalise("embeddings", "embeddings.sum");
    }

    private String layer(String name, String states) {
      String query = heads(name + "query", states, 0, 2, 1, 3);
      String key = heads(name + "key", states, 0, 2, 3, 1);
      String value = heads(name + "value", states, 0, 2, 1, 3);
      graph.node("Mul", name + "query.scaled", query, "scale");
      graph.node("MatMul", name + "scores", name + "query.scaled", key);
      graph.node("Add", name + "scores.masked", name + "scores", "mask");
      graph.node("Softmax", name + "attention", name + "scores.masked").attribute("axis", -1);
      graph.node("MatMul", name + "context.heads", name + "attention", value);
      graph
          .node("Transpose", name + "context.ordered", name + "context.heads")
          .attribute("perm", new long[] {0, 2, 1, 3});
      graph.node("Reshape", name + "context", name + "context.ordered", "join_heads");
      String attended = linear(name + "attended", name + "context", hidden, hidden);
      graph.node("Add", name + "middle.sum", attended, states);
      String middle = normalise(name + "middle", name + "middle.sum");
      String wide = gelu(linear(name + "wide", middle, hidden, 4 * hidden));
      String narrow = linear(name + "narrow", wide, 4 * hidden, hidden);
      graph.node("Add", name + "end.sum", narrow, middle);
      return normalise(name + "end", name + "end.sum");
    }

    private void head(String states, float bias) {
      String transformed = gelu(linear("transformed", states, hidden, hidden));
      String normalised = normalise("head", transformed);
      weights("projection", hidden, shape.vocabulary);
      float[] biases = new float[shape.vocabulary];
      Arrays.fill(biases, bias);
      graph.floats("bias", biases, shape.vocabulary);
      graph.node("MatMul", "projected", normalised, "projection");
      graph.node("Add", "logits", "projected", "bias");
    }

    /** A linear map of the states, split into heads. */
    private String heads(String name, String states, long... order) {
      String mapped = linear(name, states, hidden, hidden);
      graph.node("Reshape", name + ".split", mapped, "split_heads");
      graph.node("Transpose", name + ".heads", name + ".split").attribute("perm", order);
      return name + ".heads";
    }

    private String linear(String name, String input, int from, int to) {
      weights(name + ".weight", from, to);
      graph.floats(name + ".bias", new float[to], to);
      graph.node("MatMul", name + ".product", input, name + ".weight");
      graph.node("Add", name, name + ".product", name + ".bias");
      return name;
    }

    /** x / 2 · (1 + erf(x / √2)), spelt out as exports of PyTorch models have it. */
    private String gelu(String input) {
      graph.node("Div", input + ".scaled", input, "sqrt2");
      graph.node("Erf", input + ".erf", input + ".scaled");
      graph.node("Add", input + ".shifted", input + ".erf", "one");
      graph.node("Mul", input + ".gated", input, input + ".shifted");
      graph.node("Mul", input + ".gelu", input + ".gated", "half");
      return input + ".gelu";
    }

    private String normalise(String name, String input) {
      float[] ones = new float[hidden];
      Arrays.fill(ones, 1);
      graph.floats(name + ".gain", ones, hidden);
      graph.floats(name + ".shift", new float[hidden], hidden);
      graph
          .node("LayerNormalization", name, input, name + ".gain", name + ".shift")
          .attribute("axis", -1)
          .attribute("epsilon", EPSILON);
      return name;
    }

    private void weights(String name, int rows, int columns) {
      double reach = DEVIATION * Math.sqrt(3); // of a uniform distribution with that deviation
      float[] values = new float[rows * columns];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (reach * (2 * random.nextDouble() - 1));
      }
      graph.floats(name, values, rows, columns);
    }
  }
}
