package org.learnedsparse.bench;

import java.util.List;
import java.util.Random;

/**
 * Makes texts of random words whose frequencies follow Zipf's law: the word at rank r is drawn with
 * a probability near 1 / r. The same seed gives the same texts.
 */
public final class TextGenerator {
  /** How many of a hundred words get a suffix, and are two tokens to a WordPiece tokenizer. */
  private static final int SUFFIXED_PERCENT = 10;

  private static final int SENTENCE = 15;

  private final List<String> words;
  private final List<String> suffixes;
  private final Random random;

  /**
   * @param words the most frequent first, at least one
   * @param suffixes put after some of the words; may be empty
   */
  public TextGenerator(List<String> words, List<String> suffixes, long seed) {
    this.words = List.copyOf(words);
    this.suffixes = List.copyOf(suffixes);
    this.random = new Random(seed);
  }

  /** A text of this many words; suffixes and full stops count as words. */
  public String text(int length) {
    StringBuilder text = new StringBuilder(length * 8);
    int inSentence = 0;
    for (int made = 0; made < length; made++) {
      if (made > 0 && inSentence == 0) {
        text.append('.');
        made++;
      }
      text.append(made > 0 ? " " : "");
      text.append(zipf(words));
      if (suffixes.isEmpty() == false
          && made + 1 < length
          && random.nextInt(100) < SUFFIXED_PERCENT) {
        text.append(zipf(suffixes));
        made++;
      }
      inSentence = (inSentence + 1) % SENTENCE;
    }
    return text.toString();
  }

  /**
   * A text of random length, as passages have: log-normal around a median, within bounds.
   *
   * @param median in words; half of the texts are longer
   * @param spread the standard deviation of the length's logarithm
   */
  public String text(int median, double spread, int shortest, int longest) {
    double length = median * Math.exp(spread * random.nextGaussian());
    return text((int) Math.round(Math.min(longest, Math.max(shortest, length))));
  }

  /** A text of a length between 90% and 110% of this many words. */
  public String textAround(int length) {
    return text((int) Math.round(length * (0.9 + 0.2 * random.nextDouble())));
  }

  private String zipf(List<String> ranked) {
    int rank = (int) Math.exp(random.nextDouble() * Math.log(ranked.size() + 1.0));
    return ranked.get(Math.min(ranked.size(), Math.max(1, rank)) - 1);
  }
}
