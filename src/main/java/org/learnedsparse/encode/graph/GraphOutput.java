package org.learnedsparse.encode.graph;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.learnedsparse.encode.folder.ModelException;
import org.learnedsparse.encode.folder.Pooling;

/**
 * An output of a graph whose size is known before it runs, so that it is written into memory that
 * is there already.
 *
 * @param name as the graph calls it
 * @param type float32 or float16
 * @param rank number of axes
 * @param pooling what will be done with it
 * @param width numbers in a row
 */
record GraphOutput(String name, OnnxJavaType type, int rank, Pooling pooling, int width) {
  /** Names that exports give to an output, the likelier ones first. */
  private static final List<String> USUAL =
      List.of("logits", "sentence_embedding", "token_embeddings", "last_hidden_state");

  /**
   * Finds the output that is pooled so.
   *
   * @param graph its name, for messages
   * @param outputs what the graph declares
   * @param asked the output's name; null for the likeliest one that fits
   * @param dynamicWidth the width where the graph declares none; 0 if there is no telling
   */
  static GraphOutput find(
      String graph,
      Map<String, NodeInfo> outputs,
      String asked,
      Pooling pooling,
      int dynamicWidth) {
    String name = asked != null ? asked : likeliest(graph, outputs, pooling);
    TensorInfo info = tensor(graph, outputs, name);
    long[] shape = info.getShape();
    if (fits(pooling, shape) == false) {
      throw unfit(graph, name, shape, "does not fit pooling [" + pooling + "]");
    }
    long declared = pooling == Pooling.TOKEN ? 1 : shape[shape.length - 1];
    int width = declared == -1 ? dynamicWidth : Math.toIntExact(declared);
    if (width < 1) {
      throw unfit(graph, name, shape, "does not declare its last axis; export it with a fixed one");
    }
    return new GraphOutput(name, info.type, shape.length, pooling, width);
  }

  /**
   * What an output is, that was declared.
   *
   * @throws ModelException if there is none of this name, or it holds no numbers
   */
  static TensorInfo tensor(String graph, Map<String, NodeInfo> outputs, String name) {
    NodeInfo node = outputs.get(name);
    if (node == null) {
      throw new ModelException(
          "[" + graph + "] has no output [" + name + "]; its outputs are " + outputs.keySet());
    }
    if (node.getInfo() instanceof TensorInfo info
        && (info.type == OnnxJavaType.FLOAT || info.type == OnnxJavaType.FLOAT16)) {
      return info;
    }
    throw new ModelException(
        "["
            + graph
            + "]: output ["
            + name
            + "] is no tensor of float32 or float16: "
            + node.getInfo());
  }

  /** What is wrong with an output. */
  static ModelException unfit(String graph, String name, long[] shape, String why) {
    return new ModelException(
        "[" + graph + "]: output [" + name + "] of shape " + Arrays.toString(shape) + " " + why);
  }

  private static String likeliest(String graph, Map<String, NodeInfo> outputs, Pooling pooling) {
    List<String> fitting =
        outputs.entrySet().stream()
            .filter(output -> output.getValue().getInfo() instanceof TensorInfo)
            .filter(output -> fits(pooling, ((TensorInfo) output.getValue().getInfo()).getShape()))
            .map(Map.Entry::getKey)
            .toList();
    if (fitting.isEmpty()) {
      throw new ModelException(
          "["
              + graph
              + "] has no output that fits pooling ["
              + pooling
              + "]; its outputs are "
              + outputs.values());
    }
    return USUAL.stream().filter(fitting::contains).findFirst().orElse(fitting.get(0));
  }

  private static boolean fits(Pooling pooling, long[] shape) {
    return switch (pooling) {
      case MAX, SUM, MEAN, CLS, LAST -> shape.length == 3;
      case TOKEN -> shape.length == 2 || (shape.length == 3 && shape[2] == 1);
      case NONE -> shape.length == 2;
    };
  }

  private boolean perToken() {
    return pooling != Pooling.NONE;
  }

  private int bytesEach() {
    return type == OnnxJavaType.FLOAT ? Float.BYTES : Short.BYTES;
  }

  /** The tensor's shape for a batch. */
  long[] shape(int rows, int length) {
    return switch (rank) {
      case 1 -> new long[] {rows};
      case 2 -> new long[] {rows, perToken() ? length : width};
      default -> new long[] {rows, length, width};
    };
  }

  /** The tensor's bytes for a batch. */
  long bytes(int rows, int length) {
    return (long) rows * (perToken() ? length : 1) * width * bytesEach();
  }

  /** The bytes that each token needs; 0 where the output does not grow with the tokens. */
  long bytesPerToken() {
    return perToken() ? (long) width * bytesEach() : 0;
  }
}
