package org.learnedsparse.tools.evaluate;

import java.io.IOException;
import java.util.List;

/** A collection that a system has indexed. Closing it deletes it. */
public interface SearchableIndex extends AutoCloseable {

  /** What indexing took. */
  IndexingCost cost();

  /**
   * The best documents for a query, at most {@code size}, in any order. Safe for use by several
   * threads.
   *
   * @param query the text as the collection has it
   */
  List<Hit> search(String query, int size) throws IOException;

  @Override
  void close() throws IOException;
}
