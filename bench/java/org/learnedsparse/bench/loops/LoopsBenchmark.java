package org.learnedsparse.bench.loops;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.learnedsparse.bench.CommandLine;
import org.learnedsparse.bench.ResultFile;
import org.learnedsparse.postings.ImpactLoops;
import org.learnedsparse.postings.Superblock;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs {@link Loops} by JMH, in JVMs of their own with this one's options. */
public final class LoopsBenchmark {
  private static final String USAGE =
      """
      usage: bench/loops [OPTION...]

      Times the loops that a search spends its time in, by JMH: in plain Java, and as searches
      run them on this JVM, in vector instructions where it has them.

        --iterations N       short iterations that count, in each JVM; default 100
        --forks N            JVMs for each loop and implementation; default 2
        --json FILE          writes the figures to FILE, and a table beside it (.md)
      """;

  private static final TimeValue ITERATION = TimeValue.milliseconds(20);
  private static final int WARM_UPS = 100;

  private LoopsBenchmark() {}

  /** Measures, and prints and writes the outcome. */
  public static void main(String... arguments) throws IOException, RunnerException {
    CommandLine options =
        CommandLine.parse(USAGE, Map.of("iterations", "100", "forks", "2", "json", ""), arguments);
    int iterations = CommandLine.orExit(() -> options.number("iterations", 1));
    int forks = CommandLine.orExit(() -> options.number("forks", 1));
    ResultFile result = new ResultFile("bench/loops");
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(Loops.class.getName() + "\\.")
                    .forks(forks)
                    .warmupIterations(WARM_UPS)
                    .warmupTime(ITERATION)
                    .measurementIterations(iterations)
                    .measurementTime(ITERATION)
                    .shouldFailOnError(true)
                    .build())
            .run();
    List<Row> rows = results.stream().map(Row::of).toList();
    rows.forEach(row -> row.writeTo(result.root().withArray("rows").addObject()));
    String table = table(result.heading(), rows);
    System.out.print("\n" + table);
    Optional<Path> json = options.path("json");
    if (json.isPresent()) {
      result.write(json.get(), table);
    }
  }

  private static String table(String heading, List<Row> rows) {
    StringBuilder table =
        new StringBuilder(
            """
            The loops of a search, by themselves
            (%s)

            Nanoseconds a call: for %d pairs, for %d maxima, for %d sums. The fastest of the iterations leaves out what
            other work on the machine took away.

            | loop | implementation | fastest | median |
            |---|---|---:|---:|
            """
                .formatted(heading, Loops.PAIRS, Superblock.BLOCKS, Long.SIZE));
    for (Row row : rows) {
      table.append(
          String.format(
              Locale.ROOT,
              "| `%s` | %s | %.1f | %.1f |%n",
              row.loop,
              row.implementation,
              row.fastest,
              row.median));
    }
    return table.toString();
  }

  /** Nanoseconds a call of one loop in one implementation. */
  private record Row(String loop, String implementation, double fastest, double median) {
    static Row of(RunResult result) {
      String benchmark = result.getParams().getBenchmark();
      boolean plain = result.getParams().getParam("implementation").equals(Loops.PLAIN);
      return new Row(
          benchmark.substring(benchmark.lastIndexOf('.') + 1),
          (plain ? ImpactLoops.PLAIN : ImpactLoops.BEST).toString(),
          result.getPrimaryResult().getStatistics().getMin(),
          result.getPrimaryResult().getStatistics().getPercentile(50));
    }

    void writeTo(ObjectNode json) {
      json.put("loop", loop);
      json.put("implementation", implementation);
      json.put("fastest_ns", fastest);
      json.put("median_ns", median);
    }
  }
}
