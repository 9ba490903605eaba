package org.learnedsparse.encode.graph;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.learnedsparse.encode.folder.FeedbackRoute;
import org.learnedsparse.encode.folder.ModelException;
import org.learnedsparse.encode.text.TokenWindow;

/**
 * A graph that makes a query's new vector of its own and those of the documents that a search with
 * it has found, as the transformers for dense feedback do: Li, Zhuang, Mourad, Ma, Lin and Zuccon,
 * <a href="https://arxiv.org/abs/2401.13509">TPRF</a> (2024).
 *
 * <p>Its input is a sequence of vectors, [batch, sequence, dims] in float32: the query's, then the
 * documents', the best first. An {@code attention_mask} of ones goes with it, if the graph declares
 * one. The output is as long as the vectors.
 *
 * <p>Safe for use by many threads.
 */
public final class FeedbackGraph {
  private static final String MASK = "attention_mask";

  private final GraphSession session;
  private final String vectors;
  private final TensorInfo mask;
  private final int dims;
  private final GraphOutput output;
  private final DenseHead head;

  /**
   * Fits a route to a graph.
   *
   * @param session the route's graph, loaded; it stays the caller's
   * @throws ModelException if the graph takes or gives anything else
   */
  public FeedbackGraph(FeedbackRoute route, GraphSession session) {
    this.session = session;
    this.head = new DenseHead(route.head());
    try {
      Map<String, NodeInfo> inputs = new LinkedHashMap<>(session.inputs());
      NodeInfo declaredMask = inputs.remove(MASK);
      mask = declaredMask == null ? null : (TensorInfo) declaredMask.getInfo();
      Map.Entry<String, NodeInfo> sequence = only(inputs);
      vectors = sequence.getKey();
      dims = dims(sequence.getValue());
      output =
          GraphOutput.find(
              session.name(), session.outputs(), route.head().output(), route.head().pooling(), 0);
    } catch (OrtException e) {
      throw new ModelException("[" + session.name() + "] cannot be used: " + e.getMessage(), e);
    }
    if (output.width() != dims) {
      throw new ModelException(
          "["
              + session.name()
              + "] takes vectors of ["
              + dims
              + "] numbers, and its output ["
              + output.name()
              + "] has ["
              + output.width()
              + "]; the new vector must be as long as the query's");
    }
  }

  private Map.Entry<String, NodeInfo> only(Map<String, NodeInfo> inputs) {
    if (inputs.size() == 1) {
      return inputs.entrySet().iterator().next();
    }
    throw new ModelException(
        "["
            + session.name()
            + "] wants the inputs "
            + inputs.keySet()
            + "; a graph for feedback takes one, the vectors of query and documents as [batch,"
            + " sequence, dims], and beside it [attention_mask] if it likes");
  }

  private int dims(NodeInfo input) {
    if (input.getInfo() instanceof TensorInfo info && info.type == OnnxJavaType.FLOAT) {
      long[] shape = info.getShape();
      if (shape.length == 3 && shape[0] <= 1 && shape[1] == -1 && shape[2] > 0) {
        return Math.toIntExact(shape[2]);
      }
    }
    throw new ModelException(
        "["
            + session.name()
            + "]: input ["
            + input.getName()
            + "] is "
            + input.getInfo()
            + "; it must be float32 of shape [batch, sequence, dims], where dims alone is fixed");
  }

  /** The numbers in a vector. */
  public int dims() {
    return dims;
  }

  /** Every step, as {@code model.json} would state it. */
  public Map<String, Object> describe() {
    Map<String, Object> steps = new LinkedHashMap<>();
    steps.put("graph", session.name());
    steps.put("output", output.name());
    steps.putAll(head.describe(dims));
    return steps;
  }

  /**
   * Runs the graph.
   *
   * @param query [dims]
   * @param documents each [dims], the best first; at least one
   * @return the new vector, [dims]
   * @throws ModelException if a vector is not as long as the graph takes it, or the new one is not
   *     finite
   */
  public float[] run(float[] query, List<float[]> documents) {
    int length = 1 + documents.size();
    FloatBuffer sequence = FloatBuffer.allocate(length * dims);
    put(query, sequence);
    documents.forEach(document -> put(document, sequence));
    sequence.flip();
    Map<String, OnnxTensor> tensors = new HashMap<>();
    try {
      tensors.put(
          vectors,
          OnnxTensor.createTensor(session.environment(), sequence, new long[] {1, length, dims}));
      if (mask != null) {
        tensors.put(MASK, ones(length));
      }
      try (OrtSession.Result result = session.run(tensors, Set.of(output.name()), Map.of())) {
        FloatBuffer made = ((OnnxTensor) result.get(0)).getFloatBuffer();
        long[] shape = output.shape(1, length);
        if (made.remaining() != Arrays.stream(shape).reduce(1, Math::multiplyExact)) {
          throw GraphOutput.unfit(
              session.name(), output.name(), shape, "has [" + made.remaining() + "] numbers");
        }
        return head.encode(rows(made), new TokenWindow[] {window(length)}, length, dims)[0];
      }
    } catch (OrtException e) {
      throw new ModelException(
          "[" + session.name() + "] failed on [" + length + "] vectors: " + e.getMessage(), e);
    } finally {
      GraphInputs.close(tensors);
    }
  }

  private void put(float[] vector, FloatBuffer sequence) {
    if (vector.length != dims) {
      throw new ModelException(
          "["
              + session.name()
              + "] takes vectors of ["
              + dims
              + "] numbers, and the query has ["
              + vector.length
              + "]");
    }
    sequence.put(vector);
  }

  private OnnxTensor ones(int length) throws OrtException {
    long[] ones = new long[length];
    Arrays.fill(ones, 1);
    return GraphInputs.tensor(session.environment(), mask, ones, new long[] {1, length});
  }

  private static Rows rows(FloatBuffer numbers) {
    return (first, into, count) -> numbers.get(first, into, 0, count);
  }

  /** All of the sequence is pooled. */
  private static TokenWindow window(int length) {
    return new TokenWindow(new long[length], 0, length, false, 0, 0);
  }
}
