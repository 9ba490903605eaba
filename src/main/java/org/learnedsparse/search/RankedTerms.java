package org.learnedsparse.search;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import org.learnedsparse.postings.ImpactCursor;
import org.learnedsparse.postings.TermImpacts;

/**
 * A query's terms in one segment, those that can give a document the most first.
 *
 * <p>The first few, the <em>leading</em> terms, give most of any good document's score and have a
 * small part of the postings. What they give, and a bound of what the others can add, decides of
 * most documents. (The idea is MaxScore's, with its essential terms: Turtle, Flood, "Query
 * evaluation: strategies and optimizations", 1995.)
 */
final class RankedTerms {
  /** The share of the highest possible score that the leading terms have. */
  private static final double LEADING_SHARE = .75;

  private final ImpactCursor[] cursors;
  private final int[] weights;
  private final int highestSum;
  private final int bounded;
  private final int leading;
  private final double trailingShare;

  private record Ranked(ImpactCursor cursor, int weight, int most) {}

  /** All of them with bounds. */
  RankedTerms(SegmentTerms terms) throws IOException {
    this(terms, /* leastBounded= */ 1);
  }

  /**
   * @param leastBounded terms of a lower weight come last, and do without bounds
   */
  RankedTerms(SegmentTerms terms, int leastBounded) throws IOException {
    ImpactCursor[] unranked = terms.cursors();
    Ranked[] ranked = new Ranked[unranked.length];
    int highest = 0;
    for (int i = 0; i < ranked.length; i++) {
      int most = terms.weight(i) * unranked[i].maxImpact();
      ranked[i] = new Ranked(unranked[i], terms.weight(i), most);
      highest += most;
    }
    Comparator<Ranked> byMost = Comparator.comparingInt(Ranked::most).reversed();
    Comparator<Ranked> bounded = Comparator.comparing(term -> term.weight() < leastBounded);
    Arrays.sort(ranked, bounded.thenComparing(byMost));
    this.cursors = new ImpactCursor[ranked.length];
    this.weights = new int[ranked.length];
    int withBounds = 0;
    int first = 0;
    int sum = 0;
    double postings = 0;
    double trailing = 0;
    for (int i = 0; i < ranked.length; i++) {
      cursors[i] = ranked[i].cursor();
      weights[i] = ranked[i].weight();
      boolean hasBounds = weights[i] >= leastBounded;
      boolean leads = hasBounds && sum < LEADING_SHARE * highest;
      withBounds += hasBounds ? 1 : 0;
      first += leads ? 1 : 0;
      sum += ranked[i].most();
      postings += cursors[i].documentFrequency();
      trailing += leads ? 0 : cursors[i].documentFrequency();
    }
    this.highestSum = highest;
    this.bounded = withBounds;
    this.leading = first;
    this.trailingShare = trailing / postings;
  }

  int size() {
    return cursors.length;
  }

  /** What a document with every term's largest impact gets. */
  int highestSum() {
    return highestSum;
  }

  /** How many terms lead. */
  int leading() {
    return leading;
  }

  /** How many terms count in bounds: the leading and others. */
  int bounded() {
    return bounded;
  }

  /** All terms' cursors: shared, not to be changed. */
  ImpactCursor[] cursors() {
    return cursors;
  }

  /** All terms' weights: shared, not to be changed. */
  int[] weights() {
    return weights;
  }

  /** The share of the postings that are of terms that do not lead. */
  double trailingShare() {
    return trailingShare;
  }

  /** Whether the segment has bounds. */
  boolean haveBounds() {
    for (ImpactCursor cursor : cursors) {
      if (cursor instanceof TermImpacts == false) {
        return false;
      }
    }
    return true;
  }

  /** How much the terms' documents keep together, of terms that {@link #haveBounds}. */
  double clustering() {
    double sum = 0;
    double highest = 0;
    for (int i = 0; i < cursors.length; i++) {
      double most = (double) weights[i] * cursors[i].maxImpact();
      sum += most * ((TermImpacts) cursors[i]).clustering();
      highest += most;
    }
    return sum / highest;
  }
}
