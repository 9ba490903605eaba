package org.learnedsparse.bench.search.data;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * The vocabulary by popularity: which term is the most frequent one, the second, and so on, and
 * groups of terms to draw from.
 */
final class TermPool {
  /** Terms that no group reaches, but a document's own. */
  private static final int RAREST = 1000;

  private final int[] byPopularity;

  /** Terms that models add to many texts, whatever these are about. */
  private final Group expansion;

  private final Group common;
  private final Group broad;
  private final Group rare;

  TermPool(int vocabulary, RandomSource random) {
    byPopularity = shuffled(vocabulary, random);
    expansion = new Group(30, new RankDistribution(700, 60, 0.85));
    common = new Group(600, new RankDistribution(9000, 500, 1.05));
    broad = new Group(0, new RankDistribution(vocabulary - RAREST, 400, 0.7));
    rare = new Group(0, new RankDistribution(vocabulary - RAREST, 1500, 0.8));
  }

  /** Consecutive ranks of popularity. */
  private record Group(int first, RankDistribution ranks) {}

  private static int[] shuffled(int size, RandomSource random) {
    int[] terms = new int[size];
    for (int i = 0; i < size; i++) {
      terms[i] = i;
    }
    for (int i = size - 1; i > 0; i--) {
      int j = random.below(i + 1);
      int swapped = terms[i];
      terms[i] = terms[j];
      terms[j] = swapped;
    }
    return terms;
  }

  /** The most popular terms. */
  int[] mostPopular(int count) {
    int[] terms = new int[count];
    System.arraycopy(byPopularity, 0, terms, 0, count);
    return terms;
  }

  int expansion(RandomSource random) {
    return draw(expansion, random);
  }

  int common(RandomSource random) {
    return draw(common, random);
  }

  int broad(RandomSource random) {
    return draw(broad, random);
  }

  int rare(RandomSource random) {
    return draw(rare, random);
  }

  private int draw(Group group, RandomSource random) {
    return byPopularity[group.first() + group.ranks().draw(random)];
  }

  /** Draws until there are {@code count} different terms. */
  static int[] distinct(int count, IntSupplier draw) {
    Set<Integer> terms = new LinkedHashSet<>();
    while (terms.size() < count) {
      terms.add(draw.getAsInt());
    }
    return terms.stream().mapToInt(Integer::intValue).toArray();
  }
}
