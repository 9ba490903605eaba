package org.learnedsparse.bench.search.engine;

import java.util.List;
import java.util.Set;
import org.apache.lucene.codecs.PostingsFormat;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.search.Query;
import org.learnedsparse.bench.search.data.ImpactVector;
import org.learnedsparse.vector.SparseVector;

/** A way of storing vectors in Lucene and of searching them. */
public interface Engine {
  /** The field that holds the vectors. */
  String FIELD = "sparse";

  /** The engine's name in options and results. */
  String name();

  /** How the field's postings lie on disk. */
  PostingsFormat postingsFormat();

  /** What is indexed for a document. */
  List<IndexableField> fields(ImpactVector document);

  /**
   * The query for the best documents.
   *
   * @param filter what the best are chosen among; null for all documents
   * @param k how many will be asked for
   * @param mode one that has only parameters of {@link #approximations}
   */
  Query query(SparseVector vector, Query filter, int k, Mode mode);

  /** The parameters of approximate search that this engine knows. */
  Set<String> approximations();

  /** Whether the index keeps impacts as they are, so that an exact search has recall 1. */
  boolean isLossless();
}
