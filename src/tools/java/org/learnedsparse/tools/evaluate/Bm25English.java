package org.learnedsparse.tools.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.QueryBuilder;
import org.learnedsparse.tools.beir.BeirCollection;
import org.learnedsparse.tools.beir.BeirDocument;

/**
 * BM25 (k1 = 1.2, b = 0.75) with English stop words and stemming, the usual baseline, by Lucene in
 * this process: the distribution that the tools start lacks the {@code english} analyzer. It
 * indexes in one thread and without HTTP, so its speed is not comparable with a node's.
 */
public final class Bm25English implements RetrievalSystem {
  private static final String ID = "id";
  private static final String BODY = "body";
  private static final float K1 = 1.2f;
  private static final float B = 0.75f;

  @Override
  public String name() {
    return "bm25_english";
  }

  @Override
  public SearchableIndex index(BeirCollection collection) throws IOException {
    Path folder = Files.createTempDirectory("bm25-english");
    try {
      return new Index(folder, collection);
    } catch (IOException | RuntimeException e) {
      IOUtils.rm(folder);
      throw e;
    }
  }

  private static final class Index implements SearchableIndex {
    private final Path folder;
    private final IndexingCost cost;
    private final Directory directory;
    private final DirectoryReader reader;
    private final IndexSearcher searcher;

    Index(Path folder, BeirCollection collection) throws IOException {
      this.folder = folder;
      this.directory = FSDirectory.open(folder);
      this.cost = fill(collection);
      this.reader = DirectoryReader.open(directory);
      this.searcher = new IndexSearcher(reader);
      searcher.setSimilarity(new BM25Similarity(K1, B));
      // A query may be as long as a document.
      IndexSearcher.setMaxClauseCount(Integer.MAX_VALUE);
    }

    @Override
    public IndexingCost cost() {
      return cost;
    }

    @Override
    public List<Hit> search(String text, int size) throws IOException {
      Query query = new QueryBuilder(EnglishStems.ANALYZER).createBooleanQuery(BODY, text);
      List<Hit> hits = new ArrayList<>();
      if (query == null) { // nothing but stop words
        return hits;
      }
      for (ScoreDoc hit : searcher.search(query, size).scoreDocs) {
        hits.add(new Hit(searcher.storedFields().document(hit.doc).get(ID), hit.score));
      }
      return hits;
    }

    @Override
    public void close() throws IOException {
      IOUtils.close(reader, directory);
      IOUtils.rm(folder);
    }

    private IndexingCost fill(BeirCollection collection) throws IOException {
      Progress progress = new Progress(collection.name() + ", bm25_english", "documents");
      IndexWriterConfig config =
          new IndexWriterConfig(EnglishStems.ANALYZER).setSimilarity(new BM25Similarity(K1, B));
      long documents;
      double seconds;
      try (IndexWriter writer = new IndexWriter(directory, config)) {
        long start = System.nanoTime();
        try (Stream<BeirDocument> corpus = collection.documents()) {
          var iterator = corpus.iterator();
          for (documents = 0; iterator.hasNext(); documents++) {
            writer.addDocument(document(iterator.next()));
            progress.accept(documents);
          }
        }
        writer.commit();
        seconds = (System.nanoTime() - start) / 1e9;
        progress.done(documents, seconds);
        writer.forceMerge(1);
      }
      return new IndexingCost(documents, seconds, bytes());
    }

    private static Document document(BeirDocument document) {
      Document fields = new Document();
      fields.add(new StringField(ID, document.id(), Field.Store.YES));
      fields.add(new TextField(BODY, document.body(), Field.Store.YES));
      return fields;
    }

    private long bytes() throws IOException {
      long bytes = 0;
      for (String file : directory.listAll()) {
        bytes += directory.fileLength(file);
      }
      return bytes;
    }
  }
}
