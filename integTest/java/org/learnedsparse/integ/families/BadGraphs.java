package org.learnedsparse.integ.families;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.learnedsparse.integ.families.BadModel.Content;
import org.learnedsparse.tools.onnx.GraphBuilder;
import org.learnedsparse.tools.onnx.TinyModel;
import org.learnedsparse.tools.onnx.WordPieceTokenizer;

/** Models whose graph is broken, or does not fit what is beside it. */
final class BadGraphs {
  static final String GRAPH = "model.onnx";

  /** A whole model, to be broken. */
  static final Content GOOD = folder -> new TinyModel(17).writeSplade(folder);

  /** The one word that the graphs of {@link #logits} give a weight of their own. */
  private static final String WORD = "leaf";

  private BadGraphs() {}

  static List<BadModel> all() {
    return List.of(
        BadModel.of("graph-of-random-bytes", GOOD.and(BadGraphs::random), GRAPH),
        BadModel.of("graph-cut-off", GOOD.and(folder -> cut(folder.resolve(GRAPH))), GRAPH),
        BadModel.of("graph-empty", GOOD.and(GRAPH, ""), GRAPH),
        BadModel.of(
            "graph-pointer",
            GOOD.and(GRAPH, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"),
            GRAPH),
        BadModel.of("graph-missing", GOOD.without(GRAPH), GRAPH, "export"),
        BadModel.of(
            "opset-99",
            GOOD.and(changed(model -> model.getOpsetImportBuilder(0).setVersion(99))),
            GRAPH,
            "99"),
        BadModel.of(
            "output-missing",
            GOOD.and("model.json", "{\"document\":{\"graph\":\"model.onnx\",\"output\":\"no\"}}"),
            GRAPH,
            "[no]",
            "[logits]"),
        BadModel.of("input-unknown", GOOD.and(BadGraphs::unknownInput), GRAPH, "[pixel_values]"),
        BadModel.of("output-of-integers", GOOD.and(BadGraphs::integers), GRAPH, "float32"),
        BadModel.of("output-of-one-number", GOOD.and(BadGraphs::oneNumber), GRAPH),
        BadModel.of("output-of-another-shape", GOOD.and(BadGraphs::wrongShape), GRAPH),
        BadModel.of("more-memory-than-there-is", GOOD.and(BadGraphs::huge), GRAPH),
        BadModel.of(
            "tokenizer-with-more-tokens",
            GOOD.and(folder -> tokenizer(folder, 40)),
            GRAPH,
            "tokenizer.json",
            "different models"),
        BadModel.of(
                "tokenizer-with-fewer-tokens",
                GOOD.and(logits(1)).and(folder -> tokenizer(folder, -2)),
                "tokenizer.json",
                "different models")
            .withText(WORD),
        BadModel.of("nan-always", GOOD.and(logits(Float.NaN, Float.NaN)), "NaN"),
        BadModel.of("nan-for-one-word", GOOD.and(logits(Float.NaN)), "NaN").withText(WORD),
        BadModel.of("infinite-always", GOOD.and(logits(INFINITY, INFINITY)), "Infinity"),
        BadModel.of("infinite-for-one-word", GOOD.and(logits(INFINITY)), "Infinity")
            .withText(WORD));
  }

  private static final float INFINITY = Float.POSITIVE_INFINITY;

  /** Writes a model's graph anew, with a change. */
  static Content changed(Change change) {
    return folder -> {
      ModelProto.Builder model;
      try (InputStream in = Files.newInputStream(folder.resolve(GRAPH))) {
        model = ModelProto.parseFrom(in).toBuilder();
      }
      change.apply(model);
      try (OutputStream out = Files.newOutputStream(folder.resolve(GRAPH))) {
        model.build().writeTo(out);
      }
    };
  }

  /** Puts the first weights of a graph into another file; keys and values say which one. */
  static Content external(String... keysAndValues) {
    return changed(
        model -> {
          TensorProto.Builder tensor = model.getGraphBuilder().getInitializerBuilder(0);
          tensor.clearRawData().setDataLocation(TensorProto.DataLocation.EXTERNAL);
          for (int i = 0; i < keysAndValues.length; i += 2) {
            tensor.addExternalDataBuilder().setKey(keysAndValues[i]).setValue(keysAndValues[i + 1]);
          }
        });
  }

  private static void random(Path folder) throws IOException {
    byte[] bytes = new byte[10_000];
    new Random(3).nextBytes(bytes);
    Files.write(folder.resolve(GRAPH), bytes);
  }

  private static void cut(Path file) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
  }

  private static void tokenizer(Path folder, int more) throws IOException {
    List<String> pieces = new ArrayList<>(new TinyModel(17).tokens());
    pieces.subList(0, WordPieceTokenizer.SPECIAL.size()).clear();
    if (more < 0) {
      pieces.subList(pieces.size() + more, pieces.size()).clear();
    }
    for (int i = 0; i < more; i++) {
      pieces.add("more" + i);
    }
    WordPieceTokenizer.write(folder, pieces);
  }

  private static void unknownInput(Path folder) throws IOException {
    GraphBuilder graph = new GraphBuilder("image");
    graph.input("pixel_values", DataType.FLOAT, "batch", "sequence", "34");
    graph.node("Relu", "logits", "pixel_values");
    graph.output("logits", DataType.FLOAT, "batch", "sequence", "34");
    graph.write(folder.resolve(GRAPH));
  }

  private static void integers(Path folder) throws IOException {
    GraphBuilder graph = ids();
    graph.node("Identity", "logits", "input_ids");
    graph.output("logits", DataType.INT64, "batch", "sequence");
    graph.write(folder.resolve(GRAPH));
  }

  private static void oneNumber(Path folder) throws IOException {
    GraphBuilder graph = ids();
    graph.node("Cast", "floats", "input_ids").attribute("to", DataType.FLOAT.getNumber());
    graph.node("ReduceMax", "logits", "floats").attribute("keepdims", 0);
    graph.output("logits", DataType.FLOAT);
    graph.write(folder.resolve(GRAPH));
  }

  /** Declares a weight for each entry of the vocabulary, and gives something else. */
  private static void wrongShape(Path folder) throws IOException {
    GraphBuilder graph = ids();
    graph.node("Cast", "logits", "input_ids").attribute("to", DataType.FLOAT.getNumber());
    graph.output("logits", DataType.FLOAT, "texts", "34");
    graph.write(folder.resolve(GRAPH));
  }

  /** Weights for 2 to the power of 42 entries: 16 TiB. */
  private static void huge(Path folder) throws IOException {
    GraphBuilder graph = ids();
    graph.node("Cast", "floats", "input_ids").attribute("to", DataType.FLOAT.getNumber());
    graph.node("ReduceMax", "largest", "floats").attribute("keepdims", 0);
    graph.longs("shape", 1 << 14, 1 << 14, 1 << 14);
    graph.node("Expand", "expanded", "largest", "shape");
    graph.node("ReduceMax", "one", "expanded").attribute("keepdims", 0);
    graph.floats("row", new float[34], 34);
    graph.longs("axis", 2);
    graph.node("Unsqueeze", "column", "floats", "axis");
    graph.node("Add", "rows", "column", "row");
    graph.node("Add", "logits", "rows", "one");
    graph.output("logits", DataType.FLOAT, "batch", "sequence", "34");
    graph.write(folder.resolve(GRAPH));
  }

  private static GraphBuilder ids() {
    GraphBuilder graph = new GraphBuilder("bad");
    graph.input("input_ids", DataType.INT64, "batch", "sequence");
    return graph;
  }

  /** A graph in which one word gives the last entry of the vocabulary a logit, others another. */
  private static Content logits(float word, float other) {
    return folder -> {
      List<String> tokens = new TinyModel(17).tokens();
      int size = tokens.size();
      float[] logits = new float[size * size];
      for (int token = 0; token < size; token++) {
        logits[token * size + size - 1] = tokens.get(token).equals(WORD) ? word : other;
      }
      GraphBuilder graph = ids();
      graph.floats("weights", logits, size, size);
      graph.node("Gather", "logits", "weights", "input_ids");
      graph.output("logits", DataType.FLOAT, "batch", "sequence", String.valueOf(size));
      graph.write(folder.resolve(GRAPH));
    };
  }

  private static Content logits(float word) {
    return logits(word, 0);
  }

  interface Change {
    void apply(ModelProto.Builder model);
  }
}
