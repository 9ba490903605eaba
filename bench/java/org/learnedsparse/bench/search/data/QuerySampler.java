package org.learnedsparse.bench.search.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Draws queries, each of which asks for a document of the collection by some of its terms. A query
 * depends on the seed, its number and the collection.
 */
public final class QuerySampler {
  /** How a query's weights come about. */
  public enum Kind {
    /** The words are encoded by the documents' model: 45 terms in the mean, most of them added. */
    SPLADE,
    /** The words as they are, about five, each with its inverse document frequency. */
    INFERENCE_FREE;

    /**
     * The kind of this name.
     *
     * @throws IllegalArgumentException naming the option {@code --queries} if there is none
     */
    public static Kind of(String name) {
      for (Kind kind : values()) {
        if (kind.toString().equals(name)) {
          return kind;
        }
      }
      throw new IllegalArgumentException(
          "[--queries " + name + "] must be splade or inference_free");
    }

    /** Its name in options and results. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The mean weights of a SPLADE query's heaviest terms, by rank. */
  private static final double[] HEAVIEST = {
    2.72, 2.33, 2.0, 1.73, 1.48, 1.27, 1.10, 0.95, 0.83, 0.73, 0.65, 0.59, 0.54, 0.49, 0.45, 0.41,
    0.38, 0.355, 0.33, 0.31, 0.29, 0.275, 0.26, 0.245, 0.23, 0.217, 0.204, 0.192, 0.18, 0.17
  };

  private static final double DECAY_BELOW = 0.043;
  private static final double WEIGHT_SPREAD = 0.22;
  private static final double LEAST_WEIGHT = 0.01;

  // Numbers of terms of a SPLADE query: log-normal, within bounds.
  private static final double MEDIAN_LENGTH = 41;
  private static final double LENGTH_SPREAD = 0.38;
  private static final int LONGEST = 130;

  /** Words are drawn from this many of a document's heaviest terms. */
  private static final int HEAVY_TERMS = 35;

  /** Function words are drawn from this many of the most popular terms. */
  private static final int FUNCTION_WORDS = 30;

  private final TopicModel model;
  private final DocumentSampler documents;
  private final long seed;
  private final int[] documentFrequencies;
  private final int documentCount;
  private final Saliences saliences = new Saliences();

  /**
   * @param seed that of the documents
   * @param documentFrequencies of all terms in the collection
   * @param documentCount the size of the collection, at least 1
   */
  public QuerySampler(TopicModel model, long seed, int[] documentFrequencies, int documentCount) {
    this.model = model;
    this.documents = new DocumentSampler(model, seed);
    this.seed = seed;
    this.documentFrequencies = documentFrequencies.clone();
    this.documentCount = documentCount;
  }

  /**
   * Draws a query. Of both kinds, the same number stands for the same words.
   *
   * @param id its number, 0 or above
   */
  public WeightedTerms query(Kind kind, int id) {
    RandomSource random = new RandomSource(seed * 77 + id * 104_729L + 5, model.normals());
    Passage target = documents.passage(random.below(documentCount));
    Set<Integer> words = words(target, random);
    int functionWords = random.below(3);
    Set<Integer> plain = new LinkedHashSet<>(words);
    for (int i = 0; i < functionWords; i++) {
      plain.add(model.background().term((int) (FUNCTION_WORDS * random.uniform())));
    }
    return new WeightedTerms(
        switch (kind) {
          case SPLADE -> encode(target, words, random);
          case INFERENCE_FREE -> inverseDocumentFrequencies(plain);
        });
  }

  /** Strong terms of the passage: those it stresses, or heavy ones. */
  private static Set<Integer> words(Passage target, RandomSource random) {
    ImpactVector vector = target.vector();
    List<Integer> heaviestFirst =
        IntStream.range(0, vector.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> -vector.impact(i)))
            .toList();
    Set<Integer> words = new LinkedHashSet<>();
    for (int left = 3 + (int) Math.min(5, random.exponential() * 2.2); left > 0; left--) {
      if (random.uniform() < 0.4) {
        words.add(target.focus().get(random.below(target.focus().size())));
      } else {
        int heavy = Math.min(vector.size(), HEAVY_TERMS);
        int rank = (int) (heavy * StrictMath.pow(random.uniform(), 1.4));
        words.add(vector.term(heaviestFirst.get(rank)));
      }
    }
    return words;
  }

  private Map<Integer, Double> inverseDocumentFrequencies(Set<Integer> words) {
    Map<Integer, Double> weights = new LinkedHashMap<>();
    for (int word : words) {
      int frequency = Math.max(1, documentFrequencies[word]);
      double odds = (documentCount - frequency + 0.5) / (frequency + 0.5);
      weights.put(word, StrictMath.log(1 + odds));
    }
    return weights;
  }

  /** As the documents' model would: from the same subject, with fewer terms kept. */
  private Map<Integer, Double> encode(Passage target, Set<Integer> words, RandomSource random) {
    double drawn = StrictMath.exp(StrictMath.log(MEDIAN_LENGTH) + LENGTH_SPREAD * random.normal());
    int length = Math.max(words.size(), Math.min(LONGEST, (int) Math.round(drawn)));
    saliences.startWith(model, target.subject());
    addTermsOf(target.vector());
    for (int word : words) {
      double stress = 1.3 * random.uniform();
      if (saliences.contains(word)) {
        saliences.set(word, (float) (Math.max(saliences.get(word), 1.2) + 0.7 + stress));
      }
    }
    List<Integer> ranked = ranked(words, random);
    Map<Integer, Double> weights = new LinkedHashMap<>();
    for (int rank = 0; rank < Math.min(length, ranked.size()); rank++) {
      double spread = StrictMath.exp(WEIGHT_SPREAD * random.normal());
      weights.put(ranked.get(rank), Math.max(LEAST_WEIGHT, meanWeight(rank) * spread));
    }
    return weights;
  }

  private void addTermsOf(ImpactVector vector) {
    for (int i = 0; i < vector.size(); i++) {
      int term = vector.term(i);
      float weight = vector.impact(i) / DocumentSampler.IMPACTS_PER_WEIGHT;
      if (saliences.contains(term) == false) {
        saliences.add(term, (float) (0.3 * StrictMath.sqrt(weight)));
      }
      double share = 0.2 * vector.impact(i) / DocumentSampler.IMPACTS_PER_WEIGHT;
      saliences.set(term, (float) (saliences.get(term) + share));
    }
  }

  /** The terms by salience, noise added to all but the words themselves. */
  private List<Integer> ranked(Set<Integer> words, RandomSource random) {
    Map<Integer, Double> noisy = new LinkedHashMap<>();
    for (int i = 0; i < saliences.size(); i++) {
      int term = saliences.term(i);
      double noise = words.contains(term) ? 0 : 1.1 * random.normal();
      noisy.put(term, saliences.get(term) + noise);
    }
    List<Integer> ranked = new ArrayList<>(noisy.keySet());
    ranked.sort(Comparator.comparing(noisy::get, Comparator.reverseOrder()));
    return ranked;
  }

  private static double meanWeight(int rank) {
    if (rank < HEAVIEST.length) {
      return HEAVIEST[rank];
    }
    int last = HEAVIEST.length - 1;
    return HEAVIEST[last] * StrictMath.exp(-(rank - last) * DECAY_BELOW);
  }
}
