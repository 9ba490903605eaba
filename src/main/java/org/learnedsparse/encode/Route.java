package org.learnedsparse.encode;

/** How one side of a model, documents or queries, turns tokens into weights. */
public sealed interface Route {
  /**
   * An ONNX graph.
   *
   * @param file the graph, relative to the model's folder
   * @param output the name of the output that is read; null for the graph's first
   * @param pooling how the output is pooled; null: by the output's shape
   * @param activation applied once per vocabulary entry; null: the pooling's usual one
   * @param specialTokens whether special tokens such as [CLS] keep a weight; null: the pooling's
   *     usual
   */
  record Graph(
      String file, String output, Pooling pooling, Activation activation, Boolean specialTokens)
      implements Route {}

  /**
   * A static table: no inference.
   *
   * @param file a JSON object of weights by token, relative to the model's folder
   * @param indexIdf how far the weights are adapted to the index that is searched, from 0, not at
   *     all, to 1
   */
  record Table(String file, double indexIdf) implements Route {}
}
