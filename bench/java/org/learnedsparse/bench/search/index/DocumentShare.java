package org.learnedsparse.bench.search.index;

import java.util.SplittableRandom;

/**
 * A random part of a collection, the same ever again.
 *
 * @param fraction how likely a document belongs to it, 0 to 1
 * @param seed parts of different seeds are independent of each other
 */
public record DocumentShare(double fraction, long seed) {
  /** No document. */
  public static final DocumentShare NONE = new DocumentShare(0, 0);

  /** Whether it has this document, named by its number in the collection. */
  public boolean has(int id) {
    return fraction > 0 && new SplittableRandom(seed << Integer.SIZE | id).nextDouble() < fraction;
  }

  /** Whether it is without documents. */
  public boolean isNone() {
    return fraction == 0;
  }
}
