package org.learnedsparse.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.elasticsearch.search.vectors.DenseVectorQuery;
import org.elasticsearch.search.vectors.VectorSimilarityQuery;
import org.junit.jupiter.api.Test;
import org.learnedsparse.vector.Quantiser;
import org.learnedsparse.vector.SparseVector;

/**
 * Fused searches in random indices against a program that scores both sides by their definitions:
 * the same documents in the same order, and the same scores to the last bit.
 */
class FusedQueryTest {
  private static final int INDICES = 60;
  private static final int CASES_AN_INDEX = 40;
  private static final Query EVEN = new TermQuery(new Term("even", "true"));

  @Test
  void everyCandidateHasBothScores() throws IOException {
    long first = Long.getLong("learned_sparse.seed", new Random().nextLong());
    System.out.println("FusedQueryTest: seed " + first);
    Map<String, Integer> met = new HashMap<>();
    for (long seed = first; seed < first + INDICES; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      try (RandomIndex index = new RandomIndex(random)) {
        for (int i = 0; i < CASES_AN_INDEX; i++) {
          new Case(index, random, "seed " + seed + ", case " + i).run(met);
        }
      }
    }
    // Else the test would say little.
    for (String kind : new String[] {"both", "sparse only", "dense only", "below the floor"}) {
      assertTrue(met.getOrDefault(kind, 0) > 20, kind + " in " + met + ", seed " + first);
    }
  }

  private static final class Case {
    private final RandomIndex index;
    private final SplittableRandom random;
    private final String name;
    private final IndexSearcher searcher;
    private final Quantiser quantiser = new Quantiser(4);
    private final SparseVector terms;
    private final float[] vector;
    private final int k;
    private final Query filter;
    private final float floor;
    private final ConvexCombination combination;

    Case(RandomIndex index, SplittableRandom random, String name) {
      this.index = index;
      this.random = random;
      this.name = name;
      this.searcher = new IndexSearcher(index.reader());
      this.terms = terms();
      this.vector = RandomIndex.vector(random);
      this.k = 1 + random.nextInt(random.nextBoolean() ? 5 : 50);
      this.filter = random.nextInt(3) == 0 ? EVEN : null;
      this.floor = random.nextInt(3) == 0 ? .2f : 0;
      this.combination =
          new ConvexCombination(
              random.nextInt(4) == 0 ? random.nextInt(2) : random.nextDouble(),
              random.nextBoolean());
    }

    private SparseVector terms() {
      Map<String, Float> weights = new TreeMap<>();
      for (int i = random.nextInt(5); i > 0; i--) {
        int most = index.vocabulary() + 1;
        weights.put(RandomIndex.term(random.nextInt(most)), (float) random.nextDouble(.01, 3));
      }
      return SparseVector.of(weights);
    }

    void run(Map<String, Integer> met) throws IOException {
      LearnedSparseQuery sparse = new LearnedSparseQuery(RandomIndex.FIELD, terms, quantiser);
      Query nearest = new KnnFloatVectorQuery(RandomIndex.DENSE, vector, k, filter);
      Query similarity = new DenseVectorQuery.Floats(vector, RandomIndex.DENSE);
      FusedQuery fused =
          new FusedQuery(
              new TopDocumentsQuery(sparse, filter, k),
              new NearestDocuments(
                  RandomIndex.DENSE,
                  nearest,
                  similarity,
                  floor == 0 ? similarity : new VectorSimilarityQuery(similarity, floor, floor)),
              combination);
      int all = Math.max(1, 2 * k);
      Hits actual = Hits.of(searcher.search(fused, all).scoreDocs);
      Hits expected = expected(nearest, all, met);
      assertEquals(expected, actual, () -> fused + ", " + name);
      if (random.nextInt(4) == 0) {
        explained(fused);
      }
    }

    private Hits expected(Query nearest, int all, Map<String, Integer> met) throws IOException {
      BruteForce bruteForce = new BruteForce(index, terms, quantiser, name);
      Set<Integer> candidates = new HashSet<>();
      bruteForce
          .top(k, document -> filter == null || index.isEven(document))
          .forEachDocument(candidates::add);
      Set<Integer> bySparse = new HashSet<>(candidates);
      for (ScoreDoc hit : searcher.search(nearest, k).scoreDocs) {
        if (dense(hit.doc) >= floor) {
          candidates.add(hit.doc);
          met.merge(bySparse.contains(hit.doc) ? "both" : "dense only", 1, Integer::sum);
        } else {
          met.merge("below the floor", 1, Integer::sum);
        }
      }
      met.merge("sparse only", bySparse.isEmpty() ? 0 : 1, Integer::sum);
      float highest = TermWeights.of(terms, quantiser.step()).highestScore();
      return BruteForce.top(
          index.maxDoc(),
          all,
          document -> {
            if (candidates.contains(document) == false) {
              return -1;
            }
            float score = bruteForce.matches(document) ? bruteForce.score(document) : 0;
            double part =
                combination.normalised() && highest > 0 ? (double) score / highest : score;
            double weight = combination.weight();
            return (float) ((1 - weight) * part + weight * dense(document));
          });
    }

    /** By the definition of the similarity. */
    private float dense(int document) {
      float[] its = index.vector(document);
      return its == null ? 0 : VectorSimilarityFunction.EUCLIDEAN.compare(vector, its);
    }

    private void explained(FusedQuery fused) throws IOException {
      Set<Integer> found = new HashSet<>();
      for (ScoreDoc hit : searcher.search(fused, 3).scoreDocs) {
        Explanation explanation = searcher.explain(fused, hit.doc);
        assertTrue(explanation.isMatch(), name);
        assertEquals(hit.score, explanation.getValue().floatValue(), name);
        Explanation[] parts = explanation.getDetails();
        assertEquals(2, parts.length, name);
        assertEquals(
            hit.score,
            parts[0].getValue().floatValue() + parts[1].getValue().floatValue(),
            1e-5 * hit.score,
            name);
        found.add(hit.doc);
      }
      if (index.maxDoc() > 2 * k) {
        for (ScoreDoc hit : searcher.search(fused, 2 * k).scoreDocs) {
          found.add(hit.doc);
        }
        int other = 0;
        while (found.contains(other)) {
          other++;
        }
        assertFalse(searcher.explain(fused, other).isMatch(), name);
      }
    }
  }
}
