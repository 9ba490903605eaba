package org.learnedsparse.tools.demo;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.learnedsparse.tools.node.Repository;

/**
 * The command line.
 *
 * @param keep whether the node is left running
 * @param corpus a collection in BEIR format
 */
record Options(boolean keep, Path corpus) {

  static final String USAGE =
      """
      usage: ./demo [--keep] [--corpus DIR]

      Starts Elasticsearch with the plugin, indexes a small corpus through an ingest pipeline, and
      shows for every query what BM25 and learned sparse retrieval find, and why.

        --keep        leaves the node running, and prints commands to play with it
        --corpus DIR  another collection in BEIR format (corpus.jsonl, queries.jsonl, qrels.tsv)
      """;

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException naming the argument that is wrong
   */
  static Options parse(String... arguments) {
    boolean keep = false;
    Path corpus = Repository.root().resolve("src/demo/corpus");
    Iterator<String> rest = List.of(arguments).iterator();
    while (rest.hasNext()) {
      String argument = rest.next();
      switch (argument) {
        case "--keep" -> keep = true;
        case "--corpus" -> {
          if (!rest.hasNext()) {
            throw new IllegalArgumentException("[--corpus] lacks its directory");
          }
          corpus = Path.of(rest.next());
        }
        default -> throw new IllegalArgumentException("[" + argument + "] is unknown");
      }
    }
    return new Options(keep, corpus);
  }
}
