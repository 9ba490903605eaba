package org.learnedsparse.encode.graph;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.learnedsparse.encode.folder.ModelException;
import org.learnedsparse.encode.text.TokenWindow;

/** The tensors that go into a graph: those that it declares, and no others. */
final class GraphInputs {
  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";
  private static final String POSITIONS = "position_ids";
  private static final String SEGMENTS = "token_type_ids";
  private static final Set<String> KNOWN = Set.of(IDS, MASK, POSITIONS, SEGMENTS);

  /** Names that Anserini's exports have. */
  private static final Map<String, String> OTHER_NAMES =
      Map.of("inputIds", IDS, "attentionMask", MASK, "tokenTypeIds", SEGMENTS);

  private final OrtEnvironment environment;
  private final Map<String, NodeInfo> declared;

  /**
   * @param graph its name, for messages
   * @throws ModelException if the graph wants inputs that no text gives
   */
  GraphInputs(String graph, OrtEnvironment environment, Map<String, NodeInfo> declared) {
    this.environment = environment;
    this.declared = declared;
    for (String name : declared.keySet()) {
      if (KNOWN.contains(OTHER_NAMES.getOrDefault(name, name)) == false) {
        throw new ModelException(
            "["
                + graph
                + "] wants an input ["
                + name
                + "]; known inputs are "
                + KNOWN
                + (name.startsWith("past_key_values") ? ": export it without a cache" : ""));
      }
    }
  }

  /** The most windows that the graph takes at once. */
  int batchLimit() {
    return declared.values().stream()
            .map(node -> ((TensorInfo) node.getInfo()).getShape())
            .anyMatch(shape -> shape.length > 0 && shape[0] == 1)
        ? 1
        : Integer.MAX_VALUE;
  }

  /** The tensors of a batch; the caller closes them, also those added before a failure. */
  void fill(TokenWindow[] windows, int length, Map<String, OnnxTensor> tensors)
      throws OrtException {
    long[] shape = {windows.length, length};
    for (Map.Entry<String, NodeInfo> input : declared.entrySet()) {
      long[] values = new long[windows.length * length];
      for (int row = 0; row < windows.length; row++) {
        fillRow(input.getKey(), windows[row].tokens(), values, row * length);
      }
      tensors.put(
          input.getKey(),
          tensor(environment, (TensorInfo) input.getValue().getInfo(), values, shape));
    }
  }

  private static void fillRow(String name, long[] tokens, long[] values, int start) {
    switch (OTHER_NAMES.getOrDefault(name, name)) {
      case IDS -> System.arraycopy(tokens, 0, values, start, tokens.length);
      case MASK -> Arrays.fill(values, start, start + tokens.length, 1);
      case POSITIONS -> {
        for (int i = 0; i < tokens.length; i++) {
          values[start + i] = i;
        }
      }
      default -> {} // token_type_ids: one segment, all zero
    }
  }

  /** A tensor of integers, as wide as the graph declares them. */
  static OnnxTensor tensor(OrtEnvironment environment, TensorInfo info, long[] values, long[] shape)
      throws OrtException {
    if (info.type == OnnxJavaType.INT32) {
      int[] narrow = Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
      return OnnxTensor.createTensor(environment, IntBuffer.wrap(narrow), shape);
    }
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
  }

  /** Frees tensors. */
  static void close(Map<String, OnnxTensor> tensors) {
    tensors.values().forEach(OnnxTensor::close);
  }
}
