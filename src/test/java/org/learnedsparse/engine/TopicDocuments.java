package org.learnedsparse.engine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.BytesRef;

/**
 * An index whose documents have twenty terms of one of four topics each, neighbours of different
 * topics.
 */
final class TopicDocuments {
  private static final int TOPICS = 4;

  private TopicDocuments() {}

  /** Neighbours are of different topics; all of a document's terms are its topic's. */
  static Document document(int id) {
    FieldType type = new FieldType();
    type.setTokenized(true);
    type.setOmitNorms(true);
    type.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    type.freeze();
    Document document = new Document();
    document.add(new StringField("id", String.valueOf(id), Field.Store.YES));
    document.add(new Field("v", terms(id), type));
    return document;
  }

  static int topic(int id) {
    return id % TOPICS;
  }

  static String terms(int id) {
    Random random = new Random(id);
    StringJoiner terms = new StringJoiner(" ");
    for (int i = 0; i < 20; i++) {
      terms.add("t" + topic(id) + "x" + random.nextInt(60));
    }
    return terms.toString();
  }

  /** Writes flushed segments of a quarter each, without a merge. */
  static void index(Directory directory, int from, int to) throws IOException {
    try (IndexWriter writer =
        new IndexWriter(
            directory, new IndexWriterConfig().setMergePolicy(NoMergePolicy.INSTANCE))) {
      for (int id = from; id < to; id++) {
        writer.addDocument(document(id));
        if ((id - from) % ((to - from) / 4) == 0) {
          writer.flush();
        }
      }
    }
  }

  static List<Integer> ids(Directory directory) throws IOException {
    List<Integer> ids = new ArrayList<>();
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      StoredFields stored = reader.storedFields();
      for (int i = 0; i < reader.maxDoc(); i++) {
        ids.add(Integer.parseInt(stored.document(i).get("id")));
      }
    }
    return ids;
  }

  /** Neighbours of different topics. */
  static int borders(List<Integer> ids) {
    int borders = 0;
    for (int i = 1; i < ids.size(); i++) {
      borders += topic(ids.get(i)) == topic(ids.get(i - 1)) ? 0 : 1;
    }
    return borders;
  }

  /** Every document is there once, with its own terms, under one number in all structures. */
  static void assertIntact(Directory directory, int documents) throws IOException {
    Map<Integer, Map<String, Integer>> found = new TreeMap<>();
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      assertThat(reader.numDocs(), equalTo(documents));
      for (LeafReaderContext leaf : reader.leaves()) {
        TermsEnum terms = leaf.reader().terms("v").iterator();
        StoredFields stored = leaf.reader().storedFields();
        for (BytesRef term = terms.next(); term != null; term = terms.next()) {
          PostingsEnum postings = terms.postings(null, PostingsEnum.FREQS);
          while (postings.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
            int id = Integer.parseInt(stored.document(postings.docID()).get("id"));
            found
                .computeIfAbsent(id, key -> new TreeMap<>())
                .put(term.utf8ToString(), postings.freq());
          }
        }
      }
    }
    for (int id = 0; id < documents; id++) {
      Map<String, Integer> expected = new TreeMap<>();
      for (String term : terms(id).split(" ", -1)) {
        expected.merge(term, 1, Integer::sum);
      }
      assertThat("document " + id, found.get(id), equalTo(expected));
    }
  }
}
