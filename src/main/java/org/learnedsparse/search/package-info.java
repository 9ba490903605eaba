/**
 * Lucene queries over impacts, exact to the last bit.
 *
 * <p>A field's terms are ordinary Lucene terms, and a term's frequency in a document is its impact.
 * The score of a document is
 *
 * <pre>Σ over shared terms of query weight × impact × step</pre>
 *
 * <p>summed so that the order of the terms does not matter (see {@link
 * org.learnedsparse.search.TermWeights}): every way of running a query gives the same scores. The
 * query's weights may be adapted to the index first, see {@link org.learnedsparse.search.IndexIdf};
 * every way of running it takes them from the same statistics.
 *
 * <p>There are three:
 *
 * <ul>
 *   <li>{@link org.learnedsparse.search.BlockMaxSearch} finds the k best of a segment, for {@link
 *       org.learnedsparse.search.TopDocumentsQuery}, which matches these alone, and for {@link
 *       org.learnedsparse.search.TopHitsQuery}, which matches all.
 *   <li>{@link org.learnedsparse.search.SuperblockScorer} goes through every match in order.
 *   <li>{@link org.learnedsparse.search.DocumentScorer} scores a few documents that something else
 *       leads to.
 * </ul>
 *
 * <p>All of them run on any postings; on those of {@link org.learnedsparse.postings} they are quick
 * and can leave blocks out.
 */
package org.learnedsparse.search;
