package org.learnedsparse.encode;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * An ONNX graph in a session of ONNX Runtime, one thread a run: parallel runs of several batches
 * use the cores better than one batch spread over them, and leave the number of threads to the
 * caller.
 *
 * <p>Safe for use by many threads; {@link #close} must follow the last use.
 */
final class OnnxGraph implements Closeable {
  private static final Set<String> INPUTS = Set.of("input_ids", "attention_mask", "token_type_ids");

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final OutputBuffers buffers;
  private final String output;
  private final int rank;
  private final int width;
  private final Pooler pooler;

  /**
   * @param name the graph's name, for messages
   * @throws ModelException if the graph does not load, wants inputs that no text gives, or its
   *     output does not fit the route or the vocabulary
   */
  OnnxGraph(
      String name, Path file, Route.Graph route, Vocabulary vocabulary, OutputBuffers buffers) {
    this.buffers = buffers;
    try {
      environment = OrtEnvironment.getEnvironment("learned-sparse");
      session = open(environment, file);
    } catch (OrtException e) {
      throw new ModelException("[" + name + "] cannot be loaded: " + e.getMessage(), e);
    }
    try {
      for (String input : session.getInputNames()) {
        if (INPUTS.contains(input) == false) {
          throw new ModelException(
              "[" + name + "] wants an input [" + input + "]; known inputs are " + INPUTS);
        }
      }
      output = outputName(name, route);
      TensorInfo info = tensor(name, session.getOutputInfo().get(output));
      long[] shape = info.getShape();
      rank = shape.length;
      Pooling pooling =
          route.pooling() != null ? route.pooling() : pooling(name, shape, vocabulary);
      width = width(name, pooling, shape, vocabulary);
      pooler = new Pooler(pooling, route.activation(), route.specialTokens(), width, vocabulary);
    } catch (OrtException | RuntimeException e) {
      close();
      throw e instanceof ModelException known
          ? known
          : new ModelException("[" + name + "] cannot be used: " + e.getMessage(), e);
    }
  }

  private static OrtSession open(OrtEnvironment environment, Path file) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      // Batches differ in shape, so plans for one shape would only pile up.
      options.setMemoryPatternOptimization(false);
      return environment.createSession(file.toString(), options);
    }
  }

  private String outputName(String name, Route.Graph route) throws OrtException {
    Set<String> names = session.getOutputInfo().keySet();
    if (route.output() == null) {
      return names.iterator().next();
    }
    if (names.contains(route.output()) == false) {
      throw new ModelException(
          "[" + name + "] has no output [" + route.output() + "]; its outputs are " + names);
    }
    return route.output();
  }

  private static TensorInfo tensor(String name, NodeInfo node) {
    if (node.getInfo() instanceof TensorInfo info && info.type == OnnxJavaType.FLOAT) {
      return info;
    }
    throw new ModelException(
        "[" + name + "]: output [" + node.getName() + "] is no float32 tensor: " + node.getInfo());
  }

  private static Pooling pooling(String name, long[] shape, Vocabulary vocabulary) {
    long last = shape[shape.length - 1];
    if (shape.length == 3) {
      return last == 1 ? Pooling.TOKEN : Pooling.MAX;
    }
    if (shape.length == 2 && last >= vocabulary.size()) {
      return Pooling.NONE;
    }
    throw new ModelException(
        "["
            + name
            + "]: the pooling cannot be told from an output of shape "
            + Arrays.toString(shape)
            + "; add \"pooling\" to the route in [model.json]: "
            + Arrays.toString(Pooling.values()));
  }

  /** How many floats the output has for each token, or for each text where the graph pools. */
  private static int width(String name, Pooling pooling, long[] shape, Vocabulary vocabulary) {
    boolean fits =
        switch (pooling) {
          case MAX, SUM -> shape.length == 3;
          case TOKEN -> shape.length == 2 || (shape.length == 3 && shape[2] == 1);
          case NONE -> shape.length == 2;
        };
    if (fits == false) {
      throw new ModelException(
          "["
              + name
              + "]: an output of shape "
              + Arrays.toString(shape)
              + " does not fit pooling ["
              + pooling
              + "]");
    }
    if (pooling == Pooling.TOKEN) {
      return 1;
    }
    long declared = shape[shape.length - 1];
    if (declared == -1) {
      return vocabulary.size();
    }
    // Graphs are often padded to a round number of entries; fewer than the tokenizer's is an error.
    if (declared < vocabulary.size()) {
      throw new ModelException(
          "["
              + name
              + "] gives ["
              + declared
              + "] weights a token, but [tokenizer.json] has ["
              + vocabulary.size()
              + "] tokens; the two belong to different models");
    }
    return Math.toIntExact(declared);
  }

  /** The bytes of output that one token needs; 0 where the output does not grow with the tokens. */
  long outputBytesPerToken() {
    return pooler.pooling() == Pooling.NONE ? 0 : (long) width * Float.BYTES;
  }

  /** The pooling, activation and treatment of special tokens in force. */
  Pooler pooler() {
    return pooler;
  }

  /**
   * Runs one batch.
   *
   * @param windows token ids, at least one window, each with at least one token
   * @return each window's weights, in the order given
   */
  IdWeights[] run(long[][] windows) {
    int rows = windows.length;
    int length = 0;
    for (long[] window : windows) {
      length = Math.max(length, window.length);
    }
    long[] outputShape =
        pooler.pooling() == Pooling.NONE
            ? new long[] {rows, width}
            : rank == 3 ? new long[] {rows, length, width} : new long[] {rows, length};
    long floats = 1;
    for (long dimension : outputShape) {
      floats *= dimension;
    }
    Map<String, OnnxTensor> inputs = new HashMap<>();
    ByteBuffer buffer = take(floats * Float.BYTES);
    try {
      FloatBuffer weights = buffer.asFloatBuffer().limit((int) floats);
      fillInputs(windows, length, inputs);
      try (OnnxTensor target = OnnxTensor.createTensor(environment, weights, outputShape)) {
        session.run(inputs, Collections.emptySet(), Map.of(output, target)).close();
      }
      return pooler.pool(weights, windows, length);
    } catch (OrtException e) {
      throw new ModelException("the graph failed on a batch: " + e.getMessage(), e);
    } finally {
      buffers.release(buffer);
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private ByteBuffer take(long bytes) {
    try {
      return buffers.take(Math.toIntExact(bytes));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelException("interrupted while waiting for output memory", e);
    }
  }

  private void fillInputs(long[][] windows, int length, Map<String, OnnxTensor> tensors)
      throws OrtException {
    long[] shape = {windows.length, length};
    for (String name : session.getInputNames()) {
      long[] values = new long[windows.length * length];
      for (int row = 0; row < windows.length; row++) {
        int start = row * length;
        switch (name) {
          case "input_ids" -> System.arraycopy(windows[row], 0, values, start, windows[row].length);
          case "attention_mask" -> Arrays.fill(values, start, start + windows[row].length, 1);
          default -> {} // token_type_ids: one segment, all zero
        }
      }
      tensors.put(name, input(name, values, shape));
    }
  }

  private OnnxTensor input(String name, long[] values, long[] shape) throws OrtException {
    TensorInfo info = (TensorInfo) session.getInputInfo().get(name).getInfo();
    if (info.type == OnnxJavaType.INT32) {
      int[] narrow = Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
      return OnnxTensor.createTensor(environment, IntBuffer.wrap(narrow), shape);
    }
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("an ONNX session could not be closed", e);
    }
  }
}
