package org.learnedsparse.encode.folder;

/**
 * Which terms the tokens of a text are.
 *
 * @param words whether the pieces of a word are one term, which stands where its first piece does
 * @param punctuation whether a single character of ASCII punctuation is a term
 * @param special which special tokens are terms; null for the usual ones
 */
public record TermRules(boolean words, boolean punctuation, SpecialTokens special) {
  /** Every token that is not special is a term. */
  public static final TermRules TOKENS = new TermRules(false, true, SpecialTokens.NONE);

  /** The same, with these special tokens unless others were asked for. */
  public TermRules usually(SpecialTokens usual) {
    return special != null ? this : with(usual);
  }

  /** The same with other special tokens. */
  public TermRules with(SpecialTokens others) {
    return new TermRules(words, punctuation, others);
  }
}
