package org.learnedsparse.models;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Encodes with a model folder as it is shipped: its tokenizer, its graph, its query table. */
final class SparseEncoder implements AutoCloseable {
  private static final int BATCH = 32;
  private static final float STEP = DocumentModel.MAX_WEIGHT / 255;

  private final Tokens tokens;
  private final OrtSession session;
  private final float[] queryWeights;
  private final int maxLength;

  /**
   * One vector: term ids ascending, and as many weights.
   *
   * @param weights of a document impacts, whole numbers from 1 to 255; of a query the table's
   */
  @SuppressWarnings("ArrayRecordComponent") // A table of numbers, never compared.
  record Vector(int[] terms, float[] weights) {}

  private SparseEncoder(Tokens tokens, OrtSession session, float[] queryWeights, int maxLength) {
    this.tokens = tokens;
    this.session = session;
    this.queryWeights = queryWeights;
    this.maxLength = maxLength;
  }

  /** Opens a model folder. */
  static SparseEncoder open(Path folder) throws IOException, OrtException {
    ObjectMapper json = new ObjectMapper();
    Tokens tokens = Tokens.open(folder.resolve("tokenizer.json"));
    JsonNode table = json.readTree(folder.resolve("idf.json").toFile());
    float[] query = new float[tokens.names().size()];
    for (int id = 0; id < query.length; id++) {
      query[id] = (float) table.path(tokens.names().get(id)).asDouble();
    }
    int maxLength = json.readTree(folder.resolve("model.json").toFile()).path("max_length").asInt();
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    OrtSession session =
        OrtEnvironment.getEnvironment()
            .createSession(folder.resolve("model.onnx").toString(), options);
    return new SparseEncoder(tokens, session, query, maxLength);
  }

  /** The term of an id. */
  String term(int id) {
    return tokens.names().get(id);
  }

  /** Encodes queries: each distinct token with its weight in the table. */
  List<Vector> encodeQueries(List<String> texts) {
    List<Vector> vectors = new ArrayList<>();
    for (int[] ids : tokens.encode(texts)) {
      int[] terms =
          Arrays.stream(ids).distinct().filter(id -> queryWeights[id] > 0).sorted().toArray();
      float[] weights = new float[terms.length];
      for (int i = 0; i < terms.length; i++) {
        weights[i] = queryWeights[terms[i]];
      }
      vectors.add(new Vector(terms, weights));
    }
    return vectors;
  }

  /**
   * Encodes documents to impacts.
   *
   * @throws IllegalArgumentException if a text is longer than the model's window; windows are the
   *     plugin's concern
   */
  List<Vector> encodeDocuments(List<String> texts) throws OrtException {
    List<Vector> vectors = new ArrayList<>(texts.size());
    for (int from = 0; from < texts.size(); from += BATCH) {
      List<int[]> ids = tokens.encode(texts.subList(from, Math.min(texts.size(), from + BATCH)));
      for (float[] weights : run(ids)) {
        vectors.add(quantise(weights));
      }
    }
    return vectors;
  }

  private float[][] run(List<int[]> documents) throws OrtException {
    int longest = documents.stream().mapToInt(document -> document.length).max().orElse(0);
    if (longest > maxLength) {
      throw new IllegalArgumentException(
          "text of " + longest + " tokens: the model's max_length is " + maxLength);
    }
    long[][] ids = new long[documents.size()][Math.max(1, longest)];
    long[][] mask = new long[documents.size()][Math.max(1, longest)];
    for (int d = 0; d < ids.length; d++) {
      for (int i = 0; i < documents.get(d).length; i++) {
        ids[d][i] = documents.get(d)[i];
        mask[d][i] = 1;
      }
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OnnxTensor idTensor = OnnxTensor.createTensor(environment, ids);
        OnnxTensor maskTensor = OnnxTensor.createTensor(environment, mask);
        OrtSession.Result result =
            session.run(Map.of("input_ids", idTensor, "attention_mask", maskTensor))) {
      return (float[][]) result.get("weights").orElseThrow().getValue();
    }
  }

  private static Vector quantise(float[] weights) {
    int[] terms = new int[weights.length];
    float[] impacts = new float[weights.length];
    int size = 0;
    for (int term = 0; term < weights.length; term++) {
      if (weights[term] > DocumentModel.MAX_WEIGHT) {
        throw new IllegalStateException("weight " + weights[term] + " above the field's highest");
      }
      int impact = Math.round(weights[term] / STEP);
      if (impact > 0) {
        terms[size] = term;
        impacts[size++] = impact;
      }
    }
    return new Vector(Arrays.copyOf(terms, size), Arrays.copyOf(impacts, size));
  }

  @Override
  public void close() throws OrtException {
    session.close();
    tokens.close();
  }
}
