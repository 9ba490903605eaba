package org.learnedsparse.bench.search.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.apache.lucene.util.LongHeap;
import org.apache.lucene.util.NumericUtils;
import org.learnedsparse.bench.search.data.DocumentFile;
import org.learnedsparse.bench.search.data.ImpactVector;
import org.learnedsparse.bench.search.data.TopicModel;
import org.learnedsparse.bench.search.data.WeightedTerms;

/**
 * The exact answers to some queries, by scoring every document from its impacts in double
 * precision. Scores here are Σ query weight × impact: the step, which is the same for all, is left
 * out.
 */
public final class Truth {
  /**
   * How much of the sum of the query's weights rounding may add to or take from an engine's weight
   * of one term: the plugin's query rounds to 23 bits of that sum.
   */
  private static final double WEIGHT_ERROR = 0x1p-23;

  private final List<WeightedTerms> queries;
  private final DocumentFile documents;
  private final IntPredicate visible;
  private final double[][] best;
  private final int[] matches;
  private final float[] weights = new float[TopicModel.VOCABULARY];

  private Truth(List<WeightedTerms> queries, DocumentFile documents, IntPredicate visible) {
    this.queries = queries;
    this.documents = documents;
    this.visible = visible;
    this.best = new double[queries.size()][];
    this.matches = new int[queries.size()];
  }

  /**
   * Scores all documents.
   *
   * @param visible the documents that a search may find, by their numbers in the collection
   * @param most how many best documents of a query anyone will ask for
   */
  public static Truth of(
      List<WeightedTerms> queries, DocumentFile documents, IntPredicate visible, int most)
      throws IOException {
    Truth truth = new Truth(queries, documents, visible);
    truth.scoreAll(Math.min(most, documents.count()));
    return truth;
  }

  /** A term's weight in one of the queries. */
  private record Use(int query, float weight) {}

  private void scoreAll(int most) throws IOException {
    Use[][] usesByTerm = usesByTerm();
    LongHeap[] heaps = new LongHeap[queries.size()];
    for (int query = 0; query < heaps.length; query++) {
      heaps[query] = new LongHeap(most);
    }
    double[] scores = new double[heaps.length];
    for (int id = 0; id < documents.count(); id++) {
      if (visible.test(id) == false) {
        continue;
      }
      Arrays.fill(scores, 0);
      ImpactVector document = documents.read(id);
      for (int i = 0; i < document.size(); i++) {
        for (Use use : usesByTerm[document.term(i)]) {
          scores[use.query()] += (double) use.weight() * document.impact(i);
        }
      }
      for (int query = 0; query < scores.length; query++) {
        if (scores[query] > 0) {
          matches[query]++;
          heaps[query].insertWithOverflow(NumericUtils.doubleToSortableLong(scores[query]));
        }
      }
    }
    for (int query = 0; query < heaps.length; query++) {
      best[query] = bestFirst(heaps[query]);
    }
  }

  private Use[][] usesByTerm() {
    List<List<Use>> uses = new ArrayList<>();
    for (int term = 0; term < TopicModel.VOCABULARY; term++) {
      uses.add(new ArrayList<>(0));
    }
    for (int query = 0; query < queries.size(); query++) {
      WeightedTerms terms = queries.get(query);
      for (int i = 0; i < terms.size(); i++) {
        uses.get(terms.term(i)).add(new Use(query, terms.weight(i)));
      }
    }
    return uses.stream().map(list -> list.toArray(Use[]::new)).toArray(Use[][]::new);
  }

  private static double[] bestFirst(LongHeap heap) {
    double[] scores = new double[heap.size()];
    for (int i = scores.length - 1; i >= 0; i--) {
      scores[i] = NumericUtils.sortableLongToDouble(heap.pop());
    }
    return scores;
  }

  /**
   * How much of the exact answer was found. A document counts if its exact score reaches that of
   * the k-th best document, but for what rounding to 23 bits explains: so of documents of equal
   * scores any will do.
   *
   * @param query its position
   * @param found numbers of documents in the collection
   * @return the share of min(k, number of documents that match) documents, 0 to 1
   */
  public double recall(int query, int k, int[] found) throws IOException {
    int wanted = Math.min(k, matches[query]);
    if (wanted == 0) {
      return found.length == 0 ? 1 : 0;
    }
    WeightedTerms terms = queries.get(query);
    double sum = 0;
    for (int i = 0; i < terms.size(); i++) {
      weights[terms.term(i)] = terms.weight(i);
      sum += terms.weight(i);
    }
    double threshold = best[query][wanted - 1];
    int counted = 0;
    for (int id : Arrays.stream(found).distinct().filter(visible).toArray()) {
      ImpactVector document = documents.read(id);
      double score = 0;
      int shared = 0;
      for (int i = 0; i < document.size(); i++) {
        float weight = weights[document.term(i)];
        score += (double) weight * document.impact(i);
        shared += weight > 0 ? document.impact(i) : 0;
      }
      // Both this document's score and that of the one it may have displaced were rounded.
      double tolerance = 2 * (shared * sum * WEIGHT_ERROR + score * 0x1p-24);
      counted += score > 0 && score >= threshold - tolerance ? 1 : 0;
    }
    for (int i = 0; i < terms.size(); i++) {
      weights[terms.term(i)] = 0;
    }
    return (double) Math.min(counted, wanted) / wanted;
  }
}
