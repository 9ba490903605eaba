/**
 * Lucene queries over impacts, exact to the last bit.
 *
 * <p>A field's terms are ordinary Lucene terms, and a term's frequency in a document is its impact.
 * The score of a document is
 *
 * <pre>Σ over shared terms of query weight × impact × step</pre>
 *
 * <p>summed so that the order of the terms does not matter (see {@link
 * org.learnedsparse.search.TermWeights}): every way of running a query gives the same scores.
 */
package org.learnedsparse.search;
