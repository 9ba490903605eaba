package org.learnedsparse.search;

import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.IndexSearcher;

/**
 * Whether a searcher hides documents from whoever searches, as a role's query does. Postings and
 * the bounds of blocks still have such documents: what a search goes through, or leaves out by its
 * bounds, tells of them.
 */
final class HiddenDocuments {
  private HiddenDocuments() {}

  /** Whether any segment may have documents that are neither deleted nor to be seen. */
  static boolean in(IndexSearcher searcher) {
    for (LeafReaderContext leaf : searcher.getLeafContexts()) {
      if (in(leaf.reader())) {
        return true;
      }
    }
    return false;
  }

  private static boolean in(LeafReader reader) {
    // A reader that hides documents cannot share the segment's cache entries, and has no key; nor
    // has it the segment's own deletes. The key is asked first: it is there even where nothing
    // happens to be hidden, and the difference would be telling, too.
    return reader.getReaderCacheHelper() == null
        || reader.getLiveDocs() != FilterLeafReader.unwrap(reader).getLiveDocs();
  }
}
