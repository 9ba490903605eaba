package org.learnedsparse.tools.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
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
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Puts an ONNX graph together, node by node. Every node has one output, which is its name. */
public final class GraphBuilder {
  private static final int OPSET = 18;
  private static final int IR_VERSION = 8;

  private final GraphProto.Builder graph;

  /**
   * @param name of the graph, for those who look into the file
   */
  public GraphBuilder(String name) {
    graph = GraphProto.newBuilder().setName(name);
  }

  /**
   * Declares an input.
   *
   * @param axes the names of its axes; each may have any length
   */
  public void input(String name, DataType type, String... axes) {
    graph.addInput(value(name, type, axes));
  }

  /**
   * Declares an output.
   *
   * @param axes the names of its axes; a number is a fixed length
   */
  public void output(String name, DataType type, String... axes) {
    graph.addOutput(value(name, type, axes));
  }

  /** Adds a node; attributes can be added to what is returned. */
  public Node node(String type, String output, String... inputs) {
    NodeProto.Builder node =
        graph
            .addNodeBuilder()
            .setOpType(type)
            .setName(output)
            .addOutput(output)
            .addAllInput(List.of(inputs));
    return new Node(node);
  }

  /** Adds a constant float32 tensor, values in row-major order. */
  public void floats(String name, float[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    tensor(name, DataType.FLOAT, bytes, shape);
  }

  /** Adds a constant int64 tensor of one axis. */
  public void longs(String name, long... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    tensor(name, DataType.INT64, bytes, values.length);
  }

  /** Adds a constant tensor of raw little-endian bytes. */
  public void tensor(String name, DataType type, ByteBuffer bytes, long... shape) {
    TensorProto.Builder tensor =
        graph
            .addInitializerBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(bytes));
    for (long length : shape) {
      tensor.addDims(length);
    }
  }

  /** Adds a constant float32 tensor whose values lie in a file beside the graph's, at an offset. */
  public void external(String name, String file, long offset, long... shape) {
    TensorProto.Builder tensor =
        graph
            .addInitializerBuilder()
            .setName(name)
            .setDataType(DataType.FLOAT.getNumber())
            .setDataLocation(TensorProto.DataLocation.EXTERNAL);
    long bytes = Float.BYTES;
    for (long length : shape) {
      tensor.addDims(length);
      bytes *= length;
    }
    Map.of("location", file, "offset", String.valueOf(offset), "length", String.valueOf(bytes))
        .forEach((key, value) -> tensor.addExternalDataBuilder().setKey(key).setValue(value));
  }

  /** Writes the model to a file. */
  public void write(Path file) throws IOException {
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("learned-sparse")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
            .setGraph(graph)
            .build();
    Files.createDirectories(file.getParent());
    try (OutputStream out = Files.newOutputStream(file)) {
      model.writeTo(out);
    }
  }

  private static ValueInfoProto value(String name, DataType type, String... axes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (String axis : axes) {
      if (Character.isDigit(axis.charAt(0))) {
        shape.addDimBuilder().setDimValue(Long.parseLong(axis));
      } else {
        shape.addDimBuilder().setDimParam(axis);
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }

  /** A node whose attributes are being set. */
  public static final class Node {
    private final NodeProto.Builder node;

    private Node(NodeProto.Builder node) {
      this.node = node;
    }

    public Node attribute(String name, long value) {
      node.addAttribute(
          AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value));
      return this;
    }

    public Node attribute(String name, float value) {
      node.addAttribute(
          AttributeProto.newBuilder().setName(name).setType(AttributeType.FLOAT).setF(value));
      return this;
    }

    public Node attribute(String name, String value) {
      node.addAttribute(
          AttributeProto.newBuilder()
              .setName(name)
              .setType(AttributeType.STRING)
              .setS(ByteString.copyFromUtf8(value)));
      return this;
    }

    public Node attribute(String name, long[] values) {
      AttributeProto.Builder attribute =
          AttributeProto.newBuilder().setName(name).setType(AttributeType.INTS);
      for (long value : values) {
        attribute.addInts(value);
      }
      node.addAttribute(attribute);
      return this;
    }
  }
}
