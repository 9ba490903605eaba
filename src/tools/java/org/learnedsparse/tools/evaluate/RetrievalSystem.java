package org.learnedsparse.tools.evaluate;

import java.io.IOException;
import org.learnedsparse.tools.beir.BeirCollection;

/** One way to search, under measurement. */
public interface RetrievalSystem {

  /** As tables and files call it, for example {@code bm25_english}. */
  String name();

  /**
   * Indexes all documents of a collection into an index of their own, merged into one segment, so
   * that every system is searched and weighed in the same state.
   *
   * @return the index, to be closed by the caller
   */
  SearchableIndex index(BeirCollection collection) throws IOException;
}
