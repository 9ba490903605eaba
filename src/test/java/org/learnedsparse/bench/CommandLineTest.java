package org.learnedsparse.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandLineTest {
  private static CommandLine parse(String... arguments) {
    return CommandLine.parse("", Map.of("k", "10,100", "mode", "", "share", "0"), arguments);
  }

  @Test
  void anOptionMayBeGivenOften() {
    CommandLine options = parse("--k", "1,2", "--mode", "a=1,b=2", "--k", "3", "--mode", "c=3");
    assertEquals(List.of(1, 2, 3), options.numbers("k", 1));
    assertEquals(List.of("a=1,b=2", "c=3"), options.texts("mode"));
    assertEquals("3", options.text("k"));
  }

  @Test
  void absentOptionsHaveTheirDefaults() {
    assertEquals(List.of(10, 100), parse().numbers("k", 1));
    assertEquals(List.of(), parse().texts("mode"));
    assertEquals("", parse().text("mode"));
  }

  @Test
  void mistakesAreNamed() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> parse("--k", "1,x").numbers("k", 1))
            .getMessage();
    assertEquals("[--k x] must be an integer, at least 1", message);
    assertThrows(IllegalArgumentException.class, () -> parse("--k", "0").numbers("k", 1));
    assertThrows(IllegalArgumentException.class, () -> parse("--share", "1.5").share("share"));
    assertThrows(IllegalArgumentException.class, () -> parse("--share", "half").share("share"));
    assertEquals(0.25, parse("--share", "0.25").share("share"));
  }
}
