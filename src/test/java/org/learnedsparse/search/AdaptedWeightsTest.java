package org.learnedsparse.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.search.TotalHitCountCollectorManager;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.BytesRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.learnedsparse.postings.ImpactCodec;
import org.learnedsparse.postings.ImpactTokens;
import org.learnedsparse.vector.Quantiser;
import org.learnedsparse.vector.SparseVector;

/**
 * Which statistics the weights of a query are adapted to, and when a searcher is asked for them.
 */
class AdaptedWeightsTest {
  private static final String FIELD = "sparse";
  private static final Quantiser QUANTISER = new Quantiser(Quantiser.MAX_IMPACT); // step 1
  private static final SparseVector TABLE =
      SparseVector.of(Map.of("often", 1f, "seldom", 1f, "absent", 1f));

  private static Directory directory;
  private static DirectoryReader reader;

  /** Two segments: {@code often} is in all four documents, {@code seldom} in the first. */
  @BeforeAll
  static void write() throws IOException {
    directory = new ByteBuffersDirectory();
    IndexWriterConfig config =
        new IndexWriterConfig(new KeywordAnalyzer())
            .setMergePolicy(NoMergePolicy.INSTANCE)
            .setCodec(ImpactCodec.forFields(FIELD));
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int i = 0; i < 4; i++) {
        Document document = new Document();
        document.add(
            ImpactTokens.field(
                FIELD, i == 0 ? Map.of("often", 1, "seldom", 1) : Map.of("often", 1)));
        writer.addDocument(document);
        writer.addDocument(new Document());
        writer.flush();
      }
    }
    reader = DirectoryReader.open(directory);
  }

  @AfterAll
  static void close() throws IOException {
    reader.close();
    directory.close();
  }

  /** Answers as if there were other shards, and notes what it is asked. */
  private static final class SharedSearcher extends IndexSearcher {
    private final List<String> asked = new ArrayList<>();

    SharedSearcher(IndexReader reader) {
      super(reader);
      setQueryCache(null);
    }

    @Override
    public TermStatistics termStatistics(Term term, int frequency, long total) {
      asked.add(term.text());
      return new TermStatistics(new BytesRef(term.text()), 100L + frequency, 1000L + total);
    }

    @Override
    public CollectionStatistics collectionStatistics(String field) throws IOException {
      asked.add("*");
      assertEquals(4, super.collectionStatistics(field).docCount());
      return new CollectionStatistics(field, 2000, 1000, 5000, 3000);
    }
  }

  private static IndexIdf half() {
    return new IndexIdf(
        .5,
        (searcher, term) -> {
          assertEquals(new Term(FIELD, "absent"), term);
          return searcher instanceof SharedSearcher ? 50 : 0;
        });
  }

  private static LearnedSparseQuery query(IndexIdf indexIdf) {
    return new LearnedSparseQuery(FIELD, TABLE, QUANTISER, indexIdf);
  }

  private static TopDocumentsQuery top(LearnedSparseQuery query, Query filter) {
    return new TopDocumentsQuery(query, filter, 3, Approximation.NONE, statistics -> {});
  }

  private static float best(IndexSearcher searcher, Query query) throws IOException {
    ScoreDoc[] hits = searcher.search(query, 1).scoreDocs;
    assertEquals(0, hits[0].doc);
    return hits[0].score;
  }

  @Test
  void allQueriesTakeTheSearchersStatistics() throws IOException {
    IndexIdf half = half();
    float expected = half.weight(1, 104, 1000) + half.weight(1, 101, 1000);
    LearnedSparseQuery query = query(half);
    for (Query each : List.of(query, new TopHitsQuery(query, 3), top(query, null))) {
      SharedSearcher searcher = new SharedSearcher(reader);
      assertEquals(expected, best(searcher, each), expected * 1e-6, each.toString());
      // Once, though the top documents are found before they are collected.
      assertEquals(List.of("*", "often", "seldom"), searcher.asked, each.toString());
      Explanation explanation = searcher.explain(each, 0);
      assertEquals(expected, explanation.getValue().floatValue(), expected * 1e-6);
    }
    float alone = half.weight(1, 4, 4) + half.weight(1, 1, 4);
    assertEquals(alone, best(new IndexSearcher(reader), query), alone * 1e-6);
    assertNotEquals(alone, expected, 1e-2);
  }

  /** The weights' unit depends on all of them, so those of absent terms must be as elsewhere. */
  @Test
  void aTermThatOnlyOtherShardsHaveWeighsWhatItDoesThere() throws IOException {
    QueryTerms shared = QueryTerms.in(new SharedSearcher(reader), query(half()));
    assertEquals("absent", shared.vector().term(0));
    assertEquals(half().weight(1, 50, 1000), shared.vector().weight(0));
    QueryTerms alone = QueryTerms.in(new IndexSearcher(reader), query(half()));
    assertEquals(half().weight(1, 0, 4), alone.vector().weight(0));
  }

  /** As the first phase of a distributed search does: it rewrites with another searcher. */
  @Test
  void whatWasRewrittenBeforeStillAsksForStatistics() throws IOException {
    List<Query> filters = new ArrayList<>(List.of(new MatchAllDocsQuery()));
    filters.add(new MatchNoDocsQuery()); // finds nothing, and has statistics to tell nevertheless
    for (Query filter : filters) {
      Query rewritten = new IndexSearcher(reader).rewrite(top(query(half()), filter));
      SharedSearcher searcher = new SharedSearcher(reader);
      searcher.createWeight(rewritten, ScoreMode.COMPLETE, 1);
      assertEquals(List.of("*", "often", "seldom"), searcher.asked, filter.toString());
    }
  }

  @Test
  void withoutAShareNobodyIsAsked() throws IOException {
    SharedSearcher searcher = new SharedSearcher(reader);
    LearnedSparseQuery query = query(IndexIdf.NONE);
    for (Query each : List.of(query, new TopHitsQuery(query, 3), top(query, null))) {
      assertEquals(2, best(searcher, each));
    }
    searcher.createWeight(
        new IndexSearcher(reader).rewrite(top(query, null)), ScoreMode.COMPLETE, 1);
    assertEquals(List.of(), searcher.asked);
  }

  @Test
  void whereNoScoresAreNeededNobodyIsAsked() throws IOException {
    SharedSearcher searcher = new SharedSearcher(reader);
    assertEquals(4, searcher.search(query(half()), new TotalHitCountCollectorManager()));
    assertEquals(List.of(), searcher.asked);
  }

  @Test
  void anEmptyIndexAndAFieldThatIsNotThere() throws IOException {
    IndexIdf half = new IndexIdf(.5, (searcher, term) -> 0);
    try (Directory empty = new ByteBuffersDirectory()) {
      new IndexWriter(empty, new IndexWriterConfig()).close();
      try (DirectoryReader none = DirectoryReader.open(empty)) {
        assertEquals(0, new IndexSearcher(none).search(query(half), 1).totalHits.value);
      }
    }
    LearnedSparseQuery elsewhere = new LearnedSparseQuery("nowhere", TABLE, QUANTISER, half);
    IndexSearcher searcher = new IndexSearcher(reader);
    assertEquals(0, searcher.search(elsewhere, 1).totalHits.value);
    assertEquals(0, searcher.search(top(elsewhere, null), 1).totalHits.value);
  }

  @Test
  void anExplanationTellsWhatTheWeightWasMadeOf() throws IOException {
    Explanation explanation = new IndexSearcher(reader).explain(query(half()), 0);
    Explanation often = explanation.getDetails()[0];
    assertTrue(often.getDescription().startsWith("term [often]"), often.toString());
    Explanation weight = often.getDetails()[0];
    assertEquals(half().weight(1, 4, 4), weight.getValue());
    assertEquals("query weight, the table's adapted to the index, of:", weight.getDescription());
    List<String> parts = new ArrayList<>();
    for (Explanation part : weight.getDetails()) {
      parts.add(part.getValue() + " " + part.getDescription());
    }
    assertEquals(
        List.of(
            "1.0 table weight",
            "4 documents with the term",
            "4 documents with the field",
            "0.5 index_idf, the index's share"),
        parts);
  }

  @Test
  void theShareIsPartOfTheQuery() {
    IndexIdf half = half();
    assertEquals(query(half), query(half));
    assertEquals(query(half).hashCode(), query(half).hashCode());
    assertNotEquals(query(half), query(IndexIdf.NONE));
    assertNotEquals(query(half), query(new IndexIdf(.6, half.otherShards())));
    assertTrue(query(half).toString().contains("index_idf 0.5"));
    assertTrue(query(IndexIdf.NONE).toString().contains("index_idf") == false);
  }
}
