package org.learnedsparse.tools.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OptionsTest {
  @Test
  void defaults() {
    assertEquals(
        new Options(
            List.of(Path.of("a"), Path.of("b c")),
            Optional.empty(),
            "default",
            Optional.empty(),
            List.of("bm25_standard", "bm25_english", "learned_sparse", "learned_sparse_bm25"),
            8,
            false),
        Options.parse("a", "b c"));
  }

  @Test
  void everythingGiven() {
    assertEquals(
        new Options(
            List.of(Path.of("a")),
            Optional.of(URI.create("http://127.0.0.1:9200")),
            "m",
            Optional.of(Path.of("rows.json")),
            List.of("bm25_english"),
            3,
            false),
        Options.parse(
            "--url",
            "http://127.0.0.1:9200",
            "--model",
            "m",
            "a",
            "--json",
            "rows.json",
            "--systems",
            "bm25_english",
            "--clients",
            "3"));
  }

  @Test
  void fusionHasSystemsOfItsOwn() {
    Options all = Options.parse("--fusion", "a");
    assertTrue(all.fusion());
    assertTrue(all.systems().containsAll(List.of("bm25_english", "learned_sparse", "dense")));
    assertEquals(List.of("dense"), Options.parse("a", "--systems", "dense", "--fusion").systems());
    assertMistake("[dense]", "a", "--systems", "dense");
    assertMistake("[bm25_standard]", "a", "--fusion", "--systems", "bm25_standard");
  }

  @Test
  void mistakesAreNamed() {
    assertMistake("directory is missing");
    assertMistake("[--jsn]", "a", "--jsn", "x");
    assertMistake("[--json]", "a", "--json");
    assertMistake("[bm42]", "a", "--systems", "bm25_english,bm42");
    assertMistake("[--clients 0]", "a", "--clients", "0");
    assertMistake("[--clients x]", "a", "--clients", "x");
  }

  private static void assertMistake(String expected, String... arguments) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Options.parse(arguments)).getMessage();
    assertTrue(message.contains(expected), message);
  }
}
