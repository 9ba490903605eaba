package org.learnedsparse.bench.encode;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.learnedsparse.bench.TextGenerator;

/** Texts made of a model's own words; a seed gives the same ones on every machine. */
final class Texts {
  // Lengths in words; a text has two special tokens more. Half of the texts are shorter than the
  // median, a twentieth is more than three times as long.
  private static final int MEDIAN_LENGTH = 80;
  private static final double LENGTH_SPREAD = 0.7;
  private static final int SHORTEST = 6;
  private static final int LONGEST = 397;

  private static final int QUERY_LENGTH = 5;

  private Texts() {}

  /** Texts of mixed lengths, log-normal. */
  static List<String> passages(ModelFolder model, int count, long seed) throws IOException {
    TextGenerator generator = new TextGenerator(model.words(), model.suffixes(), seed);
    List<String> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      texts.add(generator.text(MEDIAN_LENGTH, LENGTH_SPREAD, SHORTEST, LONGEST));
    }
    return texts;
  }

  /** Short texts of one length. */
  static List<String> queries(ModelFolder model, int count, long seed) throws IOException {
    TextGenerator generator = new TextGenerator(model.words(), model.suffixes(), seed);
    List<String> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      texts.add(generator.text(QUERY_LENGTH));
    }
    return texts;
  }
}
