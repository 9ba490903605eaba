package org.learnedsparse.fusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.lucene.search.ScoreDoc;
import org.elasticsearch.search.rank.RankDoc;
import org.junit.jupiter.api.Test;

class FusionTest {
  private static final Fusion RRF = rrf(1, 1, 1);

  private static Fusion rrf(int constant, double... weights) {
    return new Fusion(
        FusionMethod.RRF,
        constant,
        Arrays.stream(weights).mapToObj(weight -> new Child(weight, Normalizer.NONE)).toList());
  }

  private static Fusion linear(Normalizer normalizer, double... weights) {
    return new Fusion(
        FusionMethod.LINEAR,
        60,
        Arrays.stream(weights).mapToObj(weight -> new Child(weight, normalizer)).toList());
  }

  /** Documents of one shard, as number and score. */
  private static ChildList list(double... documentsAndScores) {
    List<ScoreDoc> documents = new ArrayList<>();
    for (int i = 0; i < documentsAndScores.length; i += 2) {
      documents.add(
          new ScoreDoc((int) documentsAndScores[i], (float) documentsAndScores[i + 1], 0));
    }
    return new ChildList(documents, /* byScore= */ true);
  }

  private static Map<Integer, Float> scores(RankDoc[] documents) {
    Map<Integer, Float> scores = new TreeMap<>();
    for (RankDoc document : documents) {
      scores.put(document.doc, document.score);
    }
    return scores;
  }

  private static List<Integer> order(RankDoc[] documents) {
    return Arrays.stream(documents).map(document -> document.doc).toList();
  }

  @Test
  void equalScoresShareARank() {
    ChildList list = list(7, 3, 2, 2, 5, 2, 1, 1);
    assertEquals("[1, 2, 2, 4]", Arrays.toString(list.ranks()));
    ChildList sorted = new ChildList(list.documents(), /* byScore= */ false);
    assertEquals("[1, 2, 3, 4]", Arrays.toString(sorted.ranks()));
  }

  @Test
  void reciprocalRanks() {
    RankDoc[] fused = rrf(60, 1, 2).fuse(List.of(list(1, 9, 2, 8), list(2, 5)), null, 10, false);
    assertEquals(List.of(2, 1), order(fused));
    assertEquals((float) (1 / 62.0 + 2 / 61.0), fused[0].score);
    assertEquals((float) (1 / 61.0), fused[1].score);
    assertEquals(1, fused[0].rank);
    assertEquals(2, fused[1].rank);
  }

  @Test
  void scoresAreAdded() {
    RankDoc[] fused =
        linear(Normalizer.MIN_MAX, 0.25, 2)
            .fuse(List.of(list(1, 9, 2, 5, 3, 1), list(2, 5)), null, 10, false);
    assertEquals(List.of(2, 1, 3), order(fused));
    assertEquals(2.125f, fused[0].score);
    assertEquals(0.25f, fused[1].score);
    assertEquals(Float.MIN_VALUE, fused[2].score);
  }

  @Test
  void ofEqualScoresTheFirstListsRanksDecide() {
    RankDoc[] fused =
        RRF.fuse(List.of(list(5, 3, 6, 2), list(1, 3, 2, 2)), null, 10, /* explain= */ false);
    assertEquals(List.of(5, 1, 6, 2), order(fused));
    assertEquals(Math.nextUp(0.5f), fused[0].score);
    assertEquals(0.5f, fused[1].score);
    assertEquals(Math.nextUp(fused[3].score), fused[2].score);
    assertEquals((float) (1 / 3.0), fused[3].score);
  }

  @Test
  void raisedScoresDoNotOvertakeOthers() {
    // 3 and 2 are raised above 1, and so is 4 above them, though it has the next score only.
    float next = Math.nextUp(1f);
    RankDoc[] fused =
        linear(Normalizer.NONE, 1, 1, 1)
            .fuse(List.of(list(3, 1), list(4, next, 2, 1), list(1, 1)), null, 10, false);
    assertEquals(List.of(4, 3, 2, 1), order(fused));
    assertEquals(1f, fused[3].score);
    assertEquals(next, fused[2].score);
    assertEquals(Math.nextUp(next), fused[1].score);
    assertEquals(Math.nextUp(Math.nextUp(next)), fused[0].score);
  }

  @Test
  void documentsThatAgreeInEveryListKeepOneScore() {
    RankDoc[] fused = RRF.fuse(List.of(list(4, 1, 9, 1, 3, 1), list()), null, 2, false);
    // By shard and document, for nothing else tells them apart.
    assertEquals(List.of(3, 4), order(fused));
    assertEquals(0.5f, fused[0].score);
    assertEquals(0.5f, fused[1].score);
  }

  @Test
  void leastScoresAreOfTheSumBeforeItIsRaised() {
    List<ChildList> lists = List.of(list(5, 3), list(1, 3));
    assertEquals(2, RRF.fuse(lists, 0.5f, 10, false).length);
    assertEquals(0, RRF.fuse(lists, Math.nextUp(0.5f), 10, false).length);
  }

  @Test
  void scoresThatCannotBeAdded() {
    for (float bad : new float[] {Float.NaN, -1, Float.POSITIVE_INFINITY}) {
      assertTrue(
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      linear(Normalizer.NONE, 1, 1)
                          .fuse(List.of(list(), list(1, bad)), null, 10, false))
              .getMessage()
              .contains("cannot add a score of [" + bad + "] from [retrievers[1]]"));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> linear(Normalizer.NONE, 2).fuse(List.of(list(1, Float.MAX_VALUE)), null, 10, false));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            linear(Normalizer.NONE, 1, 1)
                .fuse(
                    List.of(list(1, Float.MAX_VALUE), list(2, Float.MAX_VALUE)), null, 10, false));
    // Ranks need no scores.
    ChildList sorted = new ChildList(list(1, Float.NaN).documents(), /* byScore= */ false);
    assertEquals(0.5f, rrf(1, 1).fuse(List.of(sorted), null, 10, false)[0].score);
  }

  @Test
  void asALoopOverAllDocumentsWouldWhereverTheyLie() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      String what = "seed " + seed + ", case " + i;
      int children = 1 + random.nextInt(4);
      Fusion fusion = randomFusion(random, children);
      List<Map<Integer, Float>> found = new ArrayList<>();
      for (int child = 0; child < children; child++) {
        found.add(randomScores(random));
      }
      Map<Integer, Float> expected = loop(fusion, found);
      for (int shards : new int[] {1, 3, 8}) {
        RankDoc[] fused =
            fusion.fuse(scattered(found, shards), null, Integer.MAX_VALUE, random.nextBoolean());
        // Documents lie by their number, so that it is known again.
        for (RankDoc document : fused) {
          document.doc = document.doc * shards + document.shardIndex;
        }
        assertEquals(expected, scores(fused), what);
      }
    }
  }

  private static Fusion randomFusion(Random random, int children) {
    List<Child> settings = new ArrayList<>();
    for (int i = 0; i < children; i++) {
      Normalizer[] all = Normalizer.values();
      settings.add(new Child(random.nextInt(5) / 4.0, all[random.nextInt(all.length)]));
    }
    return new Fusion(
        random.nextBoolean() ? FusionMethod.RRF : FusionMethod.LINEAR,
        1 + random.nextInt(3),
        settings);
  }

  private static Map<Integer, Float> randomScores(Random random) {
    Map<Integer, Float> scores = new TreeMap<>();
    for (int i = random.nextInt(30); i > 0; i--) {
      scores.put(random.nextInt(40), random.nextInt(8) / 4f);
    }
    return scores;
  }

  /** Each child's list, of which equal ones come in the order of their shards and documents. */
  private static List<ChildList> scattered(List<Map<Integer, Float>> found, int shards) {
    List<ChildList> lists = new ArrayList<>();
    for (Map<Integer, Float> scores : found) {
      List<ScoreDoc> documents = new ArrayList<>();
      scores.forEach((id, score) -> documents.add(new ScoreDoc(id / shards, score, id % shards)));
      documents.sort(
          Comparator.comparingDouble((ScoreDoc document) -> -document.score)
              .thenComparingInt(document -> document.shardIndex)
              .thenComparingInt(document -> document.doc));
      lists.add(new ChildList(documents, /* byScore= */ true));
    }
    return lists;
  }

  /** The definition: a document's rank is the number of those with a better score, and 1. */
  private static Map<Integer, Float> loop(Fusion fusion, List<Map<Integer, Float>> found) {
    Map<Integer, Double> sums = new HashMap<>();
    Map<Integer, List<Integer>> ranks = new HashMap<>();
    for (int child = 0; child < found.size(); child++) {
      Map<Integer, Float> scores = found.get(child);
      Child settings = fusion.children().get(child);
      List<Float> sorted = new ArrayList<>(scores.values());
      sorted.sort(Collections.reverseOrder());
      float[] list = new float[sorted.size()];
      for (int i = 0; i < list.length; i++) {
        list[i] = sorted.get(i);
      }
      double[] normalized = settings.normalizer().normalize(list);
      for (Map.Entry<Integer, Float> document : scores.entrySet()) {
        int before = sorted.indexOf(document.getValue());
        double part =
            fusion.method() == FusionMethod.RRF
                ? settings.weight() / (fusion.rankConstant() + before + 1)
                : settings.weight() * normalized[before];
        sums.merge(document.getKey(), part, Double::sum);
        ranks
            .computeIfAbsent(
                document.getKey(),
                key -> new ArrayList<>(Collections.nCopies(found.size(), Integer.MAX_VALUE)))
            .set(child, before + 1);
      }
    }
    return descending(sums, ranks);
  }

  /** Scores, each above those of documents that come later by score and ranks. */
  private static Map<Integer, Float> descending(
      Map<Integer, Double> sums, Map<Integer, List<Integer>> ranks) {
    Comparator<Integer> worstFirst =
        Comparator.<Integer>comparingDouble(id -> (float) (double) sums.get(id))
            .thenComparing(
                (one, other) -> {
                  for (int i = 0; i < ranks.get(one).size(); i++) {
                    int order = ranks.get(other).get(i).compareTo(ranks.get(one).get(i));
                    if (order != 0) {
                      return order;
                    }
                  }
                  return 0;
                });
    List<Integer> order = new ArrayList<>(sums.keySet());
    order.sort(worstFirst);
    Map<Integer, Float> scores = new TreeMap<>();
    for (int i = 0; i < order.size(); i++) {
      int id = order.get(i);
      float least = i == 0 ? Float.MIN_VALUE : Math.nextUp(scores.get(order.get(i - 1)));
      if (i > 0 && worstFirst.compare(order.get(i - 1), id) == 0) {
        scores.put(id, scores.get(order.get(i - 1)));
      } else {
        scores.put(id, Math.max(least, (float) (double) sums.get(id)));
      }
    }
    return scores;
  }
}
