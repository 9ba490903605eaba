package org.learnedsparse.bench.encode;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.learnedsparse.tools.onnx.WordPieceTokenizer;

/** Makes the folder of a model with random weights. */
final class RandomModel {
  /** Terms a text whose weight is above zero, as trained SPLADE models give. */
  private static final int TERMS = 125;

  private static final int CALIBRATION_TEXTS = 16;
  private static final long CALIBRATION_SEED = -2;

  private RandomModel() {}

  /** Writes tokenizer and graph; the graph's bias is chosen by how many terms texts then keep. */
  static ModelFolder make(TransformerModel shape, Path folder) throws IOException, OrtException {
    WordPieceTokenizer.write(
        folder, MadeUpWords.pieces(shape.vocabulary() - WordPieceTokenizer.SPECIAL.size()));
    ModelFolder model = new ModelFolder(folder);
    Path graph = folder.resolve("model.onnx");
    shape.write(graph, 0);
    float threshold;
    try (BareLoop loop = new BareLoop(graph, "")) {
      List<String> texts = Texts.passages(model, CALIBRATION_TEXTS, CALIBRATION_SEED);
      threshold = loop.thresholdKeeping(TERMS, model.tokenise(texts));
    }
    shape.write(graph, -threshold);
    return model;
  }
}
