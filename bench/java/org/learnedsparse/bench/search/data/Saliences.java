package org.learnedsparse.bench.search.data;

import java.util.Arrays;

/** How salient each term is for a text, collected from all that the text is about. Reusable. */
final class Saliences {
  /** What a second source of a term adds to the first. */
  private static final float SECOND_SOURCE = 0.25f;

  private final float[] saliences = new float[TopicModel.VOCABULARY];
  private final boolean[] present = new boolean[TopicModel.VOCABULARY];
  private int[] terms = new int[1024];
  private int size;

  /** Forgets all terms. */
  void clear() {
    for (int i = 0; i < size; i++) {
      present[terms[i]] = false;
    }
    size = 0;
  }

  /** Takes the terms of the background and of a subject's domain, topic and facet. */
  void startWith(TopicModel model, TopicModel.Subject subject) {
    clear();
    add(model.background(), 0);
    add(subject.domainTerms(), 0);
    add(subject.topicTerms(), 0);
    add(subject.facetTerms(), 0);
  }

  /**
   * Takes all terms of a part of the topic model.
   *
   * @param offset added to each salience
   */
  void add(SalientTerms source, float offset) {
    add(source, source.size(), offset);
  }

  /** Takes the first terms of a part of the topic model. */
  void add(SalientTerms source, int count, float offset) {
    for (int i = 0; i < count; i++) {
      add(source.term(i), source.salience(i) + offset);
    }
  }

  /** Takes a term; if it is there already, the larger salience counts, and the other a little. */
  void add(int term, float salience) {
    if (present[term]) {
      float known = saliences[term];
      float smaller = Math.max(0, Math.min(known, salience));
      saliences[term] = Math.max(known, salience) + SECOND_SOURCE * smaller;
      return;
    }
    if (size == terms.length) {
      terms = Arrays.copyOf(terms, size * 2);
    }
    terms[size++] = term;
    present[term] = true;
    saliences[term] = salience;
  }

  boolean contains(int term) {
    return present[term];
  }

  /** The salience of a term that is there. */
  float get(int term) {
    return saliences[term];
  }

  /** Replaces the salience of a term that is there. */
  void set(int term, float salience) {
    saliences[term] = salience;
  }

  int size() {
    return size;
  }

  /** The {@code i}-th term, in the order they came in. */
  int term(int i) {
    return terms[i];
  }
}
