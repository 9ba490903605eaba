package org.learnedsparse.models;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Writes a {@link DocumentModel} as an ONNX graph of table look-ups.
 *
 * <p>Inputs {@code input_ids} and {@code attention_mask}, int64 [batch, sequence]. Output {@code
 * weights}, float32 [batch, vocabulary]. A masked position reads the row of token 0, the padding,
 * which is empty.
 */
final class Graph {
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("expansion");

  private Graph() {}

  /**
   * The graph of a model.
   *
   * @throws IllegalArgumentException if a target's id does not fit in 16 bits
   */
  static ModelProto of(DocumentModel model) {
    int vocabulary = model.own().length;
    if (vocabulary > 1 << 16) {
      throw new IllegalArgumentException(
          "vocabulary of " + vocabulary + " tokens: the table has 16 bits for an id");
    }
    Graph g = new Graph();
    g.tables(model, vocabulary);
    g.scalars(model.shape(), vocabulary);
    g.nodes();
    g.graph.addInput(value("input_ids", DataType.INT64, "sequence"));
    g.graph.addInput(value("attention_mask", DataType.INT64, "sequence"));
    g.graph.addOutput(value("weights", DataType.FLOAT, "vocabulary"));
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setProducerName("learned-sparse")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(18))
        .setGraph(g.graph)
        .build();
  }

  /** Ids [vocabulary, width] as uint16, strengths likewise as uint8 in 255ths, own [vocabulary]. */
  private void tables(DocumentModel model, int vocabulary) {
    int width = 1;
    for (int[] row : model.targets()) {
      width = Math.max(width, row.length);
    }
    ByteBuffer ids = buffer(2 * vocabulary * width);
    ByteBuffer strengths = buffer(vocabulary * width);
    ByteBuffer own = buffer(4 * vocabulary);
    for (int token = 0; token < vocabulary; token++) {
      int[] row = model.targets()[token];
      for (int i = 0; i < width; i++) {
        ids.putShort((short) (i < row.length ? row[i] : 0));
        strengths.put((byte) (i < row.length ? Math.round(255 * model.strengths()[token][i]) : 0));
      }
      own.putFloat(model.own()[token]);
    }
    initializer("expansion_ids", DataType.UINT16, ids, vocabulary, width);
    initializer("expansion_strengths", DataType.UINT8, strengths, vocabulary, width);
    initializer("own", DataType.FLOAT, own, vocabulary);
  }

  private void scalars(DocumentModel.Shape shape, int vocabulary) {
    scalar("unit", 1 / 255f);
    scalar("max_weight", DocumentModel.MAX_WEIGHT);
    scalar("k_constant", shape.k1() * (1 - shape.b()));
    scalar("k_length", shape.k1() * shape.b() / shape.length());
    scalar("floor", shape.floor());
    initializer("vocabulary", DataType.INT64, buffer(8).putLong(vocabulary), 1);
    initializer("last_axis", DataType.INT64, buffer(8).putLong(1), 1);
    initializer("flat", DataType.INT64, buffer(16).putLong(0).putLong(-1), 2);
  }

  private void nodes() {
    node("Mul", "ids", "input_ids", "attention_mask");
    // Every position brings its row of terms, each with a strength.
    node("Gather", "rows16", "expansion_ids", "ids");
    cast("rows", "rows16", DataType.INT64);
    node("Reshape", "terms", "rows", "flat");
    node("Gather", "strengths8", "expansion_strengths", "ids");
    cast("strengths255", "strengths8", DataType.FLOAT);
    node("Mul", "strengths", "strengths255", "unit");
    node("Reshape", "parts", "strengths", "flat");
    // Counts [batch, vocabulary] = the parts summed by term.
    node("Shape", "batch", "input_ids")
        .addAttribute(integer("start", 0))
        .addAttribute(integer("end", 1));
    node("Concat", "shape", "batch", "vocabulary").addAttribute(integer("axis", 0));
    node("ConstantOfShape", "zeros", "shape");
    node("ScatterElements", "counts", "zeros", "terms", "parts")
        .addAttribute(integer("axis", 1))
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("reduction")
                .setType(AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8("add")));
    // Saturation: 4·c / (c + k), k growing with the length [batch, 1].
    node("Gather", "own_parts", "own", "ids");
    node("ReduceSum", "length", "own_parts", "last_axis").addAttribute(integer("keepdims", 1));
    node("Mul", "k_grown", "length", "k_length");
    node("Add", "k", "k_grown", "k_constant");
    node("Add", "counts_k", "counts", "k");
    node("Div", "saturated", "counts", "counts_k");
    node("Mul", "scaled", "saturated", "max_weight");
    node("GreaterOrEqual", "kept", "scaled", "floor");
    cast("kept_float", "kept", DataType.FLOAT);
    node("Mul", "weights", "scaled", "kept_float");
  }

  private NodeProto.Builder node(String type, String output, String... inputs) {
    return graph
        .addNodeBuilder()
        .setOpType(type)
        .setName(output)
        .addOutput(output)
        .addAllInput(List.of(inputs));
  }

  private void cast(String output, String input, DataType to) {
    node("Cast", output, input).addAttribute(integer("to", to.getNumber()));
  }

  private static AttributeProto.Builder integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value);
  }

  private void scalar(String name, float value) {
    initializer(name, DataType.FLOAT, buffer(4).putFloat(value));
  }

  private void initializer(String name, DataType type, ByteBuffer data, long... dims) {
    TensorProto.Builder tensor = graph.addInitializerBuilder().setName(name);
    tensor.setDataType(type.getNumber()).setRawData(ByteString.copyFrom(data.flip()));
    for (long dim : dims) {
      tensor.addDims(dim);
    }
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ValueInfoProto value(String name, DataType type, String axis) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam("batch");
    shape.addDimBuilder().setDimParam(axis);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }
}
