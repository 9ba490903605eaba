package org.learnedsparse.tools.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Real models with random weights, small enough to compute by hand: every token is embedded, and
 * its embedding projected onto the vocabulary (or onto one weight). What they should give, {@link
 * #logit} tells, in plain Java.
 */
public final class TinyModel {
  private static final int WIDTH = 4;
  private static final List<String> PIECES =
      List.of(
          "plant", "leaf", "energy", "sun", "light", "water", "green", "sugar", "car", "engine",
          "road", "river", "bank", "money", "doctor", "heart", "##s", "##ing", "##er", "a", "the",
          "how", "do", "make", ".", ",", "?", "u", "##u", "x");

  private final int vocabulary = WordPieceTokenizer.SPECIAL.size() + PIECES.size();
  private final float[] embeddings;
  private final float[] projection;

  /**
   * @param seed decides all weights
   */
  public TinyModel(long seed) {
    Random random = new Random(seed);
    embeddings = gaussian(random, vocabulary * WIDTH);
    projection = gaussian(random, WIDTH * vocabulary);
  }

  private static float[] gaussian(Random random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** The tokens by id. */
  public List<String> tokens() {
    List<String> tokens = new ArrayList<>(WordPieceTokenizer.SPECIAL);
    tokens.addAll(PIECES);
    return tokens;
  }

  /** What the graph gives for one input token and one vocabulary entry. */
  public double logit(int token, int entry) {
    double sum = 0;
    for (int i = 0; i < WIDTH; i++) {
      sum += (double) embeddings[token * WIDTH + i] * projection[i * vocabulary + entry];
    }
    return sum;
  }

  /** Writes tokenizer and graph with output [batch, sequence, vocabulary], as SPLADE's. */
  public void writeSplade(Path folder) throws IOException {
    GraphBuilder graph = embedding();
    graph.floats("projection", projection, WIDTH, vocabulary);
    graph.node("MatMul", "logits", "embedded", "projection");
    graph.output("logits", DataType.FLOAT, "batch", "sequence", String.valueOf(vocabulary));
    write(folder, graph);
  }

  /**
   * Writes tokenizer and graph with output [batch, sequence, 1], as uniCOIL's: a token weighs its
   * {@link #logit} for entry 0.
   */
  public void writeTokenWeights(Path folder) throws IOException {
    GraphBuilder graph = embedding();
    float[] column = new float[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      column[i] = projection[i * vocabulary];
    }
    graph.floats("projection", column, WIDTH, 1);
    graph.node("MatMul", "weights", "embedded", "projection");
    graph.output("weights", DataType.FLOAT, "batch", "sequence", "1");
    write(folder, graph);
  }

  private GraphBuilder embedding() {
    GraphBuilder graph = new GraphBuilder("tiny");
    graph.input("input_ids", DataType.INT64, "batch", "sequence");
    graph.input("attention_mask", DataType.INT64, "batch", "sequence");
    graph.floats("embeddings", embeddings, vocabulary, WIDTH);
    graph.node("Gather", "embedded", "embeddings", "input_ids");
    return graph;
  }

  private static void write(Path folder, GraphBuilder graph) throws IOException {
    WordPieceTokenizer.write(folder, PIECES);
    graph.write(folder.resolve("model.onnx"));
  }

  /** Adds a settings file to a model's folder. */
  public static void writeSettings(Path folder, String json) throws IOException {
    Files.writeString(folder.resolve("model.json"), json);
  }
}
