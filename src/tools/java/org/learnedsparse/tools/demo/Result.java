package org.learnedsparse.tools.demo;

import java.util.List;

/**
 * A document that a query found.
 *
 * @param id its {@code _id}
 * @param title its title, or its text where it has none
 * @param score the query's
 * @param parts what each shared term gave to the score, the most first
 */
record Result(String id, String title, double score, List<Part> parts) {

  /** A term that query and document share, and its part of the score. */
  record Part(String term, double value) {}
}
