package org.learnedsparse.bench.search.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.learnedsparse.vector.Quantiser;

/**
 * Draws documents of the topic model. A document depends on the seed and its number alone, so any
 * of them can be drawn at any time. Not safe for use by several threads.
 */
public final class DocumentSampler {
  /** How weights are stored: the largest is 3.5. */
  public static final Quantiser QUANTISER = new Quantiser(3.5f);

  static final float IMPACTS_PER_WEIGHT = Quantiser.MAX_IMPACT / QUANTISER.maxWeight();

  // Numbers of terms: log-normal, within bounds.
  private static final double MEDIAN_LENGTH = 113;
  private static final double LENGTH_SPREAD = 0.36;
  private static final int SHORTEST = 15;
  private static final int LONGEST = 420;

  private final TopicModel model;
  private final long seed;
  private final Saliences saliences = new Saliences();

  public DocumentSampler(TopicModel model, long seed) {
    this.model = model;
    this.seed = seed;
  }

  /**
   * Draws a document.
   *
   * @param id its number, 0 or above
   */
  public ImpactVector vector(int id) {
    return passage(id).vector();
  }

  Passage passage(int id) {
    RandomSource random =
        new RandomSource(seed * 1_000_003 + id * 2_654_435_761L + 17, model.normals());
    TopicModel.Subject subject = model.subject(random);
    saliences.startWith(model, subject);
    addSecondSubject(subject, random);
    List<Integer> focus = addFocus(subject, random);
    addStrays(random);
    return new Passage(subject, focus, heaviest(random));
  }

  /** Many passages touch upon something else: another facet, or less often another topic. */
  private void addSecondSubject(TopicModel.Subject subject, RandomSource random) {
    if (random.uniform() >= 0.55) {
      return;
    }
    TopicModel.Subject second;
    if (random.uniform() < 0.35) {
      second = model.sameTopic(subject, random);
    } else {
      second = random.uniform() < 0.6 ? model.sameDomain(subject, random) : model.subject(random);
      saliences.add(second.topicTerms(), second.topicTerms().size() / 3, -1.2f);
    }
    saliences.add(second.facetTerms(), -0.6f);
  }

  private List<Integer> addFocus(TopicModel.Subject subject, RandomSource random) {
    List<Integer> focus = new ArrayList<>();
    for (int left = 6 + random.below(6); left > 0; left--) {
      int term = focusTerm(subject, random);
      if (focus.contains(term)) {
        continue;
      }
      focus.add(term);
      float stress = (float) (1.2 + 1.6 * random.uniform());
      if (saliences.contains(term)) {
        saliences.set(term, Math.max(saliences.get(term), 0.6f) + stress);
      } else {
        saliences.add(term, 1.2f + stress);
      }
    }
    return focus;
  }

  private int focusTerm(TopicModel.Subject subject, RandomSource random) {
    double choice = random.uniform();
    if (choice < 0.35) {
      return subject.facetTerms().draw(random, 1.3);
    }
    if (choice < 0.65) {
      return subject.topicTerms().draw(random, 1.8);
    }
    return choice < 0.85 ? model.pool().broad(random) : model.pool().rare(random);
  }

  /** Terms that have nothing to do with the subject. */
  private void addStrays(RandomSource random) {
    for (int left = 10 + random.below(25); left > 0; left--) {
      boolean isBroad = random.uniform() < 0.6;
      int term = isBroad ? model.pool().broad(random) : model.pool().rare(random);
      if (saliences.contains(term) == false) {
        saliences.add(term, (float) (0.2 + 1.2 * random.uniform()));
      }
    }
  }

  /** Keeps the most salient terms, after noise; their weights grow with what they exceed. */
  private ImpactVector heaviest(RandomSource random) {
    float[] noisy = withNoise(random);
    float[] sorted = noisy.clone();
    Arrays.sort(sorted);
    float cut = sorted[sorted.length - length(sorted.length, random) - 1];
    int[] termsWithImpacts = new int[sorted.length];
    int kept = 0;
    for (int i = 0; i < noisy.length; i++) {
      if (noisy[i] > cut) {
        termsWithImpacts[kept++] = saliences.term(i) << Byte.SIZE | impact(noisy[i] - cut);
      }
    }
    Arrays.sort(termsWithImpacts, 0, kept);
    int[] terms = new int[kept];
    int[] impacts = new int[kept];
    for (int i = 0; i < kept; i++) {
      terms[i] = termsWithImpacts[i] >>> Byte.SIZE;
      impacts[i] = termsWithImpacts[i] & 0xff;
    }
    return new ImpactVector(terms, impacts);
  }

  private float[] withNoise(RandomSource random) {
    float[] noisy = new float[saliences.size()];
    long bits = 0;
    for (int i = 0; i < noisy.length; i++) {
      // One random number serves four terms.
      bits = i % 4 == 0 ? random.bits() : bits >>> NormalTable.INDEX_BITS;
      noisy[i] = saliences.get(saliences.term(i)) + model.normals().value(bits);
    }
    return noisy;
  }

  private static int length(int candidates, RandomSource random) {
    double length = StrictMath.exp(StrictMath.log(MEDIAN_LENGTH) + LENGTH_SPREAD * random.normal());
    int most = Math.min(LONGEST, candidates - 1);
    return Math.max(SHORTEST, Math.min(most, (int) Math.round(length)));
  }

  private static int impact(float excess) {
    float weight = (float) StrictMath.log1p(0.7 * StrictMath.pow(excess, 1.35) + 0.015);
    int impact = Math.round(weight * IMPACTS_PER_WEIGHT);
    return Math.max(1, Math.min(Quantiser.MAX_IMPACT, impact));
  }
}
