package org.learnedsparse.models;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.tartarus.snowball.ext.EnglishStemmer;

/** Words as the tokenizer sees them before it splits them into pieces. */
final class Words {
  /** Words of questions and grammar that say nothing about a text's subject. */
  private static final Set<String> FUNCTION_WORDS =
      Set.of(
          ("about after again all also am any anyone because been before being between both can"
                  + " cannot could did do does doing done during each either else ever every for"
                  + " from further get gets got had has have having he her here hers him his how i"
                  + " into its just may me might mine more most much must my no nor of off often"
                  + " once only other our ours out over own per quite rather she should since so"
                  + " some than their theirs them then there these they those though through thus"
                  + " too under until up upon us very via was we were what when where whether which"
                  + " while who whom whose why will with within without would you your yours")
              .split(" "));

  private static final Set<String> INFLECTIONS =
      Set.of("", "e", "s", "es", "d", "ed", "ing", "y", "ies", "ied");

  private Words() {}

  /** True for a word that neither a document nor a query is given weight for. */
  static boolean isFunctionWord(String word) {
    return FUNCTION_WORDS.contains(word) || EnglishAnalyzer.getDefaultStopSet().contains(word);
  }

  /** True if every character is a letter or a digit. */
  static boolean isWord(String token) {
    return !token.isEmpty() && token.codePoints().allMatch(Character::isLetterOrDigit);
  }

  /** The English (Snowball) stem. */
  static String stem(String word) {
    EnglishStemmer stemmer = new EnglishStemmer();
    stemmer.setCurrent(word);
    stemmer.stem();
    return stemmer.getCurrent();
  }

  /** True if two words of one stem differ in regular endings only, such as try and tries. */
  static boolean isInflection(String a, String b) {
    int same = 0;
    while (same < Math.min(a.length(), b.length()) && a.charAt(same) == b.charAt(same)) {
      same++;
    }
    return isEnding(a, same) && isEnding(b, same);
  }

  private static boolean isEnding(String word, int from) {
    String rest = word.substring(from);
    // The doubled consonant of running belongs to the ending.
    boolean doubled = rest.length() > 1 && from > 0 && rest.charAt(0) == word.charAt(from - 1);
    return INFLECTIONS.contains(doubled ? rest.substring(1) : rest);
  }

  /**
   * Lowercases, strips accents, and calls back with each run of letters and digits and each single
   * other character, as BERT's normaliser and pre-tokenizer do.
   */
  static void forEach(String text, Consumer<String> consumer) {
    String plain = Normalizer.normalize(text.toLowerCase(Locale.ROOT), Normalizer.Form.NFD);
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < plain.length(); ) {
      int c = plain.codePointAt(i);
      i += Character.charCount(c);
      if (Character.getType(c) == Character.NON_SPACING_MARK) {
        continue;
      }
      boolean joins = Character.isLetterOrDigit(c) && !Character.isIdeographic(c);
      if (!joins && !word.isEmpty()) {
        consumer.accept(word.toString());
        word.setLength(0);
      }
      if (joins) {
        word.appendCodePoint(c);
      } else if (!Character.isWhitespace(c) && !Character.isISOControl(c)) {
        consumer.accept(Character.toString(c));
      }
    }
    if (!word.isEmpty()) {
      consumer.accept(word.toString());
    }
  }
}
