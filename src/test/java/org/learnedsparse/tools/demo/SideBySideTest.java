package org.learnedsparse.tools.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.beir.BeirDocument;
import org.learnedsparse.tools.beir.BeirQuery;

class SideBySideTest {
  private static final BeirDocument LEAVES = new BeirDocument("leaves", "Leaves", "make sugar");

  private static Result result(String id, int terms) {
    return new Result(
        id,
        "Title of " + id,
        1.5,
        IntStream.range(0, terms).mapToObj(i -> new Result.Part("term" + i, 0.25)).toList());
  }

  private static Outcome outcome(String query, List<Result> bm25, List<Result> learned) {
    return new Outcome(
        new BeirQuery("q", query), Map.of("leaves", 2), List.of(LEAVES), true, bm25, learned);
  }

  @Test
  void marksTheRelevantAndNamesTerms() {
    Outcome outcome =
        outcome("how do plants eat", List.of(), List.of(result("leaves", 2), result("x", 1)));
    assertEquals(
        """
        ── q: how do plants eat ────────────────────────────────────────────────────────────────────────────
           shares no word with its best document, "Leaves"
            BM25 match                                   │     learned_sparse
         nothing found                                   │  1. ✓    1.50  Title of leaves
                                                         │       term0 0.25 · term1 0.25
                                                         │  2.      1.50  Title of x
                                                         │       term0 0.25
        """,
        SideBySide.of(outcome));
  }

  @Test
  void staysInItsColumns() {
    Result wide = result("w".repeat(200), 50);
    List<Result> many = List.of(wide, wide, wide, wide, wide);
    String text = SideBySide.of(outcome("why ".repeat(100), many, many));
    assertTrue(text.lines().allMatch(line -> Columns.width(line) <= SideBySide.WIDTH), text);
    assertEquals(7, text.lines().filter(line -> line.indexOf('│') == 49).count(), text);
    assertTrue(text.contains("term0 0.25 · term1 0.25 · +48 more"), text);
  }

  @Test
  void ranksTheBestDocument() {
    Outcome outcome =
        outcome("q", List.of(result("x", 1)), List.of(result("x", 1), result("leaves", 1)));
    assertEquals("–", outcome.rankOfBest(outcome.bm25()));
    assertEquals("2", outcome.rankOfBest(outcome.learned()));
    assertEquals(0, outcome.bm25Ndcg());
    assertEquals(0.630930, outcome.learnedNdcg(), 1e-6);
  }
}
