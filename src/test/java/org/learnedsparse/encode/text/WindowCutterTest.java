package org.learnedsparse.encode.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.learnedsparse.encode.Natives;
import org.learnedsparse.encode.folder.ModelException;
import org.learnedsparse.encode.folder.Template;
import org.learnedsparse.tools.node.Repository;

class WindowCutterTest {
  private static final Template PROMPT = new Template("query: ", "");
  private static final Template ECHO = new Template("one {text} two ", " end");

  private static TextTokenizer tokenizer;

  @BeforeAll
  static void open() throws IOException {
    Natives.use();
    Path folder = Repository.root().resolve("integTest/families/splade-max/model");
    tokenizer = new TextTokenizer(Files.readString(folder.resolve("tokenizer.json")));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  private static List<TokenWindow> cut(Template template, int maxLength, int overlap, String text) {
    return new WindowCutter(tokenizer, template, maxLength, overlap).cut(text, tokenizer.ids(text));
  }

  private static long[] own(TokenWindow window) {
    return Arrays.copyOfRange(window.tokens(), window.textFrom(), window.textTo());
  }

  /** Words, some of them beyond the basic plane, so that chars and code points differ. */
  private static String text(SplittableRandom random, int words) {
    List<String> known = List.of("water", "Plants", "🐈", "energy,", "über", "sun");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append(known.get(random.nextInt(known.size()))).append(' ');
    }
    return text.toString();
  }

  @Test
  void windowsCoverTheTextAndTellTheirPlaceInIt() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 100; round++) {
      String text = text(random, random.nextInt(1, 80));
      long[] ids = tokenizer.ids(text);
      int overlap = random.nextInt(0, 5);
      List<TokenWindow> windows = cut(Template.NONE, 16, overlap, text);
      int from = 0;
      for (int w = 0; w < windows.size(); w++) {
        TokenWindow window = windows.get(w);
        String label = "seed " + seed + ", round " + round + ", window " + w + " of: " + text;
        assertTrue(window.tokens().length <= 16, label);
        assertEquals(0, window.pooledFrom(), label);
        assertEquals(window.tokens().length, window.pooledTo(), label);
        long[] own = own(window);
        assertArrayEquals(Arrays.copyOfRange(ids, from, from + own.length), own, label);
        assertTrue(window.start() < window.end(), label);
        from += own.length - overlap;
      }
      assertEquals(ids.length, from + overlap, "seed " + seed + ", round " + round);
      assertEquals(0, windows.get(0).start());
      String rest = text.substring(windows.get(windows.size() - 1).end());
      assertTrue(rest.isBlank(), "seed " + seed + ": left over [" + rest + "]");
    }
  }

  @Test
  void aPromptStandsBeforeTheTextAndIsPooled() {
    TokenWindow window = cut(PROMPT, 64, 0, "water plants").get(0);
    assertArrayEquals(tokenizer.ids("water plants"), own(window));
    assertEquals(0, window.pooledFrom());
    assertEquals(window.tokens().length, window.pooledTo());
    long[] expected = tokenizer.spans("query: water plants", true).ids();
    assertArrayEquals(expected, window.tokens());
  }

  @Test
  void onlyTheSecondCopyOfAnEchoIsPooled() {
    TokenWindow window = cut(ECHO, 64, 0, "water 🐈 plants").get(0);
    long[] own = tokenizer.ids("water 🐈 plants");
    assertArrayEquals(own, own(window));
    assertEquals(window.textFrom(), window.pooledFrom());
    assertEquals(window.textTo(), window.pooledTo());
    assertArrayEquals(
        tokenizer.spans("one water 🐈 plants two water 🐈 plants end", true).ids(),
        window.tokens());
    assertTrue(window.textFrom() > own.length, "the first copy is before it");
  }

  @Test
  void everyWindowOfALongTextHasTheTemplateAroundIt() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (Template template : List.of(PROMPT, ECHO)) {
      String text = text(random, 200);
      List<TokenWindow> windows = cut(template, 64, 2, text);
      assertTrue(windows.size() > 3);
      int end = 0;
      for (TokenWindow window : windows) {
        String label = "seed " + seed + ", " + template;
        assertTrue(window.tokens().length <= 64, label);
        String part = text.substring(window.start(), window.end());
        assertArrayEquals(
            tokenizer.spans(template.render(part), true).ids(), window.tokens(), label);
        assertArrayEquals(tokenizer.ids(part), own(window), label);
        assertTrue(window.start() <= end, label + ": nothing is left out");
        end = window.end();
      }
      assertTrue(text.substring(end).isBlank());
    }
  }

  @Test
  void aTemplateThatLeavesNoRoomIsAnError() {
    Template wordy = new Template("water ".repeat(20), "");
    ModelException refused =
        assertThrows(ModelException.class, () -> new WindowCutter(tokenizer, wordy, 20, 0));
    assertTrue(refused.getMessage().contains("[max_length] of [20]"), refused.getMessage());
  }
}
