package org.learnedsparse.tools.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ColumnsTest {
  @Test
  void widthIsWhatATerminalTakes() {
    assertEquals(5, Columns.width("plant"));
    assertEquals(4, Columns.width("植物"));
    assertEquals(1, Columns.width("e\u0301"));
    assertEquals(1, Columns.width("\ufeffa"));
    assertEquals(2, Columns.width("🌱"));
  }

  @Test
  void cutEndsWithAnEllipsis() {
    assertEquals("plant", Columns.cut("plant", 5));
    assertEquals("pla…", Columns.cut("plants", 4));
    assertEquals("植…", Columns.cut("植物学", 4));
  }

  @Test
  void fitIsExactlySoWide() {
    assertEquals("plant  ", Columns.fit("plant", 7));
    assertEquals("植… ", Columns.fit("植物学", 4));
    assertEquals("  pl…", Columns.fit("  plants", 5));
  }

  @Test
  void wrapBreaksBetweenWords() {
    assertEquals(
        List.of("how do", "plants", "make", "energy"),
        Columns.wrap("how do plants\n make energy", 8));
  }

  @Test
  void wrapBreaksWordsThatAreLongerThanALine() {
    assertEquals(List.of("a", "植物", "学 b"), Columns.wrap("a 植物学 b", 4));
    assertEquals(List.of(""), Columns.wrap(" ", 4));
  }

  @Test
  void oneLineHasNoControlCharacters() {
    assertEquals("a [1mb c", Columns.oneLine(" a\u001b[1mb\r\n\t c "));
  }
}
