package org.learnedsparse.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where expansions come from before training: teachers, pairs, and spelling. */
final class ExpansionSources {
  // Strengths and smoothing chosen by the mean over the development collections.
  private static final double TEACHER_GAIN = 0.4;
  private static final double TEACHER_SMOOTHING = 2;
  private static final double PAIR_GAIN = 0.4;
  private static final double PAIR_SMOOTHING = 4;
  private static final double SAME_STEM = 0.6;
  private static final double SAME_SPELLING = 0.4;
  private static final int TOKENS = 64;
  private static final int WIDTH = 40;
  private static final double WEAKEST = 0.02;

  private final Corpus corpus;
  private final Encoded encoded;
  private final int vocabulary;

  ExpansionSources(Corpus corpus, Encoded encoded) {
    this.corpus = corpus;
    this.encoded = encoded;
    this.vocabulary = encoded.names().size();
  }

  /** All sources together: teachers' and pairs' strengths add up, spelling sets a minimum. */
  Expansions estimate() {
    Expansions expansions = new Expansions(vocabulary);
    expansions.addTranslations(
        TranslationModel.train(taught(), vocabulary), TEACHER_GAIN, TEACHER_SMOOTHING);
    expansions.addTranslations(
        TranslationModel.train(pairs(), vocabulary), PAIR_GAIN, PAIR_SMOOTHING);
    raiseSameStem(expansions);
    raiseSameSpelling(expansions);
    expansions.prune(WIDTH, WEAKEST);
    return expansions;
  }

  /** A taught text's tokens against its teachers' terms. */
  private List<TranslationModel.Example> taught() {
    List<TranslationModel.Example> examples = new ArrayList<>();
    for (int i = 0; i < corpus.taught().size(); i++) {
      Map<Integer, Double> weights = new TreeMap<>();
      corpus
          .taught()
          .get(i)
          .weights()
          .forEach(
              (term, weight) -> {
                Integer id = encoded.teacherTerms().get(term);
                if (id != null) {
                  weights.merge(id, weight, Math::max);
                }
              });
      int[] targets = weights.keySet().stream().mapToInt(id -> id).toArray();
      float[] strengths = new float[targets.length];
      for (int t = 0; t < targets.length; t++) {
        strengths[t] = weights.get(targets[t]).floatValue();
      }
      examples.add(
          new TranslationModel.Example(
              encoded.content(encoded.taught().get(i), TOKENS), targets, strengths));
    }
    return examples;
  }

  /** A passage's tokens against its query's. */
  private List<TranslationModel.Example> pairs() {
    List<TranslationModel.Example> examples = new ArrayList<>();
    for (int i = 0; i < encoded.queries().size(); i++) {
      int[] targets = encoded.content(encoded.queries().get(i), TOKENS);
      float[] ones = new float[targets.length];
      Arrays.fill(ones, 1);
      examples.add(
          new TranslationModel.Example(
              encoded.content(encoded.passages().get(i), TOKENS), targets, ones));
    }
    return examples;
  }

  /** Words of one stem, such as run and running. */
  private void raiseSameStem(Expansions expansions) {
    Map<String, List<Integer>> byStem = new TreeMap<>();
    for (int id = 0; id < vocabulary; id++) {
      String token = encoded.names().get(id);
      if (!encoded.weightless()[id] && Words.isWord(token) && token.length() > 2) {
        byStem.computeIfAbsent(Words.stem(token), stem -> new ArrayList<>()).add(id);
      }
    }
    for (List<Integer> family : byStem.values()) {
      for (int a : family) {
        for (int b : family) {
          if (a != b) {
            expansions.raise(a, b, SAME_STEM);
          }
        }
      }
    }
  }

  /** A fragment and the word that it spells, as {@code ##stream} in slipstream and stream. */
  private void raiseSameSpelling(Expansions expansions) {
    Map<String, Integer> words = new HashMap<>();
    for (int id = 0; id < vocabulary; id++) {
      words.put(encoded.names().get(id), id);
    }
    for (int id = 0; id < vocabulary; id++) {
      String token = encoded.names().get(id);
      if (!Vocabulary.isFragment(token) || Vocabulary.plain(token).length() < 4) {
        continue;
      }
      Integer word = words.get(Vocabulary.plain(token));
      if (word != null && !encoded.weightless()[word]) {
        expansions.raise(id, word, SAME_SPELLING);
        expansions.raise(word, id, SAME_SPELLING);
      }
    }
  }
}
