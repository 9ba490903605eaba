package org.learnedsparse.models;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A WordPiece vocabulary whose entries are readable: whole words as far as they go, their regular
 * endings as pieces of their own ({@code plants} is {@code plant ##s}), and fragments for the rest.
 */
final class Vocabulary {
  /** Endings that are split off where the stem stays a word: they carry no weight. */
  static final Set<String> ENDINGS = Set.of("s", "es", "ed", "ing", "ly");

  private static final String CONTINUATION = "##";
  private static final int MERGES_PER_ROUND = 250;

  private final LinkedHashSet<String> tokens = new LinkedHashSet<>();

  private Vocabulary() {}

  /**
   * Learns the entries of a vocabulary, in the order of their ids after the special tokens.
   *
   * @param counts occurrences by word
   * @param words whole words wanted
   * @param fragments word fragments wanted
   * @param rarest the fewest occurrences of a character that gets entries of its own
   */
  static List<String> train(Map<String, Long> counts, int words, int fragments, long rarest) {
    Vocabulary vocabulary = new Vocabulary();
    vocabulary.addCharacters(counts, rarest);
    for (String ending : ENDINGS.stream().sorted().toList()) {
      vocabulary.tokens.add(CONTINUATION + ending);
    }
    List<String> byCount =
        counts.entrySet().stream()
            .filter(entry -> Words.isWord(entry.getKey()) && entry.getKey().length() > 1)
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .map(Map.Entry::getKey)
            .toList();
    vocabulary.addWords(byCount, counts, words);
    vocabulary.addFragments(byCount, counts, fragments);
    return List.copyOf(vocabulary.tokens);
  }

  /** True for a piece that continues a word. */
  static boolean isFragment(String token) {
    return token.startsWith(CONTINUATION) && token.length() > CONTINUATION.length();
  }

  /** What a token spells. */
  static String plain(String token) {
    return isFragment(token) ? token.substring(CONTINUATION.length()) : token;
  }

  private void addCharacters(Map<String, Long> counts, long rarest) {
    Map<String, Long> characters = new TreeMap<>();
    counts.forEach(
        (word, count) ->
            word.codePoints()
                .forEach(c -> characters.merge(Character.toString(c), count, Long::sum)));
    // Every letter of the alphabets that a mostly English text quotes, seen or not.
    for (int c = '!'; c < 0x0530; c++) {
      List<String> plain = new ArrayList<>();
      Words.forEach(Character.toString(c), plain::add);
      if (c < 0x7f || Character.isLetter(c)) {
        plain.forEach(part -> part.codePoints().forEach(p -> always(characters, p, rarest)));
      }
    }
    characters.values().removeIf(count -> count < rarest);
    tokens.addAll(characters.keySet());
    for (String character : characters.keySet()) {
      if (Words.isWord(character)) {
        tokens.add(CONTINUATION + character);
      }
    }
  }

  private static void always(Map<String, Long> characters, int c, long count) {
    characters.merge(Character.toString(c), count, Long::sum);
  }

  /** Adds the most frequent words, less those that split into another one and an ending. */
  private void addWords(List<String> byCount, Map<String, Long> counts, int words) {
    List<String> inflected = new ArrayList<>();
    int added = 0;
    for (String word : byCount) {
      if (added == words) {
        break;
      }
      if (base(word, counts) != null) {
        inflected.add(word);
      } else if (tokens.add(word)) {
        added++;
      }
    }
    // A longer word may hide the base from the longest match: then the inflected form is an entry.
    for (boolean changed = true; changed; ) {
      changed = false;
      for (String word : inflected) {
        String base = base(word, counts);
        if (tokens.contains(word)) {
          continue;
        }
        changed |= tokens.add(base);
        if (!split(word).equals(List.of(base, CONTINUATION + word.substring(base.length())))) {
          changed |= tokens.add(word);
        }
      }
    }
  }

  /** The word that this one is a regular inflection of, or null. */
  private static String base(String word, Map<String, Long> counts) {
    for (String ending : List.of("ing", "ed", "ly", "es", "s")) {
      int length = word.length() - ending.length();
      if (length < 3 || !word.endsWith(ending)) {
        continue;
      }
      String base = word.substring(0, length);
      // A base much rarer than its inflection is a chance likeness or hardly a word.
      if (counts.getOrDefault(base, 0L) * 20 >= counts.get(word)
          && !Words.isFunctionWord(base)
          && Words.stem(word).equals(Words.stem(base))) {
        return base;
      }
    }
    return null;
  }

  /** Adds, round by round, the neighbours that most often meet in words split so far. */
  private void addFragments(List<String> byCount, Map<String, Long> counts, int fragments) {
    for (int left = fragments; left > 0; left -= MERGES_PER_ROUND) {
      Map<String, Long> merges = new HashMap<>();
      for (String word : byCount) {
        List<String> pieces = split(word);
        for (int i = 1; i < pieces.size(); i++) {
          String next = pieces.get(i).substring(CONTINUATION.length());
          boolean last = i == pieces.size() - 1;
          if (!(last && ENDINGS.contains(next))) {
            merges.merge(pieces.get(i - 1) + next, counts.get(word), Long::sum);
          }
        }
      }
      merges.entrySet().stream()
          .sorted(
              Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                  .thenComparing(Map.Entry.comparingByKey()))
          .limit(Math.min(left, MERGES_PER_ROUND))
          .forEach(entry -> tokens.add(entry.getKey()));
    }
  }

  /** The longest-match split that WordPiece makes; a character without an entry ends it. */
  private List<String> split(String word) {
    List<String> pieces = new ArrayList<>();
    for (int start = 0; start < word.length(); ) {
      int end = Math.min(word.length(), start + 24);
      String prefix = start == 0 ? "" : CONTINUATION;
      while (end > start && !tokens.contains(prefix + word.substring(start, end))) {
        end--;
      }
      if (end == start) {
        return pieces;
      }
      pieces.add(prefix + word.substring(start, end));
      start = end;
    }
    return pieces;
  }
}
