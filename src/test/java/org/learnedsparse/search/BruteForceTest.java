package org.learnedsparse.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntPredicate;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.FixedBitSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.learnedsparse.vector.Quantiser;
import org.learnedsparse.vector.SparseVector;

/**
 * Random indices, queries and ways of searching against a program that scores every document by the
 * definition: the same documents in the same order, and the same scores to the last bit.
 *
 * <p>{@code -Dlearned_sparse.cases=1000000} runs a million cases instead of some thousands, and
 * {@code -Dlearned_sparse.seed=…} begins with the index of that seed, which every failure names.
 */
class BruteForceTest {
  private static final int CASES = Integer.getInteger("learned_sparse.cases", 10_000);
  private static final int CASES_AN_INDEX = 250;
  private static final Query EVEN = new TermQuery(new Term("even", "true"));

  private final ExecutorService threads = Executors.newFixedThreadPool(3);

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void allWaysOfSearchingEqualBruteForce() throws IOException {
    long first = Long.getLong("learned_sparse.seed", new Random().nextLong());
    System.out.println("BruteForceTest: " + CASES + " cases, seed " + first);
    int cases = 0;
    for (long seed = first; cases < CASES; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      try (RandomIndex index = new RandomIndex(random)) {
        // A case in a large index takes longer; and there are few of these.
        int here = index.maxDoc() > 1000 ? CASES_AN_INDEX / 5 : CASES_AN_INDEX;
        for (int i = 0; i < here && cases < CASES; i++, cases++) {
          new Case(index, random, "seed " + seed + ", case " + i).run();
        }
      }
    }
  }

  /** One query, searched for in one way. */
  private final class Case {
    private final RandomIndex index;
    private final SplittableRandom random;
    private final String message;
    private final Quantiser quantiser;
    private final LearnedSparseQuery query;

    /** The query's terms with the weights that count in the index. */
    private final SparseVector weights;

    private final BruteForce bruteForce;
    private final int k;
    private final IndexSearcher searcher;

    Case(RandomIndex index, SplittableRandom random, String name) {
      this.index = index;
      this.random = random;
      this.quantiser = new Quantiser((float) Math.exp(random.nextDouble(-3, 3)));
      SparseVector vector = vector();
      double share = random.nextBoolean() ? 0 : random.nextInt(5) / 4.0;
      this.query =
          new LearnedSparseQuery(
              RandomIndex.FIELD, vector, quantiser, new IndexIdf(share, (searcher, term) -> 0));
      this.weights = share == 0 ? vector : adapted(vector, share);
      this.k = k();
      this.message = name + ", k " + k + ", index_idf " + share + ", " + vector.toMap();
      this.bruteForce = new BruteForce(index, weights, quantiser, message);
      this.searcher = searcher();
    }

    private SparseVector vector() {
      Map<String, Float> weights = new TreeMap<>();
      int kind = random.nextInt(3);
      for (int i = random.nextInt(random.nextBoolean() ? 3 : 12); i > 0; i--) {
        float weight =
            switch (kind) {
              case 0 -> 1 + random.nextInt(2);
              case 1 -> (float) random.nextDouble(1e-3, 3);
              default -> (float) Math.exp(random.nextDouble(-30, 30));
            };
        // One term in ten is in no document.
        int most = index.vocabulary() + index.vocabulary() / 10 + 1;
        weights.put(RandomIndex.term(random.nextInt(most)), weight);
      }
      return SparseVector.of(weights);
    }

    /** The definition of {@link IndexIdf} over the plain arrays. */
    private SparseVector adapted(SparseVector table, double share) {
      Map<String, Float> adapted = new TreeMap<>();
      int documents = 0;
      for (int document = 0; document < index.maxDoc(); document++) {
        documents += index.hasTerms(document) ? 1 : 0;
      }
      for (int i = 0; i < table.size(); i++) {
        int frequency = 0;
        int term = Integer.parseInt(table.term(i).substring(1));
        for (int document = 0; document < index.maxDoc(); document++) {
          frequency += index.impact(term, document) > 0 ? 1 : 0;
        }
        double w = table.weight(i);
        double p0 = Math.min(1, 1 / Math.expm1(w));
        double p = (frequency + 300 * p0 + .5) / (documents + 301);
        double idf = Math.log1p(1 / p);
        adapted.put(table.term(i), (float) (Math.pow(w, 1 - share) * Math.pow(idf, share)));
      }
      return SparseVector.of(adapted);
    }

    private int k() {
      return switch (random.nextInt(4)) {
        case 0 -> 1;
        case 1 -> 1 + random.nextInt(20);
        case 2 -> 1 + random.nextInt(1 + index.maxDoc());
        default -> index.maxDoc() + 1 + random.nextInt(10);
      };
    }

    /** In one thread, or in several, each segment by itself. */
    private IndexSearcher searcher() {
      IndexSearcher searcher =
          random.nextInt(3) != 0
              ? new IndexSearcher(index.reader())
              : new IndexSearcher(index.reader(), threads) {
                @Override
                protected LeafSlice[] slices(List<LeafReaderContext> leaves) {
                  return slices(leaves, 1, 1);
                }
              };
      searcher.setQueryCache(null);
      return searcher;
    }

    void run() throws IOException {
      switch (random.nextInt(21)) {
        case 0, 1, 2 -> top(null, document -> true);
        case 3, 4 -> top(EVEN, index::isEven);
        case 5, 6, 7 -> topOfSome();
        case 8 -> assertTop(query, bruteForce.top(k, document -> true));
        case 9 -> filtered();
        case 18 -> assertTop(new TopHitsQuery(query, k), bruteForce.top(k, document -> true));
        case 19, 20 -> approximate();
        case 10 -> beside(Occur.SHOULD, "or");
        case 11 -> beside(Occur.MUST, "and");
        case 12 -> boosted();
        case 13, 14, 15 -> competitive();
        case 16 -> assertEquals(bruteForce.count(), searcher.count(query), message);
        default -> explained();
      }
    }

    private void top(Query filter, IntPredicate accepted) throws IOException {
      // A limit beyond all: bounds are used whether they pay or not.
      int maxBlocks = random.nextBoolean() ? 0 : Integer.MAX_VALUE;
      Approximation none = new Approximation(1, 1, maxBlocks);
      TopDocumentsQuery top = new TopDocumentsQuery(query, filter, k, none, statistics -> {});
      Hits expected = bruteForce.top(k, accepted);
      Hits actual = search(top, k + random.nextInt(2), random.nextBoolean());
      assertEquals(expected, actual, () -> top + ", " + message);
      if (random.nextInt(20) == 0) {
        assertEquals(expected.size(), searcher.count(top), message);
      }
    }

    /** What is found is as it should be, and the best if nothing is said to be left out. */
    private void approximate() throws IOException {
      Approximation approximation =
          new Approximation(
              random.nextBoolean() ? 1 : random.nextDouble(.3, 1),
              random.nextBoolean() ? 1 : random.nextDouble(.3, 1),
              random.nextBoolean() ? 0 : 1 + random.nextInt(100));
      boolean even = random.nextInt(3) == 0;
      SearchStatistics[] statistics = new SearchStatistics[1];
      TopDocumentsQuery top =
          new TopDocumentsQuery(
              query, even ? EVEN : null, k, approximation, found -> statistics[0] = found);
      Hits actual = search(top, Math.max(1, k), true);
      Hits best = bruteForce.top(k, document -> even == false || index.isEven(document));
      if (statistics[0] == null || statistics[0].isExact()) {
        assertEquals(best, actual, () -> top + ", " + message);
      }
      assertTrue(actual.size() <= best.size(), message);
      if (statistics[0] != null && approximation.maxBlocks() > 0 && index.hasBounds()) {
        // Each segment's share is rounded up.
        int most = approximation.maxBlocks() + searcher.getLeafContexts().size();
        assertTrue(statistics[0].examined() <= most, () -> statistics[0] + ", " + message);
      }
      Set<Integer> found = new HashSet<>();
      for (ScoreDoc hit : searcher.search(top, Math.max(1, k)).scoreDocs) {
        assertTrue(found.add(hit.doc), message);
        assertTrue(index.isLive(hit.doc) && bruteForce.matches(hit.doc), message);
        assertTrue(even == false || index.isEven(hit.doc), message);
        assertEquals(bruteForce.score(hit.doc), hit.score, message);
      }
    }

    private void topOfSome() throws IOException {
      FixedBitSet some = some();
      top(new DocumentsQuery(some, random.nextBoolean()), some::get);
    }

    private FixedBitSet some() {
      FixedBitSet some = new FixedBitSet(Math.max(1, index.maxDoc()));
      int each = random.nextBoolean() ? 1 + random.nextInt(3) : 1 + random.nextInt(500);
      for (int i = random.nextInt(each); i < index.maxDoc(); i += 1 + random.nextInt(each)) {
        some.set(i);
      }
      return some;
    }

    private Hits search(Query query, int most, boolean complete) throws IOException {
      int threshold = complete ? Integer.MAX_VALUE : 1 + random.nextInt(most);
      return Hits.of(
          searcher.search(query, new TopScoreDocCollectorManager(most, null, threshold)).scoreDocs);
    }

    private void assertTop(Query query, Hits expected) throws IOException {
      boolean complete = random.nextBoolean();
      assertEquals(
          expected,
          search(query, k, complete),
          () -> query + (complete ? ", complete, " : ", pruned, ") + message);
    }

    private void filtered() throws IOException {
      FixedBitSet some = some();
      boolean without = random.nextInt(3) == 0;
      Query filtered =
          new BooleanQuery.Builder()
              .add(query, Occur.MUST)
              .add(new DocumentsQuery(some, false), without ? Occur.MUST_NOT : Occur.FILTER)
              .build();
      assertTop(filtered, bruteForce.top(k, document -> some.get(document) != without));
    }

    /** Together with another clause that scores. */
    private void beside(Occur occur, String name) throws IOException {
      float constant = random.nextInt(3) * 10;
      Query both =
          new BooleanQuery.Builder()
              .add(query, occur)
              .add(new BoostQuery(new ConstantScoreQuery(EVEN), constant), occur)
              .build();
      Hits expected =
          BruteForce.top(
              index.maxDoc(),
              k,
              document -> {
                boolean matches = bruteForce.matches(document);
                boolean isEven = index.isEven(document) && index.isLive(document);
                if (occur == Occur.MUST ? matches && isEven : matches || isEven) {
                  double part = matches ? bruteForce.score(document) : 0;
                  return (float) (part + (isEven ? constant : 0));
                }
                return -1;
              });
      assertEquals(expected, search(both, k, random.nextBoolean()), () -> name + ", " + message);
    }

    /** A boost is part of what is rounded, so scores are compared with what they should be. */
    private void boosted() throws IOException {
      float boost = random.nextInt(5) == 0 ? 0 : (float) Math.exp(random.nextDouble(-5, 5));
      Query inner = random.nextBoolean() ? query : new TopHitsQuery(query, k);
      Hits actual = search(new BoostQuery(inner, boost), k, random.nextBoolean());
      Quantiser as = new Quantiser(quantiser.maxWeight());
      TermWeights units = TermWeights.of(weights, (double) as.step() * boost);
      Hits expected =
          BruteForce.top(
              index.maxDoc(),
              k,
              document -> {
                int sum = 0;
                for (int i = 0; i < weights.size(); i++) {
                  int term = Integer.parseInt(weights.term(i).substring(1));
                  sum += units.get(i) * index.impact(term, document);
                }
                return sum > 0 && index.isLive(document) ? units.score(sum) : -1;
              });
      assertEquals(expected, actual, () -> "boost " + boost + ", " + message);
    }

    /** Scorers as they are: any steps, any lead cost, and a least score that rises. */
    private void competitive() throws IOException {
      Query rewritten = searcher.rewrite(query);
      Weight weight = searcher.createWeight(rewritten, ScoreMode.TOP_SCORES, 1);
      for (LeafReaderContext leaf : searcher.getLeafContexts()) {
        ScorerSupplier supplier = weight.scorerSupplier(leaf);
        Scorer scorer =
            supplier == null ? null : supplier.get(random.nextBoolean() ? 1 : Long.MAX_VALUE);
        walk(leaf, scorer);
      }
    }

    private void walk(LeafReaderContext leaf, Scorer scorer) throws IOException {
      DocIdSetIterator documents = scorer == null ? DocIdSetIterator.empty() : scorer.iterator();
      float least = 0;
      int from = 0;
      int step = random.nextBoolean() ? 1 : 1 + random.nextInt(6000);
      while (true) {
        int found = documents.docID() == from - 1 ? documents.nextDoc() : documents.advance(from);
        int end = Math.min(found, leaf.reader().maxDoc());
        for (int missed = from; missed < end; missed++) {
          int document = leaf.docBase + missed;
          if (bruteForce.matches(document) && bruteForce.score(document) >= least) {
            assertEquals(missed, found, "least score " + least + ", " + message);
          }
        }
        if (found == DocIdSetIterator.NO_MORE_DOCS) {
          return;
        }
        if (index.isLive(leaf.docBase + found)) {
          float score = scorer.score();
          assertEquals(bruteForce.score(leaf.docBase + found), score, message);
          assertTrue(score <= scorer.getMaxScore(DocIdSetIterator.NO_MORE_DOCS), message);
          if (random.nextInt(5) == 0 && score > least) {
            least = score;
            scorer.setMinCompetitiveScore(least);
          }
        }
        from = found + (random.nextInt(4) == 0 ? step : 1);
      }
    }

    private void explained() throws IOException {
      Query explained = random.nextBoolean() ? query : new TopDocumentsQuery(query, EVEN, k);
      for (ScoreDoc hit : searcher.search(explained, 3).scoreDocs) {
        Explanation explanation = searcher.explain(explained, hit.doc);
        assertTrue(explanation.isMatch(), message);
        assertEquals(hit.score, explanation.getValue().floatValue(), message);
      }
      if (index.maxDoc() > 0) {
        int any = random.nextInt(index.maxDoc());
        Explanation explanation = searcher.explain(query, any);
        if (index.isLive(any)) {
          assertEquals(bruteForce.matches(any), explanation.isMatch(), message);
        }
      }
    }
  }
}
