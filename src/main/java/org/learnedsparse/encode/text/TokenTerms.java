package org.learnedsparse.encode.text;

import java.util.ArrayList;
import java.util.List;
import org.learnedsparse.encode.folder.ModelException;

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

  private final Vocabulary vocabulary;
  private final boolean words;
  private final boolean specialTokens;

  /**
   * @param words whether pieces are joined to words
   * @param specialTokens whether special tokens are terms
   * @throws ModelException if they are, and the vocabulary does not mark them
   */
  public TokenTerms(Vocabulary vocabulary, boolean words, boolean specialTokens) {
    if (words && vocabulary.marksWords() == false) {
      throw new ModelException(
          "[words] joins the pieces of WordPiece, but the tokenizer has no token that begins with"
              + " [##]; remove [words]");
    }
    this.vocabulary = vocabulary;
    this.words = words;
    this.specialTokens = specialTokens;
  }

  /** The terms among tokens {@code from} to {@code to}, in order. */
  public List<Occurrence> of(long[] tokens, int from, int to) {
    List<Occurrence> terms = new ArrayList<>(to - from);
    for (int i = from; i < to; i++) {
      int id = (int) tokens[i];
      if (specialTokens == false && vocabulary.isSpecial(id)) {
        continue;
      }
      int end = i + 1;
      while (words && end < to && vocabulary.continuesWord((int) tokens[end])) {
        end++;
      }
      terms.add(new Occurrence(end == i + 1 ? term(id) : word(tokens, i, end), i));
      i = end - 1;
    }
    return terms;
  }

  private String term(int id) {
    return words ? vocabulary.part(id) : vocabulary.token(id);
  }

  private String word(long[] tokens, int from, int to) {
    StringBuilder word = new StringBuilder();
    for (int i = from; i < to; i++) {
      word.append(vocabulary.part((int) tokens[i]));
    }
    return word.toString();
  }
}
