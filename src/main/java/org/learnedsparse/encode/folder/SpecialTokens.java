package org.learnedsparse.encode.folder;

import java.util.Set;

/**
 * Which special tokens, such as [CLS], keep a weight.
 *
 * @param all whether all of them do
 * @param kept those that do otherwise
 */
public record SpecialTokens(boolean all, Set<String> kept) {
  public static final SpecialTokens ALL = new SpecialTokens(true, Set.of());
  public static final SpecialTokens NONE = new SpecialTokens(false, Set.of());

  /** Whether this special token keeps its weight. */
  public boolean keeps(String token) {
    return all || kept.contains(token);
  }

  /** As {@code model.json} states it: true, false, or those that are kept. */
  public Object stated() {
    return kept.isEmpty() ? (Object) all : kept;
  }
}
