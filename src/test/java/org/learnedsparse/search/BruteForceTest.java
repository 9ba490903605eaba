package org.learnedsparse.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.TermFrequencyAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.RepeatedTest;
import org.learnedsparse.postings.ImpactCodec;
import org.learnedsparse.vector.Quantiser;
import org.learnedsparse.vector.SparseVector;

/**
 * Random indices and queries against a program that scores every document by the definition: the
 * same ids, the same order, the same scores to the last bit.
 */
class BruteForceTest {
  private static final String FIELD = "sparse";
  private static final FieldType TYPE = new FieldType();

  static {
    TYPE.setTokenized(true);
    TYPE.setOmitNorms(true);
    TYPE.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    TYPE.freeze();
  }

  private record Doc(int id, Map<String, Integer> impacts, boolean even) {}

  private record Hit(int id, float score) {}

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);
  private final Quantiser quantiser = new Quantiser((float) Math.exp(random.nextGaussian()));

  @RepeatedTest(150)
  void allWaysOfSearchingEqualBruteForce() throws IOException {
    int vocabulary = 1 + random.nextInt(40);
    List<Doc> documents = new ArrayList<>();
    try (Directory directory = new ByteBuffersDirectory()) {
      write(directory, documents, vocabulary);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        searcher.setQueryCache(null);
        for (int i = 0; i < 20; i++) {
          check(searcher, documents, query(vocabulary));
        }
      }
    }
  }

  /** Writes some documents in several segments and deletes some; keeps those that are left. */
  private void write(Directory directory, List<Doc> documents, int vocabulary) throws IOException {
    IndexWriterConfig config = new IndexWriterConfig(new KeywordAnalyzer());
    config.setMergePolicy(new LogDocMergePolicy());
    if (random.nextInt(4) != 0) { // else Lucene's own postings
      config.setCodec(ImpactCodec.forFields(FIELD));
    }
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      int count = random.nextInt(new int[] {4, 3000, 20_000}[random.nextInt(3)]);
      for (int id = 0; id < count; id++) {
        Map<String, Integer> impacts = new TreeMap<>();
        for (int t = random.nextInt(12); t > 0; t--) {
          // Few different impacts make many ties.
          impacts.put(
              term(random.nextInt(vocabulary)),
              random.nextBoolean() ? 1 + random.nextInt(3) : 1 + random.nextInt(255));
        }
        Doc document = new Doc(id, impacts, random.nextBoolean());
        writer.addDocument(lucene(document));
        documents.add(document);
        if (random.nextInt(1 + count / 10) == 0) {
          writer.flush();
        }
      }
      if (random.nextBoolean()) {
        for (int d = random.nextInt(1 + count / 3); d > 0 && documents.isEmpty() == false; d--) {
          Doc deleted = documents.remove(random.nextInt(documents.size()));
          writer.deleteDocuments(new Term("id", String.valueOf(deleted.id())));
        }
      }
      if (random.nextInt(4) == 0) {
        writer.forceMerge(1);
      }
    }
  }

  private static String term(int i) {
    return "t" + i;
  }

  private static Document lucene(Doc document) {
    Document lucene = new Document();
    lucene.add(new StringField("id", String.valueOf(document.id()), Field.Store.YES));
    lucene.add(new StringField("even", String.valueOf(document.even()), Field.Store.NO));
    lucene.add(new Field(FIELD, new Impacts(document.impacts()), TYPE));
    return lucene;
  }

  private static final class Impacts extends TokenStream {
    private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
    private final TermFrequencyAttribute impact = addAttribute(TermFrequencyAttribute.class);
    private final Iterator<Map.Entry<String, Integer>> entries;

    Impacts(Map<String, Integer> impacts) {
      entries = impacts.entrySet().iterator();
    }

    @Override
    public boolean incrementToken() {
      if (entries.hasNext() == false) {
        return false;
      }
      Map.Entry<String, Integer> entry = entries.next();
      clearAttributes();
      term.append(entry.getKey());
      impact.setTermFrequency(entry.getValue());
      return true;
    }
  }

  private SparseVector query(int vocabulary) {
    Map<String, Float> weights = new TreeMap<>();
    for (int t = random.nextInt(12); t > 0; t--) {
      float weight =
          switch (random.nextInt(3)) {
            case 0 -> 1 + random.nextInt(2);
            case 1 -> random.nextFloat() * 3 + 1e-3f;
            default -> (float) Math.exp(random.nextGaussian() * 8);
          };
      // One term in ten is in no document.
      weights.put(term(random.nextInt(vocabulary + vocabulary / 10 + 1)), weight);
    }
    return SparseVector.of(weights);
  }

  private void check(IndexSearcher searcher, List<Doc> documents, SparseVector vector)
      throws IOException {
    LearnedSparseQuery query = new LearnedSparseQuery(FIELD, vector, quantiser);
    Query even = new TermQuery(new Term("even", "true"));
    List<Hit> all = bruteForce(documents, vector, false);
    List<Hit> evens = bruteForce(documents, vector, true);
    int k = random.nextBoolean() ? 1 + random.nextInt(20) : 1 + random.nextInt(4000);
    assertHits(top(all, k), search(searcher, query, k, k), "pruned");
    assertHits(top(all, k), search(searcher, query, k, Integer.MAX_VALUE), "complete");
    assertEquals(all.size(), searcher.count(query), message("count"));
    assertHits(top(evens, k), search(searcher, filtered(query, even), k, k), "filtered");
    assertHits(
        top(all, k), search(searcher, new TopDocumentsQuery(query, null, k), 5000, 5000), "top");
    assertHits(
        top(evens, k),
        search(searcher, new TopDocumentsQuery(query, even, k), 5000, 5000),
        "top, filtered");
    explain(searcher, query, k);
    explain(searcher, new TopDocumentsQuery(query, even, k), k);
  }

  private static Query filtered(Query query, Query filter) {
    return new BooleanQuery.Builder()
        .add(query, BooleanClause.Occur.MUST)
        .add(filter, BooleanClause.Occur.FILTER)
        .build();
  }

  private List<Hit> bruteForce(List<Doc> documents, SparseVector vector, boolean evenOnly) {
    TermWeights weights = TermWeights.of(vector, quantiser.step());
    List<Hit> hits = new ArrayList<>();
    for (Doc document : documents) {
      int sum = 0;
      double plain = 0;
      boolean matches = false;
      // Backwards: the order of the terms must not matter.
      for (int i = vector.size() - 1; i >= 0; i--) {
        Integer impact = document.impacts().get(vector.term(i));
        if (impact != null) {
          matches = true;
          sum += weights.get(i) * impact;
          plain += (double) vector.weight(i) * impact * quantiser.step();
        }
      }
      if (matches && (document.even() || evenOnly == false)) {
        float score = weights.score(sum);
        hits.add(new Hit(document.id(), score));
        double mass = vector.toMap().values().stream().mapToDouble(weight -> weight).sum();
        double rounding = mass * quantiser.step() * 0x1p-22 * 255 * vector.size();
        assertEquals(plain, score, plain * 1e-6 + rounding, message("score"));
      }
    }
    // Documents are numbered in the order they were written, so equal scores go by id.
    hits.sort(Comparator.comparing(Hit::score, Comparator.reverseOrder()).thenComparing(Hit::id));
    return hits;
  }

  private static List<Hit> top(List<Hit> hits, int k) {
    return hits.subList(0, Math.min(k, hits.size()));
  }

  private static List<Hit> search(IndexSearcher searcher, Query query, int k, int threshold)
      throws IOException {
    TopDocs top = searcher.search(query, new TopScoreDocCollectorManager(k, null, threshold));
    List<Hit> hits = new ArrayList<>();
    for (ScoreDoc hit : top.scoreDocs) {
      String id = searcher.storedFields().document(hit.doc).get("id");
      hits.add(new Hit(Integer.parseInt(id), hit.score));
    }
    return hits;
  }

  private void assertHits(List<Hit> expected, List<Hit> actual, String how) {
    assertArrayEquals(expected.toArray(), actual.toArray(), message(how));
  }

  private String message(String how) {
    return how + ", seed " + seed;
  }

  private void explain(IndexSearcher searcher, Query query, int k) throws IOException {
    for (ScoreDoc hit : searcher.search(query, Math.min(k, 3)).scoreDocs) {
      Explanation explanation = searcher.explain(query, hit.doc);
      assertTrue(explanation.isMatch(), message("explain"));
      assertEquals(hit.score, explanation.getValue().floatValue(), message("explain"));
    }
  }
}
