package org.learnedsparse.encode.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.learnedsparse.encode.folder.ModelException;
import org.learnedsparse.encode.folder.TermRules;

/**
 * The terms that a run of tokens stands for: the tokens as they are, or the words that they are
 * pieces of.
 */
public final class TokenTerms {
  /**
   * A term where it stands.
   *
   * @param term the token, or the word
   * @param position of the token, or of the word's first piece
   */
  public record Occurrence(String term, int position) {}

  private static final Pattern PUNCTUATION = Pattern.compile("\\p{Punct}");

  private final Vocabulary vocabulary;
  private final TermRules rules;

  /**
   * @throws ModelException if pieces are to be joined, and the vocabulary does not mark them
   */
  public TokenTerms(Vocabulary vocabulary, TermRules rules) {
    if (rules.words() && vocabulary.marksWords() == false) {
      throw new ModelException(
          "[words] joins the pieces of WordPiece, but the tokenizer has no token that begins with"
              + " [##]; remove [words]");
    }
    this.vocabulary = vocabulary;
    this.rules = rules;
  }

  /** The terms among tokens {@code from} to {@code to}, in order. */
  public List<Occurrence> of(long[] tokens, int from, int to) {
    List<Occurrence> terms = new ArrayList<>(to - from);
    for (int i = from; i < to; i++) {
      int id = (int) tokens[i];
      if (isTerm(id) == false) {
        continue;
      }
      int end = i + 1;
      while (rules.words() && end < to && vocabulary.continuesWord((int) tokens[end])) {
        end++;
      }
      terms.add(new Occurrence(end == i + 1 ? term(id) : word(tokens, i, end), i));
      i = end - 1;
    }
    return terms;
  }

  private boolean isTerm(int id) {
    if (vocabulary.isSpecial(id)) {
      return rules.special().keeps(vocabulary.token(id));
    }
    return rules.punctuation() || PUNCTUATION.matcher(vocabulary.part(id)).matches() == false;
  }

  private String term(int id) {
    return rules.words() ? vocabulary.part(id) : vocabulary.token(id);
  }

  private String word(long[] tokens, int from, int to) {
    StringBuilder word = new StringBuilder();
    for (int i = from; i < to; i++) {
      word.append(vocabulary.part((int) tokens[i]));
    }
    return word.toString();
  }
}
