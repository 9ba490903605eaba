package org.learnedsparse.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the dense side learns from: the pairs of each file, crops of the same passages, and the
 * taught texts.
 */
final class DenseSources {
  private static final int PASSAGE_TOKENS = 128;

  /** Passages from this length on, in tokens, are cropped. */
  private static final int CROPPED = 60;

  private static final int CROPS = 2;
  private static final int SHORTEST_CROP = 6;
  private static final int LONGEST_CROP = 17;
  private static final int AROUND_CROP = 64;
  private static final int TAUGHT_REPEATS = 3;

  private final Corpus corpus;
  private final Encoded encoded;
  private final DocumentModel.Shape shape;
  private final Random random;

  /**
   * @param shape tells how much a token's place counts
   * @param seed of the places of crops
   */
  DenseSources(Corpus corpus, Encoded encoded, DocumentModel.Shape shape, long seed) {
    this.corpus = corpus;
    this.encoded = encoded;
    this.shape = shape;
    this.random = new Random(seed);
  }

  /** The files in the order of their names, each followed by its crops, then the taught texts. */
  List<DenseTraining.Source> all() {
    Map<String, List<Integer>> bySource = new TreeMap<>();
    for (int i = 0; i < corpus.pairs().size(); i++) {
      bySource.computeIfAbsent(corpus.pairs().get(i).source(), s -> new ArrayList<>()).add(i);
    }
    List<DenseTraining.Source> sources = new ArrayList<>();
    for (List<Integer> pairs : bySource.values()) {
      sources.add(pairs(pairs));
      sources.add(crops(pairs));
    }
    sources.addAll(Collections.nCopies(TAUGHT_REPEATS, taught()));
    return sources;
  }

  private DenseTraining.Source pairs(List<Integer> pairs) {
    Map<String, Integer> keys = new HashMap<>();
    DenseTraining.Source source = new DenseTraining.Source();
    for (int pair : pairs) {
      int[] passage = encoded.passages().get(pair);
      source.add(
          text(encoded.queries().get(pair)),
          text(Arrays.copyOf(passage, Math.min(passage.length, PASSAGE_TOKENS))),
          keys.computeIfAbsent(Corpus.key(corpus.pairs().get(pair).query()), key -> keys.size()));
    }
    return source;
  }

  /** A few words in a row ask for what stands around them. */
  private DenseTraining.Source crops(List<Integer> pairs) {
    DenseTraining.Source source = new DenseTraining.Source();
    for (int pair : pairs) {
      int[] passage = encoded.passages().get(pair);
      for (int crop = 0; passage.length >= CROPPED && crop < CROPS; crop++) {
        int length = random.nextInt(SHORTEST_CROP, LONGEST_CROP + 1);
        int from = random.nextInt(passage.length - length);
        int[] before = Arrays.copyOfRange(passage, Math.max(0, from - AROUND_CROP), from);
        int end = Math.min(passage.length, from + length + AROUND_CROP);
        int[] around = Arrays.copyOf(before, before.length + end - from - length);
        System.arraycopy(
            passage, from + length, around, before.length, around.length - before.length);
        source.add(text(Arrays.copyOfRange(passage, from, from + length)), text(around), pair);
      }
    }
    return source;
  }

  /** The terms that its teachers add, weighed as they do, ask for a taught text. */
  private DenseTraining.Source taught() {
    DenseTraining.Source source = new DenseTraining.Source();
    for (int i = 0; i < corpus.taught().size(); i++) {
      int[] text = encoded.taught().get(i);
      Set<Integer> literal = new HashSet<>();
      Arrays.stream(text).forEach(literal::add);
      List<Map.Entry<Integer, Double>> added =
          encoded.taughtWeights(corpus.taught().get(i)).entrySet().stream()
              .filter(entry -> !literal.contains(entry.getKey()))
              .toList();
      if (added.isEmpty()) {
        continue;
      }
      int[] terms = added.stream().mapToInt(Map.Entry::getKey).toArray();
      float[] weights = new float[terms.length];
      for (int t = 0; t < weights.length; t++) {
        weights[t] = added.get(t).getValue().floatValue();
      }
      source.add(new DenseModel.Text(terms, weights), text(text), i);
    }
    return source;
  }

  private DenseModel.Text text(int[] tokens) {
    return DenseModel.Text.of(tokens, shape);
  }
}
