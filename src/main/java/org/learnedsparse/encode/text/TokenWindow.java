package org.learnedsparse.encode.text;

/**
 * A run of tokens that goes through a graph at once.
 *
 * @param tokens ids, special tokens and what the template adds included
 * @param textFrom the position of the first token of the text itself; of its last copy, where the
 *     template echoes it
 * @param textTo behind the last token of the text itself
 * @param textOnly whether only the text's positions are pooled
 * @param start where the window begins in the text, in chars
 * @param end where it ends
 */
@SuppressWarnings("ArrayRecordComponent") // A list of numbers, never compared.
public record TokenWindow(
    long[] tokens, int textFrom, int textTo, boolean textOnly, int start, int end) {
  /** The first position that is pooled. */
  public int pooledFrom() {
    return textOnly ? textFrom : 0;
  }

  /** Behind the last position that is pooled. */
  public int pooledTo() {
    return textOnly ? textTo : tokens.length;
  }
}
