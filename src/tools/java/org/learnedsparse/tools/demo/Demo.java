package org.learnedsparse.tools.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.learnedsparse.tools.beir.BeirCollection;
import org.learnedsparse.tools.beir.BeirDocument;
import org.learnedsparse.tools.beir.BeirQuery;
import org.learnedsparse.tools.beir.Measures;
import org.learnedsparse.tools.evaluate.Elasticsearch;
import org.learnedsparse.tools.evaluate.Program;
import org.learnedsparse.tools.node.RealNode;

/** The program behind {@code ./demo}. */
public final class Demo {
  private static final int SHOWN_QUERIES = 100;
  private static final int SHOWN_WEIGHTS = 24;
  private static final int PROGRESS_STEPS = 10;

  private final BeirCollection collection;
  private final SharedWords sharedWords;
  private final DemoIndex index;

  private Demo(BeirCollection collection, Elasticsearch node) throws IOException {
    this.collection = collection;
    this.sharedWords = new SharedWords(collection);
    this.index = new DemoIndex(node);
  }

  /** Ends with 0 when all was shown, 1 when something failed, 2 for wrong arguments. */
  public static void main(String[] arguments) {
    Program.run("demo", Options.USAGE, arguments, Options::parse, Demo::run);
  }

  private static void run(Options options) throws IOException {
    BeirCollection collection = BeirCollection.open(options.corpus());
    say("Starting Elasticsearch with the plugin …");
    RealNode node = RealNode.builder("demo").start();
    boolean keep = false;
    try {
      say("  ready at " + node.url());
      new Demo(collection, new Elasticsearch(node.url())).run();
      keep = options.keep();
    } catch (IOException | RuntimeException e) {
      throw new IllegalStateException(
          Program.describe(e) + "\nThe node's log is " + node.logFile(), e);
    } finally {
      if (!keep) {
        node.close();
      }
    }
    if (keep) {
      node.leaveRunning();
      say(Commands.of(node, collection.queries().get(0).text()));
    } else {
      say("Elasticsearch has stopped. With --keep it stays, for queries of your own.");
    }
  }

  private void run() throws IOException {
    say("Creating the pipeline and the index [" + DemoIndex.NAME + "] …");
    index.create();
    fill();
    showWeights();
    System.out.print("\n" + Verdict.of(showQueries()) + "\n");
  }

  private void fill() throws IOException {
    long total;
    try (Stream<BeirDocument> documents = collection.documents()) {
      total = documents.mapToLong(document -> 1).sum();
    }
    say(String.format(Locale.ROOT, "Encoding and indexing %,d documents …", total));
    AtomicLong steps = new AtomicLong();
    long start = System.nanoTime();
    index.fill(
        collection,
        done -> {
          long step = done * PROGRESS_STEPS / total;
          if (steps.getAndUpdate(before -> Math.max(before, step)) < step) {
            say(String.format(Locale.ROOT, "  %,7d", done));
          }
        });
    say(String.format(Locale.ROOT, "  done in %.1f s", (System.nanoTime() - start) / 1e9));
  }

  /** What became of one document: that of the first query which needs it. */
  private void showWeights() {
    BeirQuery query =
        collection.queries().stream()
            .filter(sharedWords::none)
            .findFirst()
            .orElse(collection.queries().get(0));
    for (BeirDocument document : sharedWords.best(query).stream().limit(1).toList()) {
      say("\nWhat the pipeline makes of document [" + document.id() + "]");
      Columns.wrap(document.body(), SideBySide.WIDTH - 2).forEach(line -> say("  " + line));
      List<Result.Part> weights = index.weights(document.id());
      String shown =
          weights.stream()
              .limit(SHOWN_WEIGHTS)
              .map(SideBySide::describe)
              .collect(Collectors.joining(" · "));
      say("is " + weights.size() + " terms with weights, the largest of which are");
      Columns.wrap(shown, SideBySide.WIDTH - 2).forEach(line -> say("  " + line));
    }
  }

  private List<Outcome> showQueries() {
    say("\nThe first results of both for every query, with each shared term's part of the score.");
    say("✓ marks what is judged relevant.");
    List<Outcome> outcomes = new ArrayList<>();
    for (BeirQuery query : collection.queries()) {
      Outcome outcome = outcome(query);
      outcomes.add(outcome);
      if (outcomes.size() <= SHOWN_QUERIES) {
        System.out.print("\n" + SideBySide.of(outcome));
      } else if (outcomes.size() == SHOWN_QUERIES + 1) {
        int more = collection.queries().size() - SHOWN_QUERIES;
        say(String.format(Locale.ROOT, "%n… and %,d more queries, measured but not shown …", more));
      }
    }
    return outcomes;
  }

  private Outcome outcome(BeirQuery query) {
    return new Outcome(
        query,
        collection.judgments().of(query.id()),
        sharedWords.best(query),
        sharedWords.none(query),
        index.bm25(query.text(), Measures.NDCG_DEPTH),
        index.learnedSparse(query.text(), Measures.NDCG_DEPTH));
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
