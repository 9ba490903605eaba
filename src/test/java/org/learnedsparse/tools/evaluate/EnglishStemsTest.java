package org.learnedsparse.tools.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.junit.jupiter.api.Test;

class EnglishStemsTest {
  private static final int TEXTS = 2000;
  private static final String SPACES =
      " \t\n\u00a0\u1680\u180e\u2007\u200b\u202f\u2060\u3000\ufeff";

  @Test
  void wordsLoseEndingsAndStopWordsAreLeftOut() {
    assertEquals(
        List.of("plant", "plant", "sugar"), EnglishStems.of("The plant's planting of SUGARS"));
    assertEquals(List.of(), EnglishStems.of("of the"));
    assertEquals(List.of(), EnglishStems.of(""));
  }

  /** What a node makes of joined stems: its {@code whitespace} analyzer is Lucene's. */
  @Test
  void stemsJoinedBySpacesComeApartUnchanged() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    try (Analyzer whitespace = new WhitespaceAnalyzer()) {
      for (int i = 0; i < TEXTS; i++) {
        List<String> stems = EnglishStems.of(text(random));
        assertEquals(
            stems, tokens(whitespace, String.join(" ", stems)), "seed " + seed + ", text " + i);
      }
    }
  }

  /** Words, odd characters and odd spaces, and now and then a word longer than a token may be. */
  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    int parts = random.nextInt(20);
    for (int i = 0; i < parts; i++) {
      int length = random.nextInt(10) == 0 ? 600 : random.nextInt(12);
      int kind = random.nextInt(4);
      for (int j = 0; j < length; j++) {
        switch (kind) {
          case 0, 1 -> text.append((char) ('a' + random.nextInt(26)));
          case 2 -> text.append(Character.toString(random.nextInt(Character.MAX_CODE_POINT + 1)));
          default -> text.append(Character.toString(0x10400 + random.nextInt(0x50)));
        }
      }
      text.append(SPACES.charAt(random.nextInt(SPACES.length())));
    }
    return text.toString();
  }

  private static List<String> tokens(Analyzer analyzer, String text) throws IOException {
    List<String> terms = new ArrayList<>();
    try (TokenStream tokens = analyzer.tokenStream("", text)) {
      CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
      tokens.reset();
      while (tokens.incrementToken()) {
        terms.add(term.toString());
      }
      tokens.end();
    }
    return terms;
  }
}
