package org.learnedsparse.encode;

import org.learnedsparse.encode.folder.Route;
import org.learnedsparse.encode.graph.OnnxGraph;
import org.learnedsparse.encode.text.TextTokenizer;
import org.learnedsparse.encode.text.TokenTable;
import org.learnedsparse.encode.text.Vocabulary;
import org.learnedsparse.encode.text.WindowCutter;

/**
 * The parts of one side of a model.
 *
 * @param table null where there is a graph
 * @param graph null where there is a table
 * @param dense the graph beside a table, for those who ask for a dense vector; null for none
 */
record LoadedRoute(
    Route route,
    TextTokenizer tokenizer,
    Vocabulary vocabulary,
    WindowCutter cutter,
    TokenTable table,
    OnnxGraph graph,
    LoadedRoute dense) {

  /** Where its graph is: itself, or what stands beside its table; null if there is no graph. */
  LoadedRoute inferred() {
    return table == null ? this : dense;
  }

  /** How many tokens, padding included, fit into a batch with this many bytes of output. */
  long batchTokens(long batchBytes) {
    return graph.outputBytesPerToken() == 0
        ? Long.MAX_VALUE
        : batchBytes / graph.outputBytesPerToken();
  }

  /** How many windows may run at once, of those that the node allows. */
  int batchSize(int allowed) {
    return Math.min(allowed, graph.batchLimit());
  }

  boolean isSparse() {
    return graph == null || graph.isSparse();
  }

  boolean isDense() {
    return dense != null || (graph != null && graph.isDense());
  }

  boolean isScore() {
    return graph != null && graph.isScore();
  }
}
