package org.learnedsparse.fusion;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.search.ScoreDoc;
import org.elasticsearch.search.rank.RankDoc;

/**
 * Makes one list of several. Neither a score nor an order depends on how documents lie in shards,
 * as long as the lists do not.
 *
 * @param method what the lists are fused by
 * @param rankConstant of reciprocal ranks, 1 or above; unused where scores are fused
 * @param children one for each list
 */
record Fusion(FusionMethod method, int rankConstant, List<Child> children) {

  Fusion {
    children = List.copyOf(children);
  }

  /**
   * The best documents, best first, with their ranks.
   *
   * @param minScore the least score that counts, or null for any
   * @param window how many documents at most
   * @param explain whether each document should carry what the lists say of it
   * @throws IllegalArgumentException when a score is no finite number, 0 or above
   */
  RankDoc[] fuse(List<ChildList> lists, Float minScore, int window, boolean explain) {
    List<FusedDocument> best =
        documents(lists).stream()
            .filter(document -> minScore == null || document.score() >= minScore)
            .sorted(FusedDocument.BEST_FIRST)
            .limit(window)
            .toList();
    float[] scores = descendingScores(best);
    RankDoc[] fused = new RankDoc[scores.length];
    for (int i = 0; i < fused.length; i++) {
      FusedDocument document = best.get(i);
      fused[i] =
          explain
              ? new FusedRankDoc(document, scores[i], this)
              : new RankDoc(document.document(), scores[i], document.shard());
      fused[i].rank = i + 1;
    }
    return fused;
  }

  private List<FusedDocument> documents(List<ChildList> lists) {
    Map<RankDoc.RankKey, FusedDocument> documents = new HashMap<>();
    for (int i = 0; i < lists.size(); i++) {
      List<ScoreDoc> list = lists.get(i).documents();
      List<ChildPart> parts = parts(i, lists.get(i));
      for (int j = 0; j < list.size(); j++) {
        documents
            .computeIfAbsent(
                new RankDoc.RankKey(list.get(j).doc, list.get(j).shardIndex),
                key -> new FusedDocument(key.shardIndex(), key.doc(), lists.size()))
            .add(i, parts.get(j));
      }
    }
    return new ArrayList<>(documents.values());
  }

  private List<ChildPart> parts(int child, ChildList list) {
    double weight = children.get(child).weight();
    float[] scores = list.scores();
    int[] ranks = list.ranks();
    List<ChildPart> parts = new ArrayList<>(scores.length);
    if (method == FusionMethod.RRF) {
      for (int i = 0; i < scores.length; i++) {
        double value = weight / ((double) rankConstant + ranks[i]);
        parts.add(new ChildPart(ranks[i], scores[i], 0, value));
      }
      return parts;
    }
    for (float score : scores) {
      if ((score >= 0 && score <= Float.MAX_VALUE) == false) {
        throw new IllegalArgumentException(
            "[%s] of method [%s] cannot add a score of [%s] from [%s[%s]]: scores must be finite, 0 or above. Fuse ranks, with method [%s]"
                .formatted(
                    FusionRetrieverBuilder.NAME,
                    method,
                    score,
                    FusionParser.RETRIEVERS,
                    child,
                    FusionMethod.RRF));
      }
    }
    double[] normalized = children.get(child).normalizer().normalize(scores);
    for (int i = 0; i < scores.length; i++) {
      parts.add(new ChildPart(ranks[i], scores[i], normalized[i], weight * normalized[i]));
    }
    return parts;
  }

  /**
   * The documents' scores, such that a document has a higher one than each that comes after it,
   * unless they tie in every list. Elasticsearch orders what a retriever found by the scores alone,
   * and equal ones by shard. So the scores of documents that only their ranks tell apart are raised
   * by the fewest steps that are enough, a step being the distance to the next float; and so a
   * score of 0 becomes the least above, as it does with Elasticsearch's own retrievers.
   */
  private static float[] descendingScores(List<FusedDocument> best) {
    float[] scores = new float[best.size()];
    float below = 0;
    for (int i = scores.length - 1; i >= 0; i--) {
      boolean ties = i + 1 < scores.length && best.get(i).ties(best.get(i + 1));
      scores[i] = ties ? below : Math.max(best.get(i).score(), Math.nextUp(below));
      below = scores[i];
    }
    if (below > Float.MAX_VALUE) {
      throw new IllegalArgumentException(
          "[%s] has a score above what a float can hold: lower the weights or use another normalizer"
              .formatted(FusionRetrieverBuilder.NAME));
    }
    return scores;
  }
}
