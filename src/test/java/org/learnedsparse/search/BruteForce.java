package org.learnedsparse.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.function.IntPredicate;
import org.learnedsparse.vector.Quantiser;
import org.learnedsparse.vector.SparseVector;

/** Every document of an index, scored by the definition. */
final class BruteForce {
  /** By the document's id; negative for no match. */
  private final float[] scores;

  BruteForce(RandomIndex index, SparseVector query, Quantiser quantiser, String message) {
    TermWeights weights = TermWeights.of(query, quantiser.step());
    int[] sums = new int[index.maxDoc()];
    double[] plain = new double[index.maxDoc()];
    // Backwards: the order of the terms must not matter.
    for (int i = query.size() - 1; i >= 0; i--) {
      int term = Integer.parseInt(query.term(i).substring(1));
      for (int document = 0; document < sums.length; document++) {
        int impact = index.impact(term, document);
        sums[document] += weights.get(i) * impact;
        plain[document] += (double) query.weight(i) * impact * quantiser.step();
      }
    }
    double mass = query.toMap().values().stream().mapToDouble(weight -> weight).sum();
    double rounding = mass * quantiser.step() * 0x1p-22 * Quantiser.MAX_IMPACT * query.size();
    scores = new float[sums.length];
    for (int document = 0; document < sums.length; document++) {
      boolean matches = sums[document] > 0 && index.isLive(document);
      scores[document] = matches ? weights.score(sums[document]) : -1;
      if (matches) {
        double tolerance = plain[document] * 1e-6 + rounding;
        if (Math.abs(plain[document] - scores[document]) > tolerance) {
          assertEquals(plain[document], scores[document], tolerance, message);
        }
      }
    }
  }

  boolean matches(int document) {
    return scores[document] >= 0;
  }

  float score(int document) {
    return scores[document];
  }

  /** What a document scores in some query, or a negative number for no match. */
  interface Scoring {
    float score(int document);
  }

  /** The best documents, highest score first, then lowest id. */
  static Hits top(int maxDoc, int k, Scoring scoring) {
    long[] keys = new long[maxDoc];
    int count = 0;
    for (int document = 0; document < maxDoc; document++) {
      float score = scoring.score(document);
      if (score >= 0) {
        keys[count++] = Hits.key(document, score);
      }
    }
    Arrays.sort(keys, 0, count);
    Hits hits = new Hits();
    for (int i = count - 1; i >= Math.max(0, count - k); i--) {
      hits.add(Hits.document(keys[i]), Hits.score(keys[i]));
    }
    return hits;
  }

  /** The best of those that may be found. */
  Hits top(int k, IntPredicate filter) {
    return top(scores.length, k, document -> filter.test(document) ? scores[document] : -1);
  }

  int count() {
    int count = 0;
    for (float score : scores) {
      count += score >= 0 ? 1 : 0;
    }
    return count;
  }
}
