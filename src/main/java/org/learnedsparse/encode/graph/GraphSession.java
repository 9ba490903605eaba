package org.learnedsparse.encode.graph;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.learnedsparse.encode.folder.ExternalData;
import org.learnedsparse.encode.folder.ModelException;
import org.learnedsparse.encode.folder.ModelFiles;

/**
 * A graph's file, loaded once however many routes use it: in a session of ONNX Runtime, one thread
 * a run. Parallel runs of several batches use the cores better than one batch spread over them, and
 * leave the number of threads to the caller.
 *
 * <p>Safe for use by many threads; {@link #close} must follow the last use.
 */
public final class GraphSession implements Closeable {
  private final String name;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final LongAdder nanos;

  /**
   * Loads a graph.
   *
   * @param name of the file, relative to the model's folder
   * @param nanos gets the time that runs of the graph take, those at the same time each for itself
   * @throws ModelException if it does not load
   */
  public GraphSession(Path folder, String name, LongAdder nanos) throws IOException {
    this.name = name;
    this.nanos = nanos;
    Path file = ModelFiles.file(folder, name);
    ExternalData.check(folder, file);
    try {
      environment = OrtEnvironment.getEnvironment("learned-sparse");
      session = open(environment, file);
    } catch (OrtException e) {
      throw new ModelException("[" + name + "] cannot be loaded: " + e.getMessage(), e);
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

  String name() {
    return name;
  }

  OrtEnvironment environment() {
    return environment;
  }

  Map<String, NodeInfo> inputs() throws OrtException {
    return session.getInputInfo();
  }

  Map<String, NodeInfo> outputs() throws OrtException {
    return session.getOutputInfo();
  }

  /**
   * Runs the graph on the calling thread.
   *
   * @param fetched outputs whose size the graph tells
   * @param written outputs that are written into memory which is there already
   */
  OrtSession.Result run(
      Map<String, OnnxTensor> inputs, Set<String> fetched, Map<String, OnnxTensor> written)
      throws OrtException {
    long start = System.nanoTime();
    try {
      return session.run(inputs, fetched, written);
    } finally {
      nanos.add(System.nanoTime() - start);
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
