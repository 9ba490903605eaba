package org.learnedsparse.models;

import java.util.ArrayList;
import java.util.List;

/** The weight of each token in a query: its inverse document frequency in the training texts. */
final class QueryTable {
  /** The share of a fragment that continues a word: a word in four pieces is not four words. */
  private static final float FRAGMENT_SHARE = 0.5f;

  private QueryTable() {}

  /**
   * The table before training; 0 for tokens that carry no weight.
   *
   * <p>A document has a term to the degree that its tokens bring it along, so words that many
   * others stand for are as common as they are found.
   */
  static float[] estimate(DocumentModel model, Encoded encoded) {
    int vocabulary = encoded.names().size();
    List<int[]> documents = new ArrayList<>(encoded.passages());
    documents.addAll(encoded.taught());
    double[] frequency = new double[vocabulary];
    float[] degree = new float[vocabulary];
    for (int[] document : documents) {
      for (int token : document) {
        for (int i = 0; i < model.targets()[token].length; i++) {
          int term = model.targets()[token][i];
          float next = Math.min(1, degree[term] + model.strengths()[token][i]);
          frequency[term] += next - degree[term];
          degree[term] = next;
        }
      }
      for (int token : document) {
        for (int term : model.targets()[token]) {
          degree[term] = 0;
        }
      }
    }
    float[] weights = new float[vocabulary];
    for (int term = 0; term < vocabulary; term++) {
      if (!encoded.weightless()[term]) {
        double n = documents.size();
        double f = Math.max(1, frequency[term]);
        weights[term] = (float) Math.log(1 + (n - f + 0.5) / (f + 0.5));
        if (Vocabulary.isFragment(encoded.names().get(term))) {
          weights[term] *= FRAGMENT_SHARE;
        }
      }
    }
    return weights;
  }
}
