package org.learnedsparse.tools.demo;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.learnedsparse.tools.beir.Measures;
import org.learnedsparse.tools.beir.Significance;

/** What all queries together say. */
final class Verdict {
  private static final int SHOWN = 100;
  private static final int TEXT = SideBySide.WIDTH - 24;

  private Verdict() {}

  /** The queries that only learned terms can answer, then the measure of both rankers. */
  static String of(List<Outcome> outcomes) {
    return "═".repeat(SideBySide.WIDTH) + "\n" + withoutSharedWords(outcomes) + measures(outcomes);
  }

  private static String withoutSharedWords(List<Outcome> outcomes) {
    List<Outcome> hard = outcomes.stream().filter(Outcome::sharesNoWord).toList();
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%,d of %,d queries share no word with their best document%n"
                + "(stop words do not count, \"plant\" and \"plants\" are the same word).%n",
            hard.size(),
            outcomes.size()));
    if (!hard.isEmpty()) {
      String head = "The best document's rank among the first " + Measures.NDCG_DEPTH;
      text.append(row(head, "BM25", "learned_sparse"));
    }
    for (Outcome outcome : hard.subList(0, Math.min(SHOWN, hard.size()))) {
      text.append(
          row(
              Columns.oneLine(outcome.query().text()) + " → " + outcome.titleOfBest(),
              outcome.rankOfBest(outcome.bm25()),
              outcome.rankOfBest(outcome.learned())));
    }
    if (hard.size() > SHOWN) {
      text.append(String.format(Locale.ROOT, "  … and %,d more%n", hard.size() - SHOWN));
    }
    return text.toString();
  }

  private static String row(String what, String bm25, String learned) {
    return String.format(Locale.ROOT, "  %s %5s  %14s%n", Columns.fit(what, TEXT), bm25, learned);
  }

  private static String measures(List<Outcome> outcomes) {
    double[] bm25 = outcomes.stream().mapToDouble(Outcome::bm25Ndcg).toArray();
    double[] learned = outcomes.stream().mapToDouble(Outcome::learnedNdcg).toArray();
    double[] differences = new double[bm25.length];
    Arrays.setAll(differences, i -> learned[i] - bm25[i]);
    return String.format(
        Locale.ROOT,
        "%nnDCG@10 over %,d queries%n  BM25            %.4f%n"
            + "  learned_sparse  %.4f  (%+.4f, p = %.4f by a paired randomisation test)%n",
        outcomes.size(),
        mean(bm25),
        mean(learned),
        mean(differences),
        Significance.pValue(differences));
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }
}
