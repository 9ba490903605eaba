package org.learnedsparse.tools.evaluate;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The command line.
 *
 * @param directories collections, at least one
 * @param url a node to use instead of starting one
 * @param model for documents and queries
 * @param json where the rows go as well
 * @param systems names of the systems to measure
 * @param clients how many requests may be under way at once
 * @param fusion whether the systems are ways to search one index with dense vectors
 */
record Options(
    List<Path> directories,
    Optional<URI> url,
    String model,
    Optional<Path> json,
    List<String> systems,
    int clients,
    boolean fusion) {

  static final List<String> SYSTEMS =
      List.of("bm25_standard", "bm25_english", "learned_sparse", "learned_sparse_bm25");

  static final String USAGE =
      """
      usage: ./evaluate DIR... [--fusion] [--url URL] [--model ID] [--json FILE]
                        [--systems NAME,...] [--clients N]

      Measures retrieval systems on collections in BEIR format (corpus.jsonl, queries.jsonl,
      qrels.tsv): nDCG@10, MRR@10, Recall@100, documents a second, bytes a document.

        --fusion       measures ways to search one index that holds stems, weights and dense
                       vectors: those that src/tools/fusion.json names
        --url URL      a running node with the plugin, such as http://127.0.0.1:9200 or
                       https://user:password@host:9200; default: a node of its own is started
        --model ID     the learned sparse model; default: default
        --json FILE    also writes the rows to FILE, as a JSON array
        --systems ...  some of the following, or of the file's; default: all of them
                       %s
        --clients N    concurrent requests; default: 8
      """
          .formatted(String.join(",", SYSTEMS));

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException naming the argument that is wrong
   */
  static Options parse(String... arguments) {
    List<Path> directories = new ArrayList<>();
    Optional<URI> url = Optional.empty();
    String model = "default";
    Optional<Path> json = Optional.empty();
    Optional<String> systems = Optional.empty();
    int clients = 8;
    boolean fusion = false;
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      if (!argument.startsWith("--")) {
        directories.add(Path.of(argument));
        continue;
      }
      if (argument.equals("--fusion")) {
        fusion = true;
        continue;
      }
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException("[" + argument + "] is unknown or lacks its value");
      }
      String value = arguments[++i];
      switch (argument) {
        case "--url" -> url = Optional.of(URI.create(value));
        case "--model" -> model = value;
        case "--json" -> json = Optional.of(Path.of(value));
        case "--systems" -> systems = Optional.of(value);
        case "--clients" -> clients = clients(value);
        default -> throw new IllegalArgumentException("[" + argument + "] is unknown");
      }
    }
    if (directories.isEmpty()) {
      throw new IllegalArgumentException("a collection's directory is missing");
    }
    List<String> known = fusion ? List.copyOf(FusionSystems.read().keySet()) : SYSTEMS;
    return new Options(
        List.copyOf(directories),
        url,
        model,
        json,
        systems.map(names -> systems(names, known)).orElse(known),
        clients,
        fusion);
  }

  private static List<String> systems(String value, List<String> known) {
    List<String> systems = List.of(value.split(","));
    for (String system : systems) {
      if (!known.contains(system)) {
        throw new IllegalArgumentException(
            "system [" + system + "] is unknown: expected some of " + known);
      }
    }
    return systems;
  }

  private static int clients(String value) {
    try {
      int clients = Integer.parseInt(value);
      if (clients > 0) {
        return clients;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException("[--clients " + value + "] must be a positive number");
  }
}
