package org.learnedsparse.bench.search.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Which terms go together. Terms come from four levels: a background that all texts share, 128
 * domains, 2,048 topics within domains, and 6 facets of each topic. Domains, topics and facets
 * differ in how many texts are about them, as a power law.
 */
public final class TopicModel {
  /** The number of terms there are: BERT's vocabulary. */
  public static final int VOCABULARY = 30522;

  /** All collections share one model, whatever their own seed. */
  private static final long SEED = 7;

  private static final int BACKGROUND_TERMS = 420;
  private static final int DOMAINS = 128;
  private static final int DOMAIN_TERMS = 300;
  private static final int TOPICS = 2048;
  private static final int TOPIC_TERMS = 170;
  private static final int FACETS = 6;
  private static final int FACET_TERMS = 36;

  private final NormalTable normals = new NormalTable(SEED);
  private final TermPool pool;
  private final SalientTerms background;
  private final RankDistribution domainSizes = new RankDistribution(DOMAINS, 4, 0.6);
  private final RankDistribution facetSizes = new RankDistribution(FACETS, 1.5, 0.7);
  private final List<Domain> domains = new ArrayList<>();

  /** A part of the collection: its terms, and its topics with their sizes. */
  private record Domain(SalientTerms terms, List<Topic> topics, RankDistribution sizes) {}

  private record Topic(SalientTerms terms, List<SalientTerms> facets) {}

  /** What a text is about. */
  static final class Subject {
    private final Domain domain;
    private final Topic topic;
    private final int facet;

    private Subject(Domain domain, Topic topic, int facet) {
      this.domain = domain;
      this.topic = topic;
      this.facet = facet;
    }

    SalientTerms domainTerms() {
      return domain.terms();
    }

    SalientTerms topicTerms() {
      return topic.terms();
    }

    SalientTerms facetTerms() {
      return topic.facets().get(facet);
    }
  }

  /** Builds the model, in less than a second. */
  public TopicModel() {
    RandomSource random = new RandomSource(SEED, normals);
    pool = new TermPool(VOCABULARY, random);
    background = new SalientTerms(pool.mostPopular(BACKGROUND_TERMS), 1.0, 0.5, 0, random);
    List<SalientTerms> domainTerms = new ArrayList<>();
    for (int i = 0; i < DOMAINS; i++) {
      domainTerms.add(domainTerms(random));
    }
    List<List<Topic>> topics = new ArrayList<>();
    for (int i = 0; i < DOMAINS; i++) {
      topics.add(new ArrayList<>());
    }
    for (int i = 0; i < TOPICS; i++) {
      // No domain is left without a topic.
      int domain = i < DOMAINS ? i : random.below(DOMAINS);
      topics.get(domain).add(topic(domainTerms.get(domain), random));
    }
    for (int i = 0; i < DOMAINS; i++) {
      RankDistribution sizes = new RankDistribution(topics.get(i).size(), 3, 0.8);
      domains.add(new Domain(domainTerms.get(i), topics.get(i), sizes));
    }
  }

  private SalientTerms domainTerms(RandomSource random) {
    int[] terms =
        TermPool.distinct(
            DOMAIN_TERMS,
            () -> {
              double choice = random.uniform();
              if (choice < 0.62) {
                return pool.expansion(random);
              }
              return choice < 0.9 ? pool.common(random) : pool.rare(random);
            });
    return new SalientTerms(terms, 2.8, 0.5, 0.3, random);
  }

  private Topic topic(SalientTerms domain, RandomSource random) {
    int[] terms =
        TermPool.distinct(
            TOPIC_TERMS,
            () -> {
              double choice = random.uniform();
              if (choice < 0.45) {
                return domain.draw(random, 1.5);
              }
              if (choice < 0.65) {
                return pool.expansion(random);
              }
              return choice < 0.87 ? pool.common(random) : pool.rare(random);
            });
    SalientTerms topicTerms = new SalientTerms(terms, 3.1, 0.68, 0.35, random);
    List<SalientTerms> facets = new ArrayList<>();
    for (int i = 0; i < FACETS; i++) {
      facets.add(facetTerms(topicTerms, random));
    }
    return new Topic(topicTerms, facets);
  }

  private SalientTerms facetTerms(SalientTerms topic, RandomSource random) {
    double ofTopic = 0.3;
    int[] terms =
        TermPool.distinct(
            FACET_TERMS,
            () -> {
              double choice = random.uniform();
              if (choice < ofTopic) {
                return topic.term((int) (topic.size() * choice / ofTopic));
              }
              if (choice < 0.52) {
                return pool.expansion(random);
              }
              return choice < 0.78 ? pool.common(random) : pool.rare(random);
            });
    return new SalientTerms(terms, 2.5, 0.7, 0.35, random);
  }

  NormalTable normals() {
    return normals;
  }

  TermPool pool() {
    return pool;
  }

  SalientTerms background() {
    return background;
  }

  /** Draws what a text is about. */
  Subject subject(RandomSource random) {
    return withinDomain(domains.get(domainSizes.draw(random)), random);
  }

  /** Draws another subject of the same domain; it may be the same subject. */
  Subject sameDomain(Subject subject, RandomSource random) {
    return withinDomain(subject.domain, random);
  }

  /** Draws another facet of the same topic; it may be the same facet. */
  Subject sameTopic(Subject subject, RandomSource random) {
    return new Subject(subject.domain, subject.topic, facetSizes.draw(random));
  }

  private Subject withinDomain(Domain domain, RandomSource random) {
    Topic topic = domain.topics().get(domain.sizes().draw(random));
    return new Subject(domain, topic, facetSizes.draw(random));
  }
}
