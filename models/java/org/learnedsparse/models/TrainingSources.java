package org.learnedsparse.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What contrastive training sees: the pairs of each file, and the taught texts. */
final class TrainingSources {
  private static final int PASSAGE_TOKENS = 128;
  private static final int NEGATIVES = 8;
  private static final int TAUGHT_REPEATS = 3;
  private static final int TAUGHT_TERMS = 6;
  private static final double TAUGHT_WEAKEST = 0.2;

  private final Corpus corpus;
  private final Encoded encoded;
  private final float[] weights;

  /**
   * @param weights the query table, to find hard negatives by
   */
  TrainingSources(Corpus corpus, Encoded encoded, float[] weights) {
    this.corpus = corpus;
    this.encoded = encoded;
    this.weights = weights;
  }

  /** The files in the order of their names, then the taught texts. */
  List<ContrastiveTraining.Source> all() {
    Map<String, List<Integer>> bySource = new TreeMap<>();
    for (int i = 0; i < corpus.pairs().size(); i++) {
      bySource.computeIfAbsent(corpus.pairs().get(i).source(), s -> new ArrayList<>()).add(i);
    }
    List<ContrastiveTraining.Source> sources = new ArrayList<>();
    for (List<Integer> pairs : bySource.values()) {
      sources.add(
          source(
              pairs.stream().map(encoded.queries()::get).toList(),
              pairs.stream().map(encoded.passages()::get).toList(),
              pairs.stream().map(i -> Corpus.key(corpus.pairs().get(i).query())).toList()));
    }
    sources.addAll(Collections.nCopies(TAUGHT_REPEATS, taught()));
    return sources;
  }

  /** A taught text is the passage; the terms that its teachers add ask for it. */
  private ContrastiveTraining.Source taught() {
    List<int[]> queries = new ArrayList<>();
    List<int[]> passages = new ArrayList<>();
    List<String> groups = new ArrayList<>();
    for (int i = 0; i < corpus.taught().size(); i++) {
      Set<Integer> literal = new HashSet<>();
      Arrays.stream(encoded.taught().get(i)).forEach(literal::add);
      int[] added =
          encoded.taughtWeights(corpus.taught().get(i)).entrySet().stream()
              .filter(entry -> entry.getValue() >= TAUGHT_WEAKEST)
              .filter(entry -> !literal.contains(entry.getKey()))
              .sorted(
                  Map.Entry.<Integer, Double>comparingByValue(Comparator.reverseOrder())
                      .thenComparing(Map.Entry.comparingByKey()))
              .limit(TAUGHT_TERMS)
              .mapToInt(Map.Entry::getKey)
              .toArray();
      if (added.length > 0) {
        queries.add(added);
        passages.add(encoded.taught().get(i));
        groups.add(Corpus.key(corpus.taught().get(i).text()));
      }
    }
    return source(queries, passages, groups);
  }

  private ContrastiveTraining.Source source(
      List<int[]> queries, List<int[]> passages, List<String> groups) {
    List<int[]> cut =
        passages.stream()
            .map(ids -> ids.length > PASSAGE_TOKENS ? Arrays.copyOf(ids, PASSAGE_TOKENS) : ids)
            .toList();
    return new ContrastiveTraining.Source(
        queries, cut, HardNegatives.find(queries, cut, groups, weights, NEGATIVES));
  }
}
