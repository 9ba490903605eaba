package org.learnedsparse.tools.evaluate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/** English analysis, as a full distribution's {@code english} analyzer does it. */
public final class EnglishStems {

  /** Lives as long as the program; safe for use by several threads. */
  static final Analyzer ANALYZER = new EnglishAnalyzer();

  private EnglishStems() {}

  /**
   * The stems of a text's words in their order, stop words left out; none when there is nothing
   * else. A stem holds no white space, so that stems joined by spaces can be told apart again.
   */
  public static List<String> of(String text) {
    List<String> stems = new ArrayList<>();
    try (TokenStream tokens = ANALYZER.tokenStream("", text)) {
      CharTermAttribute stem = tokens.addAttribute(CharTermAttribute.class);
      tokens.reset();
      while (tokens.incrementToken()) {
        stems.add(stem.toString());
      }
      tokens.end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return stems;
  }
}
