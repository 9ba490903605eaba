package org.learnedsparse.encode.text;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.Closeable;
import java.util.Arrays;
import org.learnedsparse.encode.folder.ModelException;

/**
 * A Hugging Face tokenizer. It uses the library's native calls directly: they give the ids alone,
 * where the convenience class makes eight arrays a text, truncates by default and phones home.
 *
 * <p>Safe for use by many threads; {@link #close} must follow the last use.
 */
public final class TextTokenizer implements Closeable {
  private static final TokenizersLibrary LIBRARY = load();

  private final long handle;

  /** The special tokens that the tokenizer puts before and after a single text. */
  private final long[] prefix;

  private final long[] suffix;

  /**
   * @param json the content of {@code tokenizer.json}
   * @throws ModelException if it is none
   */
  public TextTokenizer(String json) {
    try {
      handle = LIBRARY.createTokenizerFromString(json);
    } catch (RuntimeException e) {
      throw new ModelException("[tokenizer.json] cannot be loaded: " + e.getMessage(), e);
    }
    LIBRARY.disableTruncation(handle);
    LIBRARY.disablePadding(handle);
    long[] bare = ids("a", false);
    long[] marked = ids("a", true);
    int start = indexOf(marked, bare);
    prefix = Arrays.copyOf(marked, start);
    suffix = Arrays.copyOfRange(marked, start + bare.length, marked.length);
  }

  private static TokenizersLibrary load() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    // The library looks for its version file through the thread's class loader, and where it does
    // not find it, stays unusable for the life of the process.
    thread.setContextClassLoader(TextTokenizer.class.getClassLoader());
    try {
      LibUtils.checkStatus();
      return TokenizersLibrary.LIB;
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static int indexOf(long[] array, long[] part) {
    for (int start = 0; start + part.length <= array.length; start++) {
      if (Arrays.equals(array, start, start + part.length, part, 0, part.length)) {
        return start;
      }
    }
    throw new ModelException(
        "[tokenizer.json] gives other tokens for a text when special tokens are added around it;"
            + " its post_processor is not supported");
  }

  /** The ids of a text's tokens, without special tokens. */
  public long[] ids(String text) {
    return ids(text, false);
  }

  private long[] ids(String text, boolean specialTokens) {
    long encoding = LIBRARY.encode(handle, wellFormed(text), specialTokens);
    try {
      return LIBRARY.getTokenIds(encoding);
    } finally {
      LIBRARY.deleteEncoding(encoding);
    }
  }

  /** The text with U+FFFD for every lone surrogate: the library loses more than those otherwise. */
  private static String wellFormed(String text) {
    StringBuilder mended = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c) == false) {
        continue;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
        continue;
      }
      if (mended == null) {
        mended = new StringBuilder(text);
      }
      mended.setCharAt(i, '\uFFFD');
    }
    return mended == null ? text : mended.toString();
  }

  /** A text's tokens and their places in it. */
  TokenSpans spans(String text, boolean specialTokens) {
    long encoding = LIBRARY.encode(handle, wellFormed(text), specialTokens);
    try {
      return new TokenSpans(
          text, LIBRARY.getTokenIds(encoding), LIBRARY.getTokenCharSpans(encoding));
    } finally {
      LIBRARY.deleteEncoding(encoding);
    }
  }

  /** How many special tokens {@link #withSpecialTokens} puts before a text. */
  int specialTokensBefore() {
    return prefix.length;
  }

  /** How many special tokens {@link #withSpecialTokens} adds. */
  int specialTokens() {
    return prefix.length + suffix.length;
  }

  /** The ids from {@code from} to {@code to}, with the special tokens around them. */
  long[] withSpecialTokens(long[] ids, int from, int to) {
    long[] marked = new long[prefix.length + (to - from) + suffix.length];
    System.arraycopy(prefix, 0, marked, 0, prefix.length);
    System.arraycopy(ids, from, marked, prefix.length, to - from);
    System.arraycopy(suffix, 0, marked, prefix.length + (to - from), suffix.length);
    return marked;
  }

  @Override
  public void close() {
    LIBRARY.deleteTokenizer(handle);
  }
}
