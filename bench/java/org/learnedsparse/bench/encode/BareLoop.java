package org.learnedsparse.bench.encode;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.learnedsparse.bench.Machine;

/**
 * The model alone: texts that were tokenised and put into batches beforehand go through a session,
 * and what comes out is dropped where ONNX Runtime left it. An upper bound for whatever encodes
 * with this model in such batches.
 */
final class BareLoop implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment("bare-loop");
  private final Path graph;
  private final String output;
  private final Map<Integer, OrtSession> sessions = new HashMap<>();

  /**
   * @param output the output to compute; empty for the graph's first
   */
  BareLoop(Path graph, String output) {
    this.graph = graph;
    this.output = output;
  }

  /**
   * A way to run.
   *
   * @param runners threads that each run batches of their own
   * @param intraOp threads that ONNX Runtime spreads one batch over
   * @param batching which texts share a batch
   */
  record Setup(int runners, int intraOp, Batching batching) {
    @Override
    public String toString() {
      return runners + " × " + intraOp + " threads, " + batching;
    }
  }

  /** Runs all texts once. */
  Speed run(List<long[]> texts, Setup setup) throws OrtException, InterruptedException {
    OrtSession session = session(setup.intraOp);
    List<List<long[]>> batches = setup.batching.of(texts);
    AtomicInteger next = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(setup.runners);
    try {
      Speed.Stopwatch stopwatch = new Speed.Stopwatch(Machine::ownCpuSeconds);
      List<Future<?>> runners = new ArrayList<>();
      for (int i = 0; i < setup.runners; i++) {
        runners.add(
            threads.submit(
                () -> {
                  for (int b = next.getAndIncrement();
                      b < batches.size();
                      b = next.getAndIncrement()) {
                    run(session, batches.get(b));
                  }
                  return null;
                }));
      }
      for (Future<?> runner : runners) {
        runner.get();
      }
      return stopwatch.stop(texts.size());
    } catch (ExecutionException e) {
      throw new IllegalStateException("the graph failed on a batch", e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  /** Runs one text, on the calling thread. */
  void run(long[] text) throws OrtException {
    run(session(1), List.of(text));
  }

  private void run(OrtSession session, List<long[]> batch) throws OrtException {
    int length = Batching.longest(batch);
    long[] ids = new long[batch.size() * length];
    long[] mask = new long[ids.length];
    for (int row = 0; row < batch.size(); row++) {
      long[] text = batch.get(row);
      System.arraycopy(text, 0, ids, row * length, text.length);
      Arrays.fill(mask, row * length, row * length + text.length, 1);
    }
    long[] shape = {batch.size(), length};
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      for (String name : session.getInputNames()) {
        long[] values =
            switch (name) {
              case "input_ids" -> ids;
              case "attention_mask" -> mask;
              default -> new long[ids.length];
            };
        inputs.put(name, OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape));
      }
      session.run(inputs, outputs(session)).close();
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private Set<String> outputs(OrtSession session) {
    return Set.of(output.isEmpty() ? session.getOutputNames().iterator().next() : output);
  }

  /** The threshold above which a text keeps this many terms on average, by its tokens' maxima. */
  float thresholdKeeping(int terms, List<long[]> texts) throws OrtException {
    int kept = terms * texts.size();
    PriorityQueue<Float> highest = new PriorityQueue<>(kept + 1);
    for (long[] text : texts) {
      for (float maximum : maxima(text)) {
        highest.add(maximum);
        if (highest.size() > kept) {
          highest.remove();
        }
      }
    }
    return highest.element();
  }

  private float[] maxima(long[] text) throws OrtException {
    long[] mask = new long[text.length];
    Arrays.fill(mask, 1);
    long[] shape = {1, text.length};
    try (OnnxTensor ids = OnnxTensor.createTensor(environment, LongBuffer.wrap(text), shape);
        OnnxTensor ones = OnnxTensor.createTensor(environment, LongBuffer.wrap(mask), shape);
        OrtSession.Result result =
            session(1).run(Map.of("input_ids", ids, "attention_mask", ones))) {
      float[][] logits = ((float[][][]) result.get(0).getValue())[0];
      float[] maxima = logits[0].clone();
      for (float[] token : logits) {
        for (int entry = 0; entry < maxima.length; entry++) {
          maxima[entry] = Math.max(maxima[entry], token[entry]);
        }
      }
      return maxima;
    }
  }

  private OrtSession session(int intraOp) throws OrtException {
    OrtSession known = sessions.get(intraOp);
    if (known != null) {
      return known;
    }
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(intraOp);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      // Batches differ in shape: a plan for each would only hold memory.
      options.setMemoryPatternOptimization(false);
      OrtSession session = environment.createSession(graph.toString(), options);
      sessions.put(intraOp, session);
      for (NodeInfo input : session.getInputInfo().values()) {
        if (((TensorInfo) input.getInfo()).type != OnnxJavaType.INT64) {
          throw new IllegalArgumentException(
              "[" + graph + "]: input [" + input.getName() + "] is not int64");
        }
      }
      return session;
    }
  }

  /** Frees the sessions with the memory that they keep; the next run opens new ones. */
  void reset() throws OrtException {
    for (OrtSession session : sessions.values()) {
      session.close();
    }
    sessions.clear();
  }

  @Override
  public void close() throws OrtException {
    reset();
  }
}
