package org.learnedsparse.bench.fusion;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.learnedsparse.bench.CommandLine;
import org.learnedsparse.bench.search.data.QuerySampler;

/**
 * What is measured, and how.
 *
 * @param documents their number
 * @param dimensions of the dense vectors
 * @param clusters that the dense vectors lie in
 * @param seed of documents, queries and turns
 * @param kind of the sparse queries
 * @param ks how many documents each side finds, one row each
 * @param numCandidates what the dense side looks at in each segment; empty for 1.5 times k
 * @param segments what the index is force-merged to; 0 leaves it as it is
 * @param heap the node's, as the JVM writes it
 * @param warmUp rounds that are not counted
 * @param rounds rounds that are
 * @param ofSum what share of the two searches' times the fused one may take, in percent
 */
record Settings(
    int documents,
    int dimensions,
    int clusters,
    int seed,
    QuerySampler.Kind kind,
    int queryCount,
    List<Integer> ks,
    OptionalInt numCandidates,
    int segments,
    String heap,
    int warmUp,
    int rounds,
    OptionalInt ofSum,
    Optional<Path> json) {
  static final String USAGE =
      """
      usage: bench/fusion [OPTION...]

      Starts a node with the plugin, indexes made-up documents with SPLADE-like weights and a dense
      vector, and searches each query in three ways, in random order: learned_sparse with k,
      Elasticsearch's knn, and learned_sparse with a knn block, which does both. Prints the times,
      and what share of the other two's sum the third one takes.

        --docs N             documents; default 100000
        --dims N             of the dense vectors; default 128
        --clusters N         that the dense vectors lie in; default 1000
        --seed N             of documents, queries and turns; default 1
        --queries KIND       splade (45 weighted terms) or inference_free (5); default splade
        --query-count N      queries; default 200
        --k LIST             how many documents each side finds; default 10,100
        --num-candidates N   of the dense side, at least k; default 1.5 times k
        --segments N         force-merges to at most N segments; 0 leaves them; default 1
        --heap SIZE          the node's heap; default 2g
        --warmup N           rounds that are not counted; default 3
        --rounds N           rounds that are; default 5
        --of-sum PERCENT     ends with status 1 if the fused search takes more of the sum
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
    defaults.put("dims", "128");
    defaults.put("clusters", "1000");
    defaults.put("seed", "1");
    defaults.put("queries", "splade");
    defaults.put("query-count", "200");
    defaults.put("k", "10,100");
    defaults.put("num-candidates", "");
    defaults.put("segments", "1");
    defaults.put("heap", "2g");
    defaults.put("warmup", "3");
    defaults.put("rounds", "5");
    defaults.put("of-sum", "");
    defaults.put("json", "");
    CommandLine options = CommandLine.parse(USAGE, defaults, arguments);
    List<Integer> ks = options.numbers("k", 1);
    int largest = ks.stream().mapToInt(k -> k).max().orElseThrow();
    return new Settings(
        options.number("docs", 1),
        options.number("dims", 1),
        options.number("clusters", 1),
        options.number("seed", 0),
        QuerySampler.Kind.of(options.text("queries")),
        options.number("query-count", 1),
        ks,
        options.numberIfGiven("num-candidates", largest),
        options.number("segments", 0),
        options.memory("heap"),
        options.number("warmup", 0),
        options.number("rounds", 1),
        options.numberIfGiven("of-sum", 1),
        options.path("json"));
  }

  /** What the dense side looks at in each segment. */
  int candidates(int k) {
    return numCandidates.orElse((int) Math.round(1.5 * k));
  }
}
