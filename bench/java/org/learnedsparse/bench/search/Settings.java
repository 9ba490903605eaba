package org.learnedsparse.bench.search;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.learnedsparse.bench.CommandLine;
import org.learnedsparse.bench.search.data.QuerySampler;
import org.learnedsparse.bench.search.engine.Engine;
import org.learnedsparse.bench.search.engine.Engines;
import org.learnedsparse.bench.search.engine.Mode;
import org.learnedsparse.bench.search.index.DocumentShare;
import org.learnedsparse.bench.search.index.IndexPlan;

/**
 * What is measured, and how.
 *
 * @param documents their number
 * @param seed of documents and queries
 * @param kinds the kinds of queries
 * @param queryCount how many of each kind
 * @param ks how many best documents are asked for
 * @param reordered whether documents are indexed in an order that brings like ones together
 * @param modes exact first, then the approximations
 * @param warmUp rounds that are not counted
 * @param rounds rounds that are
 * @param kept where the collection and the indices stay for another run; otherwise they are
 *     temporary
 * @param work where temporary files go
 */
record Settings(
    int documents,
    int seed,
    List<QuerySampler.Kind> kinds,
    int queryCount,
    List<Integer> ks,
    boolean reordered,
    List<Engine> engines,
    List<Mode> modes,
    IndexPlan plan,
    int warmUp,
    int rounds,
    Optional<Path> kept,
    Optional<Path> work,
    Optional<Path> json) {
  static final String USAGE =
      """
      usage: bench/search [OPTION...]

      Indexes made-up SPLADE-like documents in several engines, searches the same queries in all of
      them, turn by turn on one thread, and prints times, recall, sizes and memory. Ends with
      status 1 if an exact search of learned_sparse misses a document.

        --docs N             documents; default 100000
        --seed N             of the documents and queries; default 1
        --queries KINDS      splade (45 weighted terms), inference_free (5), or both, between commas;
                             default splade
        --query-count N      queries of each kind; default 100
        --k LIST             how many best documents are asked for; default 10,100,1000
        --order ORDER        random, or reordered: like documents together, by recursive graph
                             bisection; default random
        --segments N         flushes N segments and merges none; default 1: one, by merging
        --delete-share X     this share of the documents is deleted after the merge; default 0
        --filter-share X     all searches have a filter that lets this share pass; default 0: none
        --engines LIST       of feature_field (what sparse_vector does, in Lucene's own postings
                             format), feature_field_es812 (in Elasticsearch's), learned_sparse,
                             learned_sparse_plain (the same in Elasticsearch's postings format);
                             default feature_field,learned_sparse
        --approximate MODE   also searches so where the engine can, such as
                             threshold_factor=0.9,query_mass=0.95; give it again for more modes
        --warmup N           rounds that are not counted; default 8
        --rounds N           rounds, of which the fastest counts for each query; default 5
        --keep DIR           keeps collection, order and indices, and uses those it finds there
        --work DIR           for temporary files; default: the system's folder
        --json FILE          writes the figures to FILE, and a table beside it (.md)

      Lists may also be given by repeating the option.
      """;

  private static final String RANDOM = "random";
  private static final String REORDERED = "reordered";

  static Settings parse(String... arguments) {
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("docs", "100000");
    defaults.put("seed", "1");
    defaults.put("queries", "splade");
    defaults.put("query-count", "100");
    defaults.put("k", "10,100,1000");
    defaults.put("order", RANDOM);
    defaults.put("segments", "1");
    defaults.put("delete-share", "0");
    defaults.put("filter-share", "0");
    defaults.put("engines", "feature_field,learned_sparse");
    defaults.put("approximate", "");
    defaults.put("warmup", "8");
    defaults.put("rounds", "5");
    defaults.put("keep", "");
    defaults.put("work", "");
    defaults.put("json", "");
    CommandLine options = CommandLine.parse(USAGE, defaults, arguments);
    List<Engine> engines =
        new LinkedHashSet<>(options.list("engines")).stream().map(Engines::of).toList();
    return new Settings(
        options.number("docs", 1),
        options.number("seed", 0),
        options.list("queries").stream().map(QuerySampler.Kind::of).distinct().toList(),
        options.number("query-count", 1),
        options.numbers("k", 1).stream().distinct().toList(),
        isReordered(options.text("order")),
        engines,
        modes(options.texts("approximate"), engines),
        new IndexPlan(
            options.number("segments", 1),
            new DocumentShare(options.share("delete-share"), 1),
            new DocumentShare(options.share("filter-share"), 2)),
        options.number("warmup", 0),
        options.number("rounds", 1),
        options.path("keep"),
        options.path("work"),
        options.path("json"));
  }

  private static boolean isReordered(String order) {
    if (order.equals(RANDOM) || order.equals(REORDERED)) {
      return order.equals(REORDERED);
    }
    throw new IllegalArgumentException("[--order " + order + "] must be random or reordered");
  }

  /** The order's name in options and results. */
  String order() {
    return reordered ? REORDERED : RANDOM;
  }

  private static List<Mode> modes(List<String> approximations, List<Engine> engines) {
    List<Mode> modes = new ArrayList<>();
    modes.add(Mode.EXACT);
    for (String approximation : approximations) {
      Mode mode = Mode.parse(approximation);
      if (engines.stream().noneMatch(engine -> knows(engine, mode))) {
        throw new IllegalArgumentException(
            "[--approximate " + approximation + "] has a parameter that none of the engines knows");
      }
      modes.add(mode);
    }
    return modes;
  }

  /** Whether an engine can search in a mode. */
  static boolean knows(Engine engine, Mode mode) {
    return engine.approximations().containsAll(mode.parameters().keySet());
  }
}
