package org.learnedsparse.encode.graph;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.learnedsparse.encode.folder.ModelException;
import org.learnedsparse.encode.folder.Route;
import org.learnedsparse.encode.text.TokenWindow;
import org.learnedsparse.encode.text.Vocabulary;

/**
 * An ONNX graph as one route uses it: what goes in, and the heads that read its outputs.
 *
 * <p>Safe for use by many threads.
 */
public final class OnnxGraph {
  private final GraphSession session;
  private final OutputBuffers buffers;
  private final GraphInputs inputs;
  private final Heads heads;

  /**
   * Fits a route to a graph.
   *
   * @param session the route's graph, loaded; it stays the caller's
   * @throws ModelException if the graph wants inputs that no text gives, or its outputs do not fit
   *     the route or the vocabulary
   */
  public OnnxGraph(
      Path folder,
      Route.Graph route,
      GraphSession session,
      Vocabulary vocabulary,
      OutputBuffers buffers)
      throws IOException {
    this.session = session;
    this.buffers = buffers;
    try {
      inputs = new GraphInputs(session.name(), session.environment(), session.inputs());
      heads = Heads.of(folder, route, session.outputs(), vocabulary);
    } catch (ModelException e) {
      throw e;
    } catch (OrtException | RuntimeException e) {
      throw new ModelException("[" + session.name() + "] cannot be used: " + e.getMessage(), e);
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
    steps.put("graph", session.name());
    steps.putAll(heads.describe());
    return steps;
  }

  /** The dense head's steps likewise, where there is one. */
  public Map<String, Object> describeDense() {
    return heads.describeDense();
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
                session.environment(), part, output.shape(windows.length, length), output.type()));
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
      throw new ModelException("[" + session.name() + "] failed on a batch: " + e.getMessage(), e);
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
}
