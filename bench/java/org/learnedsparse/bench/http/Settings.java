package org.learnedsparse.bench.http;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.learnedsparse.bench.CommandLine;
import org.learnedsparse.bench.search.data.QuerySampler;

/**
 * What is measured, and how.
 *
 * @param documents their number
 * @param seed of documents and queries
 * @param kinds the kinds of queries
 * @param queryCount how many of each kind
 * @param indices the first is of {@code sparse_vector}, the others are of {@code learned_sparse}
 * @param segments what indices are force-merged to; 0 leaves them as they are
 * @param clients that index, and that search where throughput is measured
 * @param bulk documents in a bulk request
 * @param heap the node's, as the JVM writes it
 * @param warmUp rounds that are not counted
 * @param rounds rounds that are
 * @param kept where the collection and the node's data stay for another run
 */
record Settings(
    int documents,
    int seed,
    List<QuerySampler.Kind> kinds,
    int queryCount,
    List<TestedIndex> indices,
    int segments,
    int clients,
    int bulk,
    String heap,
    int warmUp,
    int rounds,
    Optional<Path> kept,
    Optional<Path> json) {
  static final String USAGE =
      """
      usage: bench/http [OPTION...]

      Starts a node with the plugin, indexes made-up SPLADE-like documents into a sparse_vector and
      into learned_sparse fields over HTTP, turn by turn, and searches the same queries in all of
      them, turn by turn. Prints documents a second, bytes, latencies, queries a second. Ends with
      status 1 if the fields disagree on more than nearly equal documents.

        --docs N             documents; default 100000
        --seed N             of the documents and queries; default 1
        --queries KINDS      splade (45 weighted terms), inference_free (5), or both, between commas;
                             default splade
        --query-count N      queries of each kind; default 100
        --reorder LIST       off, on, or both: learned_sparse indices whose merges keep or renumber
                             the documents; default off,on
        --reorder-min-docs N the least documents that a merge renumbers; default: the plugin's own
        --segments N         force-merges to at most N segments; 0 leaves them; default 1
        --clients N          concurrent clients that index, and search for throughput; default 4
        --bulk N             documents in a bulk request; default 500
        --heap SIZE          the node's heap; default 2g
        --warmup N           rounds that are not counted; default 5
        --rounds N           rounds that are; default 10
        --keep DIR           keeps collection and indices, and uses those it finds there
        --json FILE          writes the figures to FILE, and a table beside it (.md)

      Lists may also be given by repeating the option.
      """;

  /**
   * Reads the options.
   *
   * @throws IllegalArgumentException naming an option whose value is of no use
   */
  static Settings parse(String... arguments) {
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("docs", "100000");
    defaults.put("seed", "1");
    defaults.put("queries", "splade");
    defaults.put("query-count", "100");
    defaults.put("reorder", "off,on");
    defaults.put("reorder-min-docs", "");
    defaults.put("segments", "1");
    defaults.put("clients", "4");
    defaults.put("bulk", "500");
    defaults.put("heap", "2g");
    defaults.put("warmup", "5");
    defaults.put("rounds", "10");
    defaults.put("keep", "");
    defaults.put("json", "");
    CommandLine options = CommandLine.parse(USAGE, defaults, arguments);
    return new Settings(
        options.number("docs", 1),
        options.number("seed", 0),
        options.list("queries").stream().map(QuerySampler.Kind::of).distinct().toList(),
        options.number("query-count", 1),
        TestedIndex.all(
            options.list("reorder").stream().map(Settings::isOn).distinct().toList(),
            options.numberIfGiven("reorder-min-docs", 2)),
        options.number("segments", 0),
        options.number("clients", 1),
        options.number("bulk", 1),
        options.memory("heap"),
        options.number("warmup", 0),
        options.number("rounds", 1),
        options.path("keep"),
        options.path("json"));
  }

  private static boolean isOn(String text) {
    if (text.equals("on") || text.equals("off")) {
      return text.equals("on");
    }
    throw new IllegalArgumentException("[--reorder " + text + "] must be on or off");
  }
}
