package org.learnedsparse.encode.graph;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.learnedsparse.encode.folder.ModelException;
import org.learnedsparse.encode.folder.Pooling;
import org.learnedsparse.encode.folder.Route;
import org.learnedsparse.encode.folder.SpecialTokens;
import org.learnedsparse.encode.text.TokenWindow;
import org.learnedsparse.encode.text.Vocabulary;
import org.learnedsparse.vector.SparseVector;

/**
 * What is made of a graph's outputs.
 *
 * @param sparse null if there is none
 * @param sparseOutput what it reads; null if it reads ids and weights
 * @param ids the outputs that give ids and weights; null if there are none
 * @param dense null if there is none
 * @param denseOutput what it reads
 * @param scoreOutput null if there is none
 */
record Heads(
    SparseHead sparse,
    GraphOutput sparseOutput,
    Ids ids,
    DenseHead dense,
    GraphOutput denseOutput,
    GraphOutput scoreOutput) {

  /**
   * Outputs with the ids of all that has weight, and the weights, as Anserini exports them: for one
   * text at a time, each of an unknown length.
   */
  record Ids(String ids, String weights) {
    private static final Ids ANSERINI = new Ids("output_idx", "output_weights");

    /** All that Anserini's encoder does not drop. */
    private static final SpecialTokens SPECIAL =
        new SpecialTokens(false, Set.of("[UNK]", "[MASK]"));

    Set<String> names() {
      return Set.of(ids, weights);
    }
  }

  static Heads of(
      Path folder, Route.Graph route, Map<String, NodeInfo> outputs, Vocabulary vocabulary)
      throws IOException {
    String graph = route.file();
    GraphOutput denseOutput = null;
    if (route.dense() != null) {
      denseOutput =
          GraphOutput.find(graph, outputs, route.dense().output(), route.dense().pooling(), 0);
    }
    GraphOutput score = route.score() == null ? null : score(graph, outputs, route.score());
    SparseHead sparse = null;
    GraphOutput sparseOutput = null;
    Ids ids = null;
    if (route.sparse() != null) {
      ids = ids(graph, outputs, route.sparse());
      Pooling pooling =
          ids != null ? Pooling.NONE : pooling(graph, outputs, route.sparse(), vocabulary);
      sparse =
          new SparseHead(
              folder,
              ids == null ? route.sparse() : route.sparse().usually(Ids.SPECIAL),
              pooling,
              vocabulary);
      if (ids != null) {
        checkIds(graph, route);
      } else {
        sparseOutput =
            GraphOutput.find(
                graph, outputs, route.sparse().output(), pooling, sparse.dynamicWidth());
        sparse.check(graph, sparseOutput.width());
      }
    }
    return new Heads(
        sparse,
        sparseOutput,
        ids,
        route.dense() == null ? null : new DenseHead(route.dense()),
        denseOutput,
        score);
  }

  private static Ids ids(String graph, Map<String, NodeInfo> outputs, Route.SparseHead route) {
    if (route.idsOutput() == null) {
      boolean anserini =
          route.output() == null
              && route.pooling() == null
              && outputs.keySet().containsAll(Ids.ANSERINI.names());
      return anserini ? Ids.ANSERINI : null;
    }
    String weights = route.output() != null ? route.output() : Ids.ANSERINI.weights();
    for (String name : List.of(route.idsOutput(), weights)) {
      if (outputs.containsKey(name) == false) {
        throw new ModelException(
            "[" + graph + "] has no output [" + name + "]; its outputs are " + outputs.keySet());
      }
    }
    return new Ids(route.idsOutput(), weights);
  }

  /** What would be left undone, where a graph gives the ids of all that has weight. */
  private static void checkIds(String graph, Route.Graph route) {
    Route.SparseHead sparse = route.sparse();
    boolean pooled = sparse.pooling() == null || sparse.pooling() == Pooling.NONE;
    if (route.dense() != null
        || route.score() != null
        || sparse.autoencoder() != null
        || sparse.topK() > 0
        || pooled == false) {
      throw new ModelException(
          "["
              + graph
              + "] gives the ids of its weights: [dense], [score], [pooling], [autoencoder] and"
              + " [top_k] do not go with that; remove them");
    }
  }

  private static GraphOutput score(
      String graph, Map<String, NodeInfo> outputs, Route.ScoreHead route) {
    String name = route.output() != null ? route.output() : outputs.keySet().iterator().next();
    TensorInfo info = GraphOutput.tensor(graph, outputs, name);
    long[] shape = info.getShape();
    if (shape.length == 1 || (shape.length == 2 && shape[1] == 1)) {
      return new GraphOutput(name, info.type, shape.length, Pooling.NONE, 1);
    }
    throw GraphOutput.unfit(
        graph, name, shape, "is no score; one number a text is, of shape [batch] or [batch, 1]");
  }

  /** The route's pooling, or what the shape of the first output tells. */
  private static Pooling pooling(
      String graph, Map<String, NodeInfo> outputs, Route.SparseHead route, Vocabulary vocabulary) {
    if (route.pooling() != null) {
      return route.pooling();
    }
    String name = route.output() != null ? route.output() : outputs.keySet().iterator().next();
    long[] shape = GraphOutput.tensor(graph, outputs, name).getShape();
    long last = shape[shape.length - 1];
    boolean overVocabulary = last == -1 || last >= vocabulary.size();
    if (shape.length == 3 && last == 1) {
      return Pooling.TOKEN;
    }
    if (shape.length == 3 && overVocabulary) {
      return Pooling.MAX;
    }
    if (shape.length == 2 && last != -1 && overVocabulary) {
      return Pooling.NONE;
    }
    throw new ModelException(
        "["
            + graph
            + "]: the pooling cannot be told from output ["
            + name
            + "] of shape "
            + Arrays.toString(shape)
            + ", where [tokenizer.json] has ["
            + vocabulary.size()
            + "] tokens; the two belong to different models, or else add \"pooling\" to the route in [model.json]: "
            + Arrays.toString(Pooling.values()));
  }

  /** The outputs that are written into memory that is there already. */
  List<GraphOutput> outputs() {
    List<GraphOutput> outputs = new ArrayList<>();
    for (GraphOutput output : new GraphOutput[] {sparseOutput, denseOutput, scoreOutput}) {
      if (output != null && outputs.stream().noneMatch(o -> o.name().equals(output.name()))) {
        outputs.add(output);
      }
    }
    return outputs;
  }

  /** What the outputs of a batch give. */
  EncodedWindow[] encode(Map<String, ByteBuffer> memory, TokenWindow[] windows, int length) {
    SparseVector[] vectors =
        sparseOutput == null
            ? null
            : sparse.encode(rows(memory, sparseOutput), windows, length, sparseOutput.width());
    float[][] denses =
        denseOutput == null
            ? null
            : dense.encode(rows(memory, denseOutput), windows, length, denseOutput.width());
    float[] scores = new float[windows.length];
    if (scoreOutput != null) {
      rows(memory, scoreOutput).get(0, scores, scores.length);
    }
    EncodedWindow[] encoded = new EncodedWindow[windows.length];
    for (int i = 0; i < windows.length; i++) {
      encoded[i] =
          new EncodedWindow(
              vectors == null ? SparseVector.EMPTY : vectors[i],
              denses == null ? null : denses[i],
              scoreOutput == null ? null : (Float) finite(scores[i]),
              windows[i].start(),
              windows[i].end());
    }
    return encoded;
  }

  private static float finite(float score) {
    if (Float.isFinite(score)) {
      return score;
    }
    throw new ModelException("the graph gives score [" + score + "]; the model is broken");
  }

  private static Rows rows(Map<String, ByteBuffer> memory, GraphOutput output) {
    ByteBuffer bytes = memory.get(output.name());
    return output.type() == OnnxJavaType.FLOAT ? Rows.floats(bytes) : Rows.halves(bytes);
  }

  /** What outputs of ids and weights give for their one window. */
  EncodedWindow[] encode(OrtSession.Result result, TokenWindow window) throws OrtException {
    OnnxTensor idTensor = (OnnxTensor) result.get(ids.ids()).orElseThrow();
    OnnxTensor weightTensor = (OnnxTensor) result.get(ids.weights()).orElseThrow();
    LongBuffer idBuffer = idTensor.getLongBuffer();
    FloatBuffer weightBuffer = weightTensor.getFloatBuffer();
    if (idBuffer == null
        || weightBuffer == null
        || idBuffer.remaining() != weightBuffer.remaining()) {
      throw new ModelException(
          "outputs ["
              + ids.ids()
              + "] and ["
              + ids.weights()
              + "] must be as many int64 ids as float32 weights; they are "
              + idTensor.getInfo()
              + " and "
              + weightTensor.getInfo());
    }
    long[] dimensions = new long[idBuffer.remaining()];
    idBuffer.get(dimensions);
    float[] weights = new float[dimensions.length];
    weightBuffer.get(weights);
    return new EncodedWindow[] {
      new EncodedWindow(
          sparse.encode(dimensions, weights, window), null, null, window.start(), window.end())
    };
  }

  /** Every step, as {@code model.json} would state it. */
  Map<String, Object> describe() {
    Map<String, Object> steps = new LinkedHashMap<>();
    if (sparse != null) {
      steps.put("output", ids != null ? ids.weights() : sparseOutput.name());
      if (ids != null) {
        steps.put("ids_output", ids.ids());
      }
      steps.putAll(sparse.describe());
    }
    if (dense != null) {
      steps.put("dense", describeDense());
    }
    if (scoreOutput != null) {
      steps.put("score", Map.of("output", scoreOutput.name()));
    }
    return steps;
  }

  /** The steps of the dense head, where there is one. */
  Map<String, Object> describeDense() {
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("output", denseOutput.name());
    head.putAll(dense.describe(denseOutput.width()));
    return head;
  }
}
