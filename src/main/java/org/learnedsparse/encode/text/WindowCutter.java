package org.learnedsparse.encode.text;

import java.util.ArrayList;
import java.util.List;
import org.learnedsparse.encode.folder.ModelException;
import org.learnedsparse.encode.folder.Template;

/**
 * Cuts texts into windows that a graph takes at once, each sharing some tokens with the one before.
 */
public final class WindowCutter {
  /** A part of a text may have a token more, or two, than it has within the text. */
  private static final int SEAMS = 2;

  private final TextTokenizer tokenizer;
  private final Template template;
  private final int overlap;

  /** How many of the text's own tokens fit into a window. */
  private final int room;

  /**
   * @param maxLength the most tokens in a window, with special tokens and template
   * @param overlap tokens of the text that two consecutive windows share
   * @throws ModelException if nothing of a text would fit
   */
  public WindowCutter(TextTokenizer tokenizer, Template template, int maxLength, int overlap) {
    this.tokenizer = tokenizer;
    this.template = template;
    this.overlap = overlap;
    int around = tokenizer.specialTokens();
    if (template.isEmpty() == false) {
      around += tokenizer.ids(template.render("")).length + SEAMS * template.copies();
    }
    this.room = (maxLength - around) / template.copies();
    if (room <= overlap) {
      throw new ModelException(
          "[max_length] of ["
              + maxLength
              + "] leaves no room beside the special tokens, the template and the overlap");
    }
  }

  /**
   * The windows of a text.
   *
   * @param ids the text's tokens, without special tokens; at least one
   */
  public List<TokenWindow> cut(String text, long[] ids) {
    if (ids.length <= room) {
      return List.of(window(text, ids, 0, ids.length, 0, text.length()));
    }
    TokenSpans spans = tokenizer.spans(text, false);
    List<TokenWindow> windows = new ArrayList<>();
    int from = 0;
    while (true) {
      int to = Math.min(ids.length, from + room);
      windows.add(window(text, ids, from, to, spans.start(from), spans.end(to - 1)));
      if (to == ids.length) {
        return windows;
      }
      from = to - overlap;
    }
  }

  private TokenWindow window(String text, long[] ids, int from, int to, int start, int end) {
    if (template.isEmpty()) {
      long[] tokens = tokenizer.withSpecialTokens(ids, from, to);
      int first = tokenizer.specialTokensBefore();
      return new TokenWindow(tokens, first, first + to - from, false, start, end);
    }
    String part = text.substring(start, end);
    TokenSpans spans = tokenizer.spans(template.render(part), true);
    int prefix = template.prefix(part).length();
    return new TokenWindow(
        spans.ids(),
        spans.firstBehind(prefix),
        spans.behindLastBefore(prefix + part.length()),
        template.echoes(),
        start,
        end);
  }
}
