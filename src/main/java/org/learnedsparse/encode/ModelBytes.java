package org.learnedsparse.encode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.learnedsparse.encode.folder.ExternalData;
import org.learnedsparse.encode.folder.GraphWeights;
import org.learnedsparse.encode.folder.ModelException;
import org.learnedsparse.encode.folder.ModelFiles;
import org.learnedsparse.encode.folder.ModelSettings;
import org.learnedsparse.encode.folder.Route;

/**
 * What a model takes outside the heap, in bytes: an estimate from above. ONNX Runtime reads a file
 * whole, takes the weights out of it, and brings them into the form that each node computes with,
 * before it lets go of the others. What runs of the graph need beside that depends on the texts,
 * and is not in it.
 *
 * @param loading while it is loaded, at the most
 * @param loaded from then on
 */
public record ModelBytes(long loading, long loaded) {
  /** A session's own, whatever its graph. */
  private static final long SESSION = 2 << 20;

  /** A tokenizer's tables, for each byte of its file. */
  private static final int TOKENIZER = 16;

  /** What a tokenizer remembers of texts. */
  private static final long TOKENIZER_CACHE = 4 << 20;

  /**
   * Estimates from a model's files, without loading them.
   *
   * @throws ModelException if the folder holds no model
   * @throws IOException if a file cannot be read
   */
  public static ModelBytes of(Path folder) throws IOException {
    ModelSettings settings = ModelSettings.read(folder);
    Set<String> graphs = new TreeSet<>();
    Set<String> tokenizers = new TreeSet<>();
    for (Route route : routes(settings)) {
      tokenizers.add(route.tokenizer());
      Route.Graph graph = route instanceof Route.Table table ? table.dense() : (Route.Graph) route;
      if (graph != null) {
        tokenizers.add(graph.tokenizer());
        graphs.add(graph.file());
      }
    }
    if (settings.feedback() != null) {
      graphs.add(settings.feedback().file());
    }
    long loaded = 0;
    for (String tokenizer : tokenizers) {
      loaded += ModelFiles.textBytes(folder, tokenizer) * TOKENIZER + TOKENIZER_CACHE;
    }
    // The file as it was read, and its weights; freed memory is not always fit to be used again.
    long extra = 0;
    for (String graph : graphs) {
      Path file = ModelFiles.file(folder, graph);
      GraphWeights weights = ExternalData.check(folder, file);
      // Blocks are rounded up where weights are brought into another form.
      long kept = weights.keptBytes() + weights.keptBytes() / 16 + SESSION;
      long structure = Math.max(0, Files.size(file) - weights.bytes());
      loaded += kept + 2 * structure;
      extra = Math.max(extra, 5 * weights.bytes() / 2 + 2 * weights.halfBytes() + structure);
    }
    return new ModelBytes(loaded + extra, loaded);
  }

  private static List<Route> routes(ModelSettings settings) {
    return settings.texts() == null
        ? List.of()
        : List.of(settings.texts().document(), settings.texts().query());
  }
}
