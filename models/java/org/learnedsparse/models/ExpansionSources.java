package org.learnedsparse.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Where expansions come from before training: teachers, pairs, definitions, synonyms, stems. */
final class ExpansionSources {
  private static final String WORDNET = "oewn_wordnet";
  private static final int TOKENS = 64;

  /**
   * How much each source says.
   *
   * @param teacher strength for a term that teachers give the weight of the token itself
   * @param pairs strength for a word that stands in queries as often as the token itself
   * @param definitions strength for a word that stands in definitions as often as the token itself
   * @param smoothing occurrences below which a token's translations are doubted
   * @param synonyms strength for the only synonym of a word with one sense
   * @param inflected strength between inflections of one word
   * @param derived strength between other words of one stem
   * @param width most expansions of a token
   * @param weakest strength below which an expansion is dropped
   */
  record Settings(
      double teacher,
      double pairs,
      double definitions,
      double smoothing,
      double synonyms,
      double inflected,
      double derived,
      int width,
      double weakest) {}

  private final Corpus corpus;
  private final Encoded encoded;
  private final int vocabulary;

  private final Settings settings;
  private final Map<String, Integer> ids = new HashMap<>();

  ExpansionSources(Corpus corpus, Encoded encoded, Settings settings) {
    this.settings = settings;
    this.corpus = corpus;
    this.encoded = encoded;
    this.vocabulary = encoded.names().size();
    for (int id = 0; id < vocabulary; id++) {
      ids.put(encoded.names().get(id), id);
    }
  }

  /** All sources together: translations add up, synonyms and stems set a minimum. */
  Expansions estimate() {
    Expansions expansions = new Expansions(vocabulary);
    expansions.addTranslations(
        TranslationModel.train(taught(), vocabulary), settings.teacher(), settings.smoothing());
    expansions.addTranslations(
        TranslationModel.train(pairs(), vocabulary), settings.pairs(), settings.smoothing());
    expansions.addTranslations(
        TranslationModel.train(definitions(), vocabulary),
        settings.definitions(),
        settings.smoothing());
    raiseSynonyms(expansions);
    raiseSameStem(expansions);
    expansions.prune(settings.width(), settings.weakest());
    return expansions;
  }

  /** A taught text's tokens against its teachers' terms. */
  private List<TranslationModel.Example> taught() {
    List<TranslationModel.Example> examples = new ArrayList<>();
    for (int i = 0; i < corpus.taught().size(); i++) {
      Map<Integer, Double> weights = encoded.taughtWeights(corpus.taught().get(i));
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
      examples.add(example(encoded.passages().get(i), encoded.queries().get(i)));
    }
    return examples;
  }

  /** The tokens of a word in WordNet against those of its definition. */
  private List<TranslationModel.Example> definitions() {
    List<TranslationModel.Example> examples = new ArrayList<>();
    for (int i = 0; i < encoded.queries().size(); i++) {
      if (corpus.pairs().get(i).source().equals(WORDNET)) {
        examples.add(example(encoded.queries().get(i), encoded.passages().get(i)));
      }
    }
    return examples;
  }

  private TranslationModel.Example example(int[] source, int[] target) {
    int[] targets = encoded.words(target);
    float[] ones = new float[targets.length];
    Arrays.fill(ones, 1);
    return new TranslationModel.Example(encoded.content(source, TOKENS), targets, ones);
  }

  /** The lemmas of one WordNet sense: the more senses and lemmas, the less each says. */
  private void raiseSynonyms(Expansions expansions) {
    List<int[]> senses = new ArrayList<>();
    Map<Integer, Integer> sensesByToken = new HashMap<>();
    for (Corpus.Pair pair : corpus.pairs()) {
      if (pair.source().equals(WORDNET)) {
        int[] lemmas =
            Arrays.stream(pair.query().toLowerCase(Locale.ROOT).split(", ", -1))
                .filter(ids::containsKey)
                .mapToInt(ids::get)
                .filter(id -> !encoded.weightless()[id])
                .distinct()
                .toArray();
        senses.add(lemmas);
        for (int lemma : lemmas) {
          sensesByToken.merge(lemma, 1, Integer::sum);
        }
      }
    }
    for (int[] lemmas : senses) {
      for (int a : lemmas) {
        for (int b : lemmas) {
          if (a != b) {
            double share = Math.sqrt(sensesByToken.get(a) * (lemmas.length - 1.0));
            expansions.raise(a, b, settings.synonyms() / share);
          }
        }
      }
    }
  }

  /** Words of one stem: inflections such as run and running, and others such as computation. */
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
            boolean inflected = Words.isInflection(encoded.names().get(a), encoded.names().get(b));
            expansions.raise(a, b, inflected ? settings.inflected() : settings.derived());
          }
        }
      }
    }
  }
}
