package org.learnedsparse.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.learnedsparse.postings.ImpactCodec;
import org.learnedsparse.postings.ImpactTokens;

/** An index of random documents, and the same documents in plain arrays. */
final class RandomIndex implements AutoCloseable {
  static final String FIELD = "sparse";

  /** Vectors of {@link #DIMENSIONS} numbers, which some documents of small indices have. */
  static final String DENSE = "dense";

  static final int DIMENSIONS = 3;

  private static final String ID = "id";
  private static final String RANK = "rank";

  /** The most documents of an index of each size: most are small, some have many superblocks. */
  private static final int[] SIZES = {5, 70, 600, 5000, 30_000};

  private static final int[] SHARES = {15, 35, 25, 10, 15};

  private final Directory directory = new ByteBuffersDirectory();
  private final DirectoryReader reader;
  private final boolean hasBounds;
  private final int vocabulary;

  /** By term, by the document's id in the reader; 0 for none. */
  private final short[][] impacts;

  /** By the document's id in the reader; null for none. */
  private final float[][] vectors;

  private final boolean[] even;
  private final boolean[] live;

  RandomIndex(SplittableRandom random) throws IOException {
    hasBounds = random.nextInt(6) != 0;
    vocabulary = 1 + random.nextInt(random.nextBoolean() ? 5 : 40);
    List<Map<String, Integer>> documents = new ArrayList<>();
    List<Boolean> evens = new ArrayList<>();
    List<float[]> written = new ArrayList<>();
    write(random, documents, evens, written);
    reader = DirectoryReader.open(directory);
    impacts = new short[vocabulary][reader.maxDoc()];
    vectors = new float[reader.maxDoc()][];
    even = new boolean[reader.maxDoc()];
    live = new boolean[reader.maxDoc()];
    Arrays.fill(live, true);
    for (LeafReaderContext leaf : reader.leaves()) {
      NumericDocValues ids = leaf.reader().getNumericDocValues(ID);
      for (int i = 0; i < leaf.reader().maxDoc(); i++) {
        int at = leaf.docBase + ids.nextDoc();
        int id = (int) ids.longValue();
        even[at] = evens.get(id);
        vectors[at] = written.get(id);
        live[at] = leaf.reader().getLiveDocs() == null || leaf.reader().getLiveDocs().get(i);
        for (int term = 0; term < vocabulary; term++) {
          impacts[term][at] = documents.get(id).getOrDefault(term(term), 0).shortValue();
        }
      }
    }
  }

  static String term(int i) {
    return "t" + i;
  }

  private void write(
      SplittableRandom random,
      List<Map<String, Integer>> documents,
      List<Boolean> evens,
      List<float[]> written)
      throws IOException {
    IndexWriterConfig config =
        new IndexWriterConfig(new KeywordAnalyzer())
            .setMergePolicy(new LogDocMergePolicy())
            .setMergeScheduler(new SerialMergeScheduler());
    if (hasBounds) { // else Lucene's own postings
      config.setCodec(ImpactCodec.forFields(FIELD));
    }
    if (random.nextInt(4) == 0) { // documents in another order than they were written in
      config.setIndexSort(new Sort(new SortField(RANK, SortField.Type.INT)));
    }
    int count = random.nextInt(1 + size(random));
    // Few different impacts make many ties, and bounds that scores do reach.
    int most = 1 + random.nextInt(4);
    boolean onlyFew = random.nextBoolean();
    int each = 1 + random.nextInt(Math.min(12, vocabulary));
    // Documents that follow each other share terms, or any two documents do.
    int topics = random.nextBoolean() ? 1 : 1 + random.nextInt(20);
    int flushEvery = random.nextBoolean() ? count : 2 + count / (1 + random.nextInt(6));
    // Documents without terms are quick to write, and make many superblocks.
    double empty = count > 1000 && random.nextBoolean() ? .9 : 0;
    // A graph of many vectors would take long to build.
    double dense = count > 600 ? 0 : random.nextInt(3) / 2.0;
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int id = 0; id < count; id++) {
        int topic = (int) ((long) id * topics / count);
        Map<String, Integer> its = new TreeMap<>();
        for (int i = random.nextInt(each + 1); i > 0 && random.nextDouble() >= empty; i--) {
          int term = random.nextInt(vocabulary);
          if (topics == 1 || term % topics == topic || random.nextInt(20) == 0) {
            its.put(term(term), 1 + random.nextInt(onlyFew || random.nextBoolean() ? most : 255));
          }
        }
        boolean isEven = random.nextBoolean();
        Document document = new Document();
        document.add(new StringField(ID, String.valueOf(id), Field.Store.NO));
        document.add(new NumericDocValuesField(ID, id));
        document.add(new NumericDocValuesField(RANK, random.nextInt(100)));
        document.add(new StringField("even", String.valueOf(isEven), Field.Store.NO));
        document.add(ImpactTokens.field(FIELD, its));
        float[] vector = random.nextDouble() < dense ? vector(random) : null;
        if (vector != null) {
          document.add(new KnnFloatVectorField(DENSE, vector, VectorSimilarityFunction.EUCLIDEAN));
        }
        writer.addDocument(document);
        written.add(vector);
        documents.add(its);
        evens.add(isEven);
        if (id % flushEvery == flushEvery - 1) {
          writer.flush();
        }
      }
      if (random.nextBoolean()) {
        for (int i = random.nextInt(1 + count / 2); i > 0; i--) {
          writer.deleteDocuments(new Term(ID, String.valueOf(random.nextInt(count))));
        }
      }
      if (random.nextInt(4) == 0) {
        writer.forceMerge(1);
      }
    }
  }

  /** Of few values, so that there are ties. */
  static float[] vector(SplittableRandom random) {
    float[] vector = new float[DIMENSIONS];
    for (int i = 0; i < DIMENSIONS; i++) {
      vector[i] = random.nextInt(5) - 2;
    }
    return vector;
  }

  private static int size(SplittableRandom random) {
    int share = random.nextInt(100);
    int size = 0;
    while (share >= SHARES[size]) {
      share -= SHARES[size];
      size++;
    }
    return SIZES[size];
  }

  DirectoryReader reader() {
    return reader;
  }

  /** Whether the postings are in the format that has block bounds. */
  boolean hasBounds() {
    return hasBounds;
  }

  int vocabulary() {
    return vocabulary;
  }

  int maxDoc() {
    return live.length;
  }

  /** The term's impact in a document, 0 for none. */
  int impact(int term, int document) {
    return term < vocabulary ? impacts[term][document] : 0;
  }

  /** Whether a document, deleted or not, has any term. */
  boolean hasTerms(int document) {
    for (short[] ofTerm : impacts) {
      if (ofTerm[document] > 0) {
        return true;
      }
    }
    return false;
  }

  /** A document's vector; null for none. */
  float[] vector(int document) {
    return vectors[document];
  }

  /** Whether the field {@code even} of a document is {@code true}. */
  boolean isEven(int document) {
    return even[document];
  }

  boolean isLive(int document) {
    return live[document];
  }

  @Override
  public void close() throws IOException {
    reader.close();
    directory.close();
  }
}
