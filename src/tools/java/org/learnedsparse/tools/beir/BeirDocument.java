package org.learnedsparse.tools.beir;

/**
 * One document of a collection.
 *
 * @param id as the judgments name it, never empty
 * @param title may be empty
 * @param text may be empty
 */
public record BeirDocument(String id, String title, String text) {

  /** Title and text as one field: what every system indexes. */
  public String body() {
    return title.isEmpty() ? text : title + " " + text;
  }
}
