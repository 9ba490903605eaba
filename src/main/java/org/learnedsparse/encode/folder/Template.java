package org.learnedsparse.encode.folder;

/**
 * What is put around a text before it is tokenised: {@code query: {text}}. A template that holds
 * the text twice echoes it, so that a decoder reads every token of the second copy with the whole
 * text before it (Springer et al., 2024); then only the second copy is pooled.
 *
 * @param before what stands before the last copy's text, and within it {@value #TEXT} where the
 *     text is echoed
 * @param after what stands behind the last copy
 */
public record Template(String before, String after) {
  /** Stands for the text. */
  public static final String TEXT = "{text}";

  /** The text alone. */
  public static final Template NONE = new Template("", "");

  /**
   * @throws ModelException if the template does not hold the text once or twice
   */
  static Template of(String template) {
    int last = template.lastIndexOf(TEXT);
    int first = template.indexOf(TEXT);
    if (last < 0 || (first < last && template.indexOf(TEXT, first + 1) < last)) {
      throw new ModelException(
          "[template] is [" + template + "]; it must hold " + TEXT + " once, or twice to echo it");
    }
    return new Template(template.substring(0, last), template.substring(last + TEXT.length()));
  }

  /** Whether the text comes twice. */
  public boolean echoes() {
    return before.contains(TEXT);
  }

  /** Whether there is nothing around the text. */
  public boolean isEmpty() {
    return before.isEmpty() && after.isEmpty();
  }

  /** How often the text comes. */
  public int copies() {
    return echoes() ? 2 : 1;
  }

  /** What stands before the last copy of this text. */
  public String prefix(String text) {
    return before.replace(TEXT, text);
  }

  /** The text with all around it. */
  public String render(String text) {
    return prefix(text) + text + after;
  }

  @Override
  public String toString() {
    return before + TEXT + after;
  }
}
