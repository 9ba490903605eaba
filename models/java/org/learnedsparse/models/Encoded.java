package org.learnedsparse.models;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.learnedsparse.tools.onnx.WordPieceTokenizer;

/**
 * The corpus as token ids.
 *
 * @param names the token of each id
 * @param weightless by id, true for tokens that carry no weight: special tokens, punctuation,
 *     function words, endings
 * @param queries of the pairs
 * @param passages of the pairs
 * @param taught the taught texts
 * @param teacherTerms the id of each term of a teacher that is one token here, its ending apart
 */
@SuppressWarnings("ArrayRecordComponent") // A table of numbers, never compared.
record Encoded(
    List<String> names,
    boolean[] weightless,
    List<int[]> queries,
    List<int[]> passages,
    List<int[]> taught,
    Map<String, Integer> teacherTerms) {

  static Encoded of(Corpus corpus, Tokens tokens) {
    boolean[] weightless = new boolean[tokens.names().size()];
    for (int id = 0; id < weightless.length; id++) {
      weightless[id] =
          id < WordPieceTokenizer.SPECIAL.size() || isWeightless(tokens.names().get(id));
    }
    return new Encoded(
        tokens.names(),
        weightless,
        tokens.encode(corpus.pairs().stream().map(Corpus.Pair::query).toList()),
        tokens.encode(corpus.pairs().stream().map(Corpus.Pair::passage).toList()),
        tokens.encode(corpus.taught().stream().map(Corpus.Taught::text).toList()),
        teacherTerms(corpus, tokens, weightless));
  }

  /** The first distinct tokens of a text that carry weight. */
  int[] content(int[] text, int most) {
    return Arrays.stream(text).filter(t -> !weightless[t]).distinct().limit(most).toArray();
  }

  /** The distinct tokens of a text that are whole words, but for an ending, and carry weight. */
  int[] words(int[] text) {
    return IntStream.range(0, text.length)
        .filter(
            i ->
                !Vocabulary.isFragment(names.get(text[i]))
                    && (i + 1 == text.length
                        || !Vocabulary.isFragment(names.get(text[i + 1]))
                        || weightless[text[i + 1]]))
        .map(i -> text[i])
        .filter(t -> !weightless[t])
        .distinct()
        .toArray();
  }

  /** What the teachers give a text, by token, as far as their terms are tokens here. */
  Map<Integer, Double> taughtWeights(Corpus.Taught text) {
    Map<Integer, Double> weights = new TreeMap<>();
    text.weights()
        .forEach(
            (term, weight) -> {
              Integer id = teacherTerms.get(term);
              if (id != null) {
                weights.merge(id, weight, Math::max);
              }
            });
    return weights;
  }

  private static boolean isWeightless(String token) {
    return Vocabulary.isFragment(token)
        ? Vocabulary.ENDINGS.contains(Vocabulary.plain(token))
        : !Words.isWord(token) || Words.isFunctionWord(token);
  }

  private static Map<String, Integer> teacherTerms(
      Corpus corpus, Tokens tokens, boolean[] weightless) {
    List<String> terms =
        corpus.taught().stream()
            .flatMap(taught -> taught.weights().keySet().stream())
            .filter(Words::isWord)
            .distinct()
            .sorted()
            .toList();
    List<int[]> ids = tokens.encode(terms);
    Map<String, Integer> known = new HashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      int[] content = Arrays.stream(ids.get(i)).filter(t -> !weightless[t]).toArray();
      if (content.length == 1 && ids.get(i).length <= 2) {
        known.put(terms.get(i), content[0]);
      }
    }
    return known;
  }
}
