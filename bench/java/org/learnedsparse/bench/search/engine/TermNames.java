package org.learnedsparse.bench.search.engine;

import org.learnedsparse.bench.search.data.TopicModel;

/** The terms as an index has them: their numbers in decimal. */
final class TermNames {
  private static final String[] NAMES = new String[TopicModel.VOCABULARY];

  static {
    for (int term = 0; term < NAMES.length; term++) {
      NAMES[term] = String.valueOf(term);
    }
  }

  private TermNames() {}

  static String of(int term) {
    return NAMES[term];
  }
}
