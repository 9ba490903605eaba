package org.learnedsparse.encode.graph;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.learnedsparse.encode.folder.ExternalData;
import org.learnedsparse.encode.folder.ModelException;
import org.learnedsparse.encode.folder.ModelFiles;
import org.learnedsparse.encode.folder.Route;
import org.learnedsparse.encode.text.TokenWindow;
import org.learnedsparse.encode.text.Vocabulary;

/**
 * An ONNX graph in a session of ONNX Runtime, one thread a run: parallel runs of several batches
 * use the cores better than one batch spread over them, and leave the number of threads to the
 * caller.
 *
 * <p>Safe for use by many threads; {@link #close} must follow the last use.
 */
public final class OnnxGraph implements Closeable {
  private final Route.Graph route;
  private final OutputBuffers buffers;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final GraphInputs inputs;
  private final Heads heads;

  /**
   * Opens a graph.
   *
   * @throws ModelException if the graph does not load, wants inputs that no text gives, or its
   *     outputs do not fit the route or the vocabulary
   */
  public OnnxGraph(Path folder, Route.Graph route, Vocabulary vocabulary, OutputBuffers buffers)
      throws IOException {
    this.route = route;
    this.buffers = buffers;
    Path file = ModelFiles.file(folder, route.file());
    ExternalData.check(folder, file);
    try {
      environment = OrtEnvironment.getEnvironment("learned-sparse");
      session = open(environment, file);
    } catch (OrtException e) {
      throw new ModelException("[" + route.file() + "] cannot be loaded: " + e.getMessage(), e);
    }
    try {
      inputs = new GraphInputs(route.file(), environment, session.getInputInfo());
      heads = Heads.of(folder, route, session.getOutputInfo(), vocabulary);
    } catch (OrtException | IOException | RuntimeException e) {
      close();
      if (e instanceof ModelException known) {
        throw known;
      }
      throw new ModelException("[" + route.file() + "] cannot be used: " + e.getMessage(), e);
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

  /** The bytes of output that one token needs; 0 where the output does not grow with the tokens. */
  public long outputBytesPerToken() {
    return heads.outputs().stream().mapToLong(GraphOutput::bytesPerToken).sum();
  }

  /** The most windows that may run at once. */
  public int batchLimit() {
    return heads.ids() != null ? 1 : inputs.batchLimit();
  }

  /** Whether it gives term weights. */
  public boolean isSparse() {
    return heads.sparse() != null;
  }

  /** Whether it gives dense vectors. */
  public boolean isDense() {
    return heads.dense() != null;
  }

  /** Whether it gives scores. */
  public boolean isScore() {
    return heads.scoreOutput() != null;
  }

  /** Every step, as {@code model.json} would state it. */
  public Map<String, Object> describe() {
    Map<String, Object> steps = new LinkedHashMap<>();
    steps.put("graph", route.file());
    steps.putAll(heads.describe());
    return steps;
  }

  /**
   * Runs one batch.
   *
   * @param windows at least one, at most {@link #batchLimit}, each with at least one token
   * @return what each window gives, in the order given
   */
  public EncodedWindow[] run(TokenWindow[] windows) {
    int length = Arrays.stream(windows).mapToInt(window -> window.tokens().length).max().orElse(0);
    long bytes = 0;
    for (GraphOutput output : heads.outputs()) {
      bytes += aligned(output.bytes(windows.length, length));
    }
    ByteBuffer buffer = take(bytes);
    Map<String, OnnxTensor> tensors = new HashMap<>();
    Map<String, OnnxTensor> written = new HashMap<>();
    try {
      inputs.fill(windows, length, tensors);
      Map<String, ByteBuffer> memory = new HashMap<>();
      int offset = 0;
      for (GraphOutput output : heads.outputs()) {
        int size = (int) output.bytes(windows.length, length);
        ByteBuffer part = buffer.slice(offset, size).order(ByteOrder.nativeOrder());
        offset += (int) aligned(size);
        memory.put(output.name(), part);
        written.put(
            output.name(),
            OnnxTensor.createTensor(
                environment, part, output.shape(windows.length, length), output.type()));
      }
      try (OrtSession.Result result =
          session.run(
              tensors,
              heads.ids() == null ? Collections.emptySet() : heads.ids().names(),
              written)) {
        return heads.ids() == null
            ? heads.encode(memory, windows, length)
            : heads.encode(result, windows[0]);
      }
    } catch (OrtException e) {
      throw new ModelException("[" + route.file() + "] failed on a batch: " + e.getMessage(), e);
    } finally {
      buffers.release(buffer);
      GraphInputs.close(tensors);
      GraphInputs.close(written);
    }
  }

  private static long aligned(long bytes) {
    return (bytes + 63) & -64;
  }

  private ByteBuffer take(long bytes) {
    try {
      return buffers.take(Math.toIntExact(bytes));
    } catch (ArithmeticException e) {
      throw new ModelException(
          "the graph's output needs ["
              + bytes
              + "] bytes for one window, more than a buffer can have: lower [max_length] in"
              + " [model.json]",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelException("interrupted while waiting for output memory", e);
    }
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
