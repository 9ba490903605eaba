package org.learnedsparse.bench.search.data;

/**
 * The terms that a part of the topic model lends to its documents, the most salient first but for
 * noise. A salience has no unit; around 0 a term is unlikely to be kept, at 3 it mostly is.
 */
final class SalientTerms {
  private final int[] terms;
  private final float[] saliences;

  /** Salience falls with the logarithm of the rank, and varies normally around that. */
  SalientTerms(int[] terms, double first, double decay, double spread, RandomSource random) {
    this.terms = terms;
    this.saliences = new float[terms.length];
    for (int i = 0; i < terms.length; i++) {
      double noise = spread == 0 ? 0 : spread * random.normal();
      saliences[i] = (float) (first - decay * StrictMath.log(i + 1) + noise);
    }
  }

  int size() {
    return terms.length;
  }

  int term(int rank) {
    return terms[rank];
  }

  float salience(int rank) {
    return saliences[rank];
  }

  /**
   * Draws a term.
   *
   * @param skew above 1, low ranks are drawn more often
   */
  int draw(RandomSource random, double skew) {
    return terms[(int) (terms.length * StrictMath.pow(random.uniform(), skew))];
  }
}
