package org.learnedsparse.tools.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OptionsTest {
  @Test
  void defaultIsOurOwnCorpus() {
    Options options = Options.parse();
    assertFalse(options.keep());
    assertTrue(Files.exists(options.corpus().resolve("corpus.jsonl")), () -> options.toString());
  }

  @Test
  void everythingGiven() {
    assertEquals(new Options(true, Path.of("a b")), Options.parse("--corpus", "a b", "--keep"));
  }

  @Test
  void mistakesAreNamed() {
    assertMistake("[--corpus]", "--corpus");
    assertMistake("[--kep]", "--kep");
    assertMistake("[extra]", "extra");
  }

  private static void assertMistake(String expected, String... arguments) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Options.parse(arguments)).getMessage();
    assertTrue(message.contains(expected), message);
  }
}
