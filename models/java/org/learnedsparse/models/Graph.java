package org.learnedsparse.models;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.learnedsparse.tools.onnx.GraphBuilder;

/**
 * Writes a {@link DocumentModel} and a {@link DenseModel} as an ONNX graph of table look-ups.
 *
 * <p>Inputs {@code input_ids} and {@code attention_mask}, int64 [batch, sequence]. Outputs {@code
 * weights}, float32 [batch, vocabulary], and {@code dense}, float32 [batch, dims], not brought to
 * any length. A masked position reads the row of token 0, the padding, which is empty, and counts
 * nothing in the dense sum.
 */
final class Graph {
  private final GraphBuilder graph = new GraphBuilder("expansion");

  private Graph() {}

  /**
   * The graph of a model.
   *
   * @throws IllegalArgumentException if a target's id does not fit in 16 bits
   */
  static GraphBuilder of(DocumentModel model, DenseModel dense) {
    int vocabulary = model.own().length;
    if (vocabulary > 1 << 16) {
      throw new IllegalArgumentException(
          "vocabulary of " + vocabulary + " tokens: the table has 16 bits for an id");
    }
    Graph g = new Graph();
    g.tables(model, vocabulary);
    g.denseTable(dense);
    g.scalars(model.shape(), vocabulary);
    g.nodes();
    g.dense();
    g.graph.input("input_ids", DataType.INT64, "batch", "sequence");
    g.graph.input("attention_mask", DataType.INT64, "batch", "sequence");
    g.graph.output("weights", DataType.FLOAT, "batch", "vocabulary");
    g.graph.output("dense", DataType.FLOAT, "batch", String.valueOf(dense.dims()));
    return g.graph;
  }

  /** Ids [vocabulary, width] as uint16, strengths likewise as uint8 in 255ths, own [vocabulary]. */
  private void tables(DocumentModel model, int vocabulary) {
    int width = 1;
    for (int[] row : model.targets()) {
      width = Math.max(width, row.length);
    }
    ByteBuffer ids =
        ByteBuffer.allocate(Short.BYTES * vocabulary * width).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer strengths = ByteBuffer.allocate(vocabulary * width);
    for (int token = 0; token < vocabulary; token++) {
      int[] row = model.targets()[token];
      for (int i = 0; i < width; i++) {
        ids.putShort((short) (i < row.length ? row[i] : 0));
        strengths.put((byte) (i < row.length ? Math.round(255 * model.strengths()[token][i]) : 0));
      }
    }
    graph.tensor("expansion_ids", DataType.UINT16, ids.flip(), vocabulary, width);
    graph.tensor("expansion_strengths", DataType.UINT8, strengths.flip(), vocabulary, width);
    graph.floats("own", model.own(), vocabulary);
    // A token's row begins with itself.
    float[] first = new float[width];
    first[0] = 1;
    graph.floats("first", first, width);
  }

  /** Rows [vocabulary, dims] as int8, each in 127ths of its largest number; scales [vocabulary]. */
  private void denseTable(DenseModel dense) {
    int vocabulary = dense.rows().length;
    ByteBuffer rows = ByteBuffer.allocate(vocabulary * dense.dims());
    float[] scales = new float[vocabulary];
    for (int token = 0; token < vocabulary; token++) {
      float largest = 0;
      for (float value : dense.rows()[token]) {
        largest = Math.max(largest, Math.abs(value));
      }
      scales[token] = largest / Byte.MAX_VALUE;
      for (float value : dense.rows()[token]) {
        rows.put((byte) (largest == 0 ? 0 : Math.round(value / scales[token])));
      }
    }
    graph.tensor("dense_rows", DataType.INT8, rows.flip(), vocabulary, dense.dims());
    graph.floats("dense_scales", scales, vocabulary);
  }

  private void scalars(DocumentModel.Shape shape, int vocabulary) {
    scalar("unit", 1 / 255f);
    scalar("max_weight", DocumentModel.MAX_WEIGHT);
    scalar("k_constant", shape.k1() * (1 - shape.b()));
    scalar("k_length", shape.k1() * shape.b());
    scalar("average_length", shape.length());
    scalar("growth", shape.growth());
    scalar("lead", shape.lead());
    scalar("lead_length", shape.leadLength());
    scalar("fade", shape.fade());
    scalar("floor", shape.floor());
    scalar("one", 1);
    graph.longs("vocabulary", vocabulary);
    graph.longs("last_axis", 1);
    graph.longs("row_axis", 2);
    graph.longs("flat", 0, -1);
  }

  private void scalar(String name, float value) {
    graph.floats(name, new float[] {value});
  }

  private void nodes() {
    graph.node("Mul", "ids", "input_ids", "attention_mask");
    graph.node("Gather", "own_parts", "own", "ids");
    graph.node("ReduceSum", "length", "own_parts", "last_axis").attribute("keepdims", 1);
    graph.node("Div", "relative_length", "length", "average_length");
    importances();
    expansionShare();
    counts();
    weights();
  }

  /** Importances [batch, sequence]: their geometric mean over a text's tokens is 1. */
  private void importances() {
    graph.node("CumSum", "position", "attention_mask", "last_axis").attribute("exclusive", 1);
    cast("position_float", "position", DataType.FLOAT);
    graph.node("Div", "position_share", "position_float", "lead_length");
    graph.node("Add", "position_share_1", "position_share", "one");
    graph.node("Div", "lead_left", "lead", "position_share_1");
    graph.node("Add", "lead_left_1", "lead_left", "one");
    graph.node("Log", "log_lead", "lead_left_1");
    graph.node("Mul", "log_lead_parts", "log_lead", "own_parts");
    graph.node("ReduceSum", "log_lead_sum", "log_lead_parts", "last_axis").attribute("keepdims", 1);
    graph.node("Max", "length_above_0", "length", "one");
    graph.node("Div", "log_lead_mean", "log_lead_sum", "length_above_0");
    graph.node("Sub", "log_importance", "log_lead", "log_lead_mean");
    graph.node("Exp", "importance", "log_importance");
  }

  /** What expansions are multiplied by, [batch, 1]. */
  private void expansionShare() {
    graph.node("Max", "length_above_average", "relative_length", "one");
    graph.node("Pow", "faded_length", "length_above_average", "fade");
    graph.node("Div", "expansion_share", "one", "faded_length");
  }

  /** Counts [batch, vocabulary]: what the positions bring, summed by term. */
  private void counts() {
    // Every position brings its row of terms, each with a strength [batch, sequence, width].
    graph.node("Gather", "rows16", "expansion_ids", "ids");
    cast("rows", "rows16", DataType.INT64);
    graph.node("Reshape", "terms", "rows", "flat");
    graph.node("Gather", "strengths8", "expansion_strengths", "ids");
    cast("strengths255", "strengths8", DataType.FLOAT);
    graph.node("Mul", "strengths", "strengths255", "unit");
    // The first of a row is the token itself, as important as its position; the others fade.
    graph.node("Sub", "importance_above_share", "importance", "expansion_share");
    graph.node("Unsqueeze", "importance_rows", "importance_above_share", "row_axis");
    graph.node("Mul", "importance_first", "importance_rows", "first");
    graph.node("Unsqueeze", "share_rows", "expansion_share", "row_axis");
    graph.node("Add", "factors", "importance_first", "share_rows");
    graph.node("Mul", "important_strengths", "strengths", "factors");
    graph.node("Reshape", "parts", "important_strengths", "flat");
    graph.node("Shape", "batch", "input_ids").attribute("start", 0).attribute("end", 1);
    graph.node("Concat", "shape", "batch", "vocabulary").attribute("axis", 0);
    graph.node("ConstantOfShape", "zeros", "shape");
    graph
        .node("ScatterElements", "counts", "zeros", "terms", "parts")
        .attribute("axis", 1)
        .attribute("reduction", "add");
  }

  /** Saturation: 4·c / (c + k), k [batch, 1] growing with the length. */
  private void weights() {
    graph.node("Pow", "grown_length", "relative_length", "growth");
    graph.node("Mul", "k_grown", "grown_length", "k_length");
    graph.node("Add", "k", "k_grown", "k_constant");
    graph.node("Add", "counts_k", "counts", "k");
    graph.node("Div", "saturated", "counts", "counts_k");
    graph.node("Mul", "scaled", "saturated", "max_weight");
    graph.node("GreaterOrEqual", "kept", "scaled", "floor");
    cast("kept_float", "kept", DataType.FLOAT);
    graph.node("Mul", "weights", "scaled", "kept_float");
  }

  /** The sum of the tokens' rows, each as important as its place makes it, [batch, dims]. */
  private void dense() {
    cast("mask_float", "attention_mask", DataType.FLOAT);
    graph.node("Gather", "dense_scale", "dense_scales", "ids");
    graph.node("Mul", "dense_place", "lead_left_1", "mask_float");
    graph.node("Mul", "dense_factors", "dense_place", "dense_scale");
    graph.node("Unsqueeze", "dense_factor_rows", "dense_factors", "last_axis");
    graph.node("Gather", "dense_rows8", "dense_rows", "ids");
    cast("dense_parts", "dense_rows8", DataType.FLOAT);
    graph.node("MatMul", "dense_sum", "dense_factor_rows", "dense_parts");
    graph.node("Squeeze", "dense", "dense_sum", "last_axis");
  }

  private void cast(String output, String input, DataType to) {
    graph.node("Cast", output, input).attribute("to", to.getNumber());
  }
}
