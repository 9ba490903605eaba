package org.learnedsparse.bench.encode;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** A WordPiece vocabulary of pronounceable words that mean nothing. */
final class MadeUpWords {
  private static final List<String> CONSONANTS = List.of("bcdfghjklmnprstvwz".split(""));
  private static final List<String> VOWELS = List.of("aeiou".split(""));

  /** Of all pieces, those that continue a word, in percent; near BERT's share. */
  private static final int CONTINUATIONS_PERCENT = 20;

  private MadeUpWords() {}

  /**
   * Makes distinct pieces in random order.
   *
   * @return whole words, and continuations that begin with {@code ##}
   */
  static List<String> pieces(int size) {
    List<String> syllables = new ArrayList<>();
    for (String consonant : CONSONANTS) {
      for (String vowel : VOWELS) {
        syllables.add(consonant + vowel);
      }
    }
    int continuations = size * CONTINUATIONS_PERCENT / 100;
    List<String> pieces = new ArrayList<>(size);
    for (int i = 0; pieces.size() < continuations; i++) {
      pieces.add("##" + word(syllables, i));
    }
    for (int i = 0; pieces.size() < size; i++) {
      pieces.add(word(syllables, i));
    }
    Collections.shuffle(pieces, new Random(1));
    return pieces;
  }

  /** The i-th sequence of syllables, short ones first. */
  private static String word(List<String> syllables, int i) {
    StringBuilder word = new StringBuilder();
    for (int rest = i; rest >= 0; rest = rest / syllables.size() - 1) {
      word.append(syllables.get(rest % syllables.size()));
    }
    return word.toString();
  }
}
